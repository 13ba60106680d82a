"""The records and protocols of behaviour: rules, schedulers, probes, observers, exporters.

All times are seconds.  Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from hatools.model import Check, Topology
from hatools.model.event import Action, Event
from hatools.plugin.balancing import Balancing, Connection, Member, Pool, Scheduler
from hatools.plugin.contracts import Reading
from hatools.text import Diagnostic, Severity

__all__ = [
    "Asked",
    "Balancing",
    "Connection",
    "Conversation",
    "Detector",
    "Exporter",
    "Figures",
    "Member",
    "Observer",
    "Pool",
    "Probe",
    "Remark",
    "Rule",
    "RuleSet",
    "Scheduler",
    "Subject",
    "Told",
    "Verdict",
    "Watched",
]


class Told(NamedTuple):
    """What one file, or one folder, of a node means, and the name of its format."""

    form: str
    reading: Reading


class Subject(NamedTuple):
    """What a rule looks at: the readings by node name.

    A rule that looks at a ``document`` gets one node with one reading, one that
    looks at a ``node`` one node with all its readings, one that looks at a
    ``cluster`` all nodes.  *schedulers* is the registry, for rules that ask the
    engine.
    """

    nodes: Mapping[str, Sequence[Told]]
    schedulers: Mapping[str, Scheduler] = MappingProxyType({})

    @property
    def reading(self) -> Reading:
        """Return the one reading of a document."""
        return next(iter(self.nodes.values()))[0].reading

    @property
    def topologies(self) -> list[tuple[str, Topology]]:
        """Return what all readings mean, each with its node."""
        return [(node, told.reading.topology) for node, own in self.nodes.items() for told in own]


class Rule(Protocol):
    """One kind of mistake.

    The class docstring is what the user reads: a first line that says what is
    wrong, then why, what to do instead, and a reference.  *code* is its family's
    letters and a number, *severity* by consequence.  *formats* names the formats
    whose documents it looks at, none for all.  *claims_absence*: it says that
    something is missing or has its default, so it is silent about an object
    in which a statement was not understood.
    """

    @property
    def code(self) -> str:
        """Its name, such as ``KA301``."""

    @property
    def severity(self) -> Severity:
        """How grave it is, by consequence."""

    @property
    def looks_at(self) -> str:
        """``document``, ``node`` or ``cluster``."""

    @property
    def formats(self) -> tuple[str, ...]:
        """Names of the formats whose documents it looks at, none for all."""

    @property
    def claims_absence(self) -> bool:
        """Whether it says that something is missing."""

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""


class RuleSet(NamedTuple):
    """Rules, or remarks, that are imported only where they can find something.

    *load_rules* returns them.  They look at files of *formats* (none: of all),
    and their codes begin with one of *codes*.  *looks_at* is ``cluster`` where
    all of them need two nodes, and ``reading`` for remarks, which only
    `hatools rules` and reports need.
    """

    load_rules: Callable[[], Iterable[Rule | Remark]]
    codes: tuple[str, ...]
    formats: tuple[str, ...] = ()
    looks_at: str = "document"

    def serves(self, formats: Collection[str], nodes: int) -> bool:
        """Tell whether a rule of it can find something in files of *formats* of so many nodes."""
        if self.looks_at == "reading" or (self.looks_at == "cluster" and nodes < 2):
            return False
        return not self.formats or any(name in formats for name in self.formats)


class Remark(NamedTuple):
    """A kind of fault that a format's reader names itself: its code and what to say about it.

    It is no rule to run: lint prints what readers remark, and this is its page.
    """

    code: str
    severity: Severity
    title: str
    text: str = ""
    formats: tuple[str, ...] = ()
    looks_at: str = "reading"

    @classmethod
    def explained(
        cls,
        code: str,
        kind: tuple[Severity, str],
        page: tuple[str, str],
        reference: str,
        formats: tuple[str, ...],
        writing: bool = False,
    ) -> Remark:
        """Return the remark *code* of *kind* (severity, title); *page* is why, and what instead.

        *writing*: it is said of what is written, not of what is read.
        """
        severity, title = kind
        text = f"Why: {page[0]}\n\nInstead: {page[1]}\n\nReference: {reference}"
        title = title[0].upper() + title[1:]
        return cls(code, severity, title, text, formats, "writing" if writing else "reading")


class Asked(NamedTuple):
    """What a conversation is about: the check, which of its questions, and whom it asks.

    *number* counts the requests of a check that has several (HTTP).
    """

    check: Check
    address: str
    port: int
    number: int = 0


class Verdict(NamedTuple):
    """How a server is: *reason* says why it failed, or what it answered.

    *code* is a status of its own kind (HTTP status, DNS rcode, exit status),
    *digest* the MD5 of what an HTTP server sent.  *expires* is when its
    certificate ends, in seconds since 1970; the prober fills it in.
    """

    passed: bool
    reason: str = ""
    code: int | None = None
    digest: str = ""
    expires: float | None = None


class Conversation(Protocol):
    """One probe under way: bytes in, then more bytes to send, or the verdict.

    It knows no socket and no time: limits, rise and fall are not its business.
    """

    def begin(self) -> bytes | Verdict:
        """Return what to send once connected (nothing: wait), or the verdict."""

    def received(self, data: bytes) -> bytes | Verdict | None:
        """Take *data* (empty: the other side closed); return None to wait for more."""


class Probe(NamedTuple):
    """How a kind of check speaks to a server; sockets and time are the prober's."""

    name: str
    transport: Literal["tcp", "tls", "udp", "icmp", "command"]
    converse: Callable[[Asked], Conversation]
    title: str = ""


class Watched(NamedTuple):
    """What an observer is told of the watch that it works for.

    *node* is what this host is called.  *topologies* returns what the
    configurations mean now: they may be read anew at any time.  *interfaces*
    are those to listen on, none: those that the configurations name.  *peers*
    are (address, port) of other watches, *settings* the table
    ``[plugin.NAME]``.  *say* tells the log: level, message.
    """

    node: str
    topologies: Callable[[], Sequence[Topology]]
    interfaces: tuple[str, ...] = ()
    peers: tuple[tuple[str, int], ...] = ()
    settings: Mapping[str, Any] = MappingProxyType({})
    say: Callable[[str, str], None] = lambda level, message: None


class Observer(NamedTuple):
    """A source of events: live (*observe*) or from text (*read*).

    What it cannot do at all it says by raising a `HatoolsError`: it is told,
    and the watch goes on without.  After any other exception it is begun anew.
    """

    name: str
    observe: Callable[[Watched], AsyncIterator[Event]] | None = None
    read: Callable[[Iterable[str]], Iterable[Event]] | None = None


class Detector(Protocol):
    """Draws conclusions from events; its timers come back to it as events.

    The first is ``start`` about the node, with the detector's table of
    hatools.toml in ``settings``.  It has no clock: an event's time is the time.
    """

    name: str

    def handle(self, event: Event) -> Iterable[Action]:
        """Return what follows from *event*."""


class Figures(NamedTuple):
    """The daemon's own: when it *started*, how many checks are *under_way*, how late they begin.

    *version* is hatools'.  *late* has how many timers were up to each of *bounds*
    (seconds) late, and then how many were later; *lateness* is the sum.
    """

    started: float = 0.0
    under_way: int = 0
    bounds: Sequence[float] = ()
    late: Sequence[int] = (0,)
    lateness: float = 0.0
    version: str = ""


class Exporter(Protocol):
    """A way out: metrics, mail, a page, a history.

    Its settings also hold what the daemon gives: ``board`` (the present state of
    all objects), ``checks`` (a callable: how each check's answers were),
    ``figures`` (a callable: `Figures`), ``node``, ``state`` (a folder), ``mail``
    (a callable: what configurations say of mail), ``log`` (a callable).
    """

    name: str

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin with the checked *settings* of ``[plugin.NAME]``."""

    def export(self, events: Iterable[Event]) -> None:
        """Accept *events*; must not block."""

    def close(self, deadline: float) -> None:
        """End within *deadline* seconds; what was accepted is out or on disk by then."""
