"""What this package brings: the probes, each imported when a check needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Asked, Conversation, Probe

    Connecting = Callable[[Asked, Probe], Sequence[tuple[Asked, Probe]] | str]

Transport = Literal["tcp", "tls", "udp", "icmp", "command", "file"]
PLAIN = "connections.plain_legs"
# name -> transport, what makes a conversation, what makes the connections, what it is
PROBES: dict[str, tuple[Transport, str, str, str]] = {
    "tcp": ("tcp", "tcp.Connect", PLAIN, "a connection, over TLS a handshake"),
    "http": ("tcp", "http.asking", "http.legs", "HTTP requests"),
    "https": ("tls", "http.asking", "http.legs", "HTTP requests over TLS"),
    "smtp": ("tcp", "smtp.asking", PLAIN, "an SMTP greeting"),
    "dns": ("udp", "dns.Question", "", "a DNS question"),
    "udp": ("udp", "udp.Datagram", "", "a datagram"),
    "ping": ("icmp", "icmp.Echo", "", "an ICMP echo"),
    "script": ("command", "script.Script", "", "a script's exit status"),
    "file": ("file", "file.FileNumber", "", "a number in a file"),
    "steps": ("tcp", "steps.Steps", "steps.step_legs", "a scripted conversation"),
    "agent": ("tcp", "agent.Agent", PLAIN, "an agent's words about a server"),
    "spop": ("tcp", "spop.Hello", PLAIN, "a stream processing agent's hello"),
    "mysql": ("tcp", "greetings.Greeting", PLAIN, "a MySQL greeting, and a login"),
    "pgsql": ("tcp", "greetings.Greeting", PLAIN, "a PostgreSQL greeting"),
    "redis": ("tcp", "greetings.Greeting", PLAIN, "a Redis PONG"),
    "ldap": ("tcp", "greetings.Greeting", PLAIN, "an anonymous LDAP bind"),
    "tls-hello": ("tcp", "greetings.Greeting", PLAIN, "an answer to a TLS hello"),
}


def _late(place: str) -> Callable[..., object]:
    """Return what *place* (module.name) does, imported when it is first called."""
    found: list[Callable[..., object]] = []

    def call(*arguments: object) -> object:
        if not found:
            module, _, name = place.partition(".")
            found.append(getattr(import_module(f"hatools_probes.{module}"), name))
        return found[0](*arguments)

    return call


@hookimpl
def hatools_probes() -> Iterable[Probe]:
    """Return the probes."""
    from typing import cast

    from hatools.plugin import Probe

    return [
        Probe(
            name,
            transport,
            cast("Callable[[Asked], Conversation]", _late(made)),
            title,
            cast("Connecting", _late(connecting)) if connecting else None,
        )
        for name, (transport, made, connecting, title) in PROBES.items()
    ]
