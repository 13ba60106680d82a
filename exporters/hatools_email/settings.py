"""What the user says about mail: the table ``[plugin.email]`` of hatools.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting
from hatools.model import Mail
from hatools.plugin.secrets import read_secret
from hatools.plugin.tables import fill

TABLE = "plugin.email"
SECURITY = ("auto", "starttls", "tls", "none")
PORTS = {"auto": 25, "starttls": 587, "tls": 465, "none": 25}
ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


class EmailSettings(NamedTuple):
    """The keys of ``[plugin.email]``; times in seconds.

    Where *to*, *from_*, *servers*, *helo* or *timeout* are empty, the
    configurations' own (``notification_email``, ``smtp_server`` …) count.
    """

    to: tuple[str, ...] = ()
    from_: str = ""
    servers: tuple[str, ...] = ()  # HOST or HOST:PORT, in the order in which they are tried
    security: str = "auto"
    user: str = ""
    password: str = ""
    password_file: str = ""
    ca_file: str = ""
    helo: str = ""
    timeout: float = 0.0
    takeovers: bool = True  # tell of virtual routers that change sides, too
    group_wait: float = 5.0  # what fails within is one mail
    update_every: float = 60.0  # between two mails about one incident, at least
    recovery_wait: float = 10.0  # works so long: works again
    remind_every: float = 14400.0  # 0: never
    flap_count: int = 5  # failures within flap_window: it flaps
    flap_window: float = 600.0
    flap_quiet: float = 300.0  # still so long: flaps no more
    retry_first: float = 5.0
    retry_most: float = 300.0
    keep: float = 432000.0  # what could not be sent for so long is given up


class Server(NamedTuple):
    """A mail server to send through."""

    host: str
    port: int
    security: str


class Sending(NamedTuple):
    """Whom to tell, and how."""

    to: tuple[str, ...]
    sender: str
    servers: tuple[Server, ...]
    helo: str
    timeout: float


def read(told: Mapping[str, Any]) -> EmailSettings:
    """Return the settings in *told*; raises `BadSetting` for what cannot be used."""
    settings = fill(EmailSettings, told, TABLE)
    if settings.security not in SECURITY:
        raise BadSetting(f"[{TABLE}] security is none of " + ", ".join(SECURITY))
    for address in (*settings.to, *filter(None, [settings.from_])):
        if not ADDRESS.fullmatch(address):
            raise BadSetting(f"[{TABLE}]: {address} is no mail address", "write name@example.com")
    for server in settings.servers:
        _server(server, settings.security)
    if settings.password and not settings.user:
        raise BadSetting(f"[{TABLE}]: there is a password and no user")
    if settings.user and settings.security == "none":
        raise BadSetting(f"[{TABLE}]: a password is never sent in the clear",
                         'write security = "starttls" or "tls"')  # fmt: skip
    if settings.flap_count < 2:
        raise BadSetting(f"[{TABLE}]: flap-count is less than 2")
    password(settings)
    return settings


def password(settings: EmailSettings) -> str:
    """Return the password: the one given, else what is in the file that was named."""
    if settings.password or not settings.password_file:
        return settings.password
    path = settings.password_file
    return read_secret(path, f"[{TABLE}] password-file: {path}", os.environ, open)


def sending(settings: EmailSettings, mails: Iterable[Mail], node: str) -> Sending:
    """Return whom to tell; where *settings* do not say it, as the configurations' *mails* do.

    No recipients or no servers: nobody is told.
    """
    mails = list(mails)
    to = settings.to or tuple(
        dict.fromkeys(one for mail in mails for one in mail.recipients if ADDRESS.fullmatch(one))
    )
    servers = tuple(_server(one, settings.security) for one in settings.servers) or tuple(
        dict.fromkeys(
            Server(mail.server, mail.port or 25, settings.security) for mail in mails if mail.server
        )
    )
    senders = [mail.sender for mail in mails if ADDRESS.fullmatch(mail.sender)]
    helos = [mail.helo for mail in mails if mail.helo]
    timeouts = [mail.connect_timeout for mail in mails if mail.connect_timeout]
    return Sending(
        to,
        settings.from_ or next(iter(senders), f"hatools@{domain(node)}"),
        servers,
        settings.helo or next(iter(helos), domain(node)),
        settings.timeout or next(iter(timeouts), 30.0),
    )


def domain(node: str) -> str:
    """Return *node* as something that may stand after an @."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", node).strip("-.") or "localhost"


def _server(text: str, security: str) -> Server:
    """Return the server that ``mail.example.com:587`` or ``[2001:db8::25]:25`` says."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+)(?::(\d{1,5}))?", text)
    port = int(found[2]) if found and found[2] else PORTS[security]
    if not found or not 0 < port < 65536:
        raise BadSetting(f"[{TABLE}]: {text} is no mail server", "write mail.example.com:587")
    return Server(found[1].strip("[]"), port, security)
