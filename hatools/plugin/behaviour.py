"""The records and protocols of behaviour: rules, schedulers, probes, observers, exporters.

All times are seconds.  Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from hatools.model.event import Action, Event
from hatools.plugin.contracts import Reading
from hatools.text import Diagnostic


class Subject(NamedTuple):
    """What a rule looks at: expansions and models by node name, and what was not understood."""

    readings: Mapping[str, Sequence[Reading]]
    not_understood: frozenset[str] = frozenset()


class Rule(Protocol):
    """One kind of mistake.  The class docstring is what the user reads about it."""

    code: str
    looks_at: Literal["document", "node", "cluster"]

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What a scheduler sees of a new connection: addresses as text, ports, payload facts."""

    client: str
    client_port: int = 0
    address: str = ""
    port: int = 0
    protocol: str = "tcp"
    facts: Mapping[str, str] = field(default_factory=dict)


class Pool(Protocol):
    """One scheduler at work on one pool."""

    def changed(self, server: Any) -> None:
        """Note that *server* was added, removed, or changed in weight or usability."""

    def opened(self, server: Any) -> None:
        """Note that a connection to *server* was opened."""

    def closed(self, server: Any) -> None:
        """Note that a connection to *server* was closed."""

    def pick(self, connection: Connection, draw: float) -> Any | None:
        """Return the server for *connection*, None when none is usable; *draw* is in [0, 1)."""


class Scheduler(NamedTuple):
    """Which server is next: a registry name and a maker of one object per pool."""

    name: str
    make: Callable[[Any], Pool]
    title: str = ""


class Conversation(Protocol):
    """One probe under way: bytes in, bytes out, then a verdict."""

    def begin(self) -> bytes:
        """Return what to send when connected."""

    def received(self, data: bytes) -> bytes | bool | None:
        """Take *data* (empty: closed); return more to send, the verdict, or None to wait."""


class Probe(NamedTuple):
    """How a kind of check speaks to a server; sockets and time are the prober's."""

    name: str
    transport: Literal["tcp", "tls", "udp", "icmp", "command"]
    converse: Callable[[Any], Conversation]


class Observer(NamedTuple):
    """A source of events: live (*observe*) or from text (*read*)."""

    name: str
    observe: Callable[[Any], AsyncIterator[Event]] | None = None
    read: Callable[[Iterable[str]], Iterable[Event]] | None = None


class Detector(Protocol):
    """Draws conclusions from events; its timers come back to it as events."""

    name: str

    def handle(self, event: Event) -> Iterable[Action]:
        """Return what follows from *event*."""


class Exporter(Protocol):
    """A way out: metrics, mail, a page, a history."""

    name: str

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin with the checked *settings* of ``[plugin.NAME]``."""

    def export(self, events: Iterable[Event]) -> None:
        """Accept *events*; must not block."""

    def close(self, deadline: float) -> None:
        """End within *deadline* seconds; what was accepted is out or on disk by then."""
