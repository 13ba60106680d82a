"""The records and protocols of behaviour: rules, schedulers, probes, observers, exporters.

All times are seconds.  Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from hatools.model.event import Action, Event
from hatools.plugin.balancing import Balancing, Connection, Member, Pool, Scheduler
from hatools.plugin.contracts import Reading
from hatools.text import Diagnostic

__all__ = [
    "Balancing",
    "Connection",
    "Conversation",
    "Detector",
    "Exporter",
    "Member",
    "Observer",
    "Pool",
    "Probe",
    "Rule",
    "Scheduler",
    "Subject",
]


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
