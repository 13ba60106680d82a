"""What this package brings: the probes, each imported when a check needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Asked, Conversation, Probe

Transport = Literal["tcp", "tls", "udp", "icmp", "command"]
# name -> transport, module, class, what it is
PROBES: dict[str, tuple[Transport, str, str, str]] = {
    "tcp": ("tcp", "tcp", "Connect", "a connection"),
    "http": ("tcp", "http", "Get", "an HTTP request"),
    "https": ("tls", "http", "Get", "an HTTP request over TLS"),
    "smtp": ("tcp", "smtp", "Greet", "an SMTP greeting"),
    "dns": ("udp", "dns", "Question", "a DNS question"),
    "udp": ("udp", "udp", "Datagram", "a datagram"),
    "ping": ("icmp", "icmp", "Echo", "an ICMP echo"),
    "script": ("command", "script", "Script", "a script's exit status"),
    "mysql": ("tcp", "greetings", "MySql", "a MySQL greeting"),
    "pgsql": ("tcp", "greetings", "PostgreSql", "a PostgreSQL greeting"),
    "redis": ("tcp", "greetings", "Redis", "a Redis PONG"),
    "ldap": ("tcp", "greetings", "Ldap", "an anonymous LDAP bind"),
    "tls-hello": ("tls", "tcp", "Connect", "a TLS handshake"),
}


def _maker(module: str, name: str) -> Callable[[Asked], Conversation]:
    made: list[Callable[[Asked], Conversation]] = []

    def converse(asked: Asked) -> Conversation:
        if not made:
            made.append(getattr(import_module(f"hatools_probes.{module}"), name))
        return made[0](asked)

    return converse


@hookimpl
def hatools_probes() -> Iterable[Probe]:
    """Return the probes."""
    from hatools.plugin import Probe

    return [
        Probe(name, transport, _maker(module, made), title)
        for name, (transport, module, made, title) in PROBES.items()
    ]
