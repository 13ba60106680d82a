"""The records and protocols of behaviour: schedulers, probes, observers, exporters.

All times are seconds.  Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from hatools.model import Check, Topology
from hatools.model.event import Action, Event
from hatools.plugin.balancing import Balancing, Connection, Member, Pool, Scheduler
from hatools.plugin.rules import Remark, Rule, RuleSet, Subject, Told

__all__ = [
    "ANY_CERTIFICATE",
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
    "Tls",
    "Told",
    "Verdict",
    "Watched",
]

Endpoint = tuple[str, int]


class Tls(NamedTuple):
    """How a TLS connection of a check is made.

    By default any certificate will do.  *verify*: one that *authorities* (a
    file; empty: the system's) vouch for, with *host* in it where one is named.
    *certificate* is a file with this side's own, *alpn* what it offers to speak.
    """

    verify: bool = False
    authorities: str = ""
    host: str = ""
    certificate: str = ""
    alpn: tuple[str, ...] = ()


ANY_CERTIFICATE = Tls()


class Asked(NamedTuple):
    """What a conversation is about: the check, which of its questions, and whom it asks.

    *number* counts the connections of a check that makes several.  *proxy*: a
    proxy asks, whose ways are others than those of the kernel's balancer.  *own*
    are the words of the server that its format alone has.  *opening* makes what
    is sent before all else, TLS included, of this side's address and the
    server's, as (IP address, port).
    """

    check: Check
    address: str
    port: int
    number: int = 0
    proxy: bool = False
    own: tuple[tuple[str, ...], ...] = ()
    tls: Tls = ANY_CERTIFICATE
    opening: Callable[[Endpoint, Endpoint], bytes] | None = None


class Verdict(NamedTuple):
    """How a server is: *reason* says why it failed, or what it answered.

    *code* is a status of its own kind (HTTP status, DNS rcode, exit status),
    *digest* the MD5 of what an HTTP server sent.  *expires* is when its
    certificate ends, in seconds since 1970; the prober fills it in.  *parting*
    is sent before the connection is closed.  *more* goes to the engine with the
    answer: what an agent says (``agent``: see `hatools.engine.checking`).
    """

    passed: bool
    reason: str = ""
    code: int | None = None
    digest: str = ""
    expires: float | None = None
    parting: bytes = b""
    more: Mapping[str, object] = MappingProxyType({})


class Conversation(Protocol):
    """One probe under way: bytes in, then more bytes to send, or the verdict.

    It knows no socket and no time: limits, rise and fall are not its business.
    One that has an attribute ``reusable = True`` is begun anew for each check of
    its server, and has forgotten the last one by then.
    """

    def begin(self) -> bytes | Verdict:
        """Return what to send once connected (nothing: wait), or the verdict."""

    def received(self, data: bytes) -> bytes | Verdict | None:
        """Take *data* (empty: the other side closed); return None to wait for more."""


class Probe(NamedTuple):
    """How a kind of check speaks to a server; sockets and time are the prober's.

    ``file`` reads the file that a check names (`Asked.address`), and the
    conversation gets what is in it.  *legs* returns the connections that a
    check makes, one after the other, each with the probe that has the right
    transport; or why the check cannot be made from here.  Without it there is
    one, over TLS where the check says so.
    """

    name: str
    transport: Literal["tcp", "tls", "udp", "icmp", "command", "file"]
    converse: Callable[[Asked], Conversation]
    title: str = ""
    legs: Callable[[Asked, Probe], Sequence[tuple[Asked, Probe]] | str] | None = None


class Watched(NamedTuple):
    """What an observer is told of the watch that it works for.

    *node* is what this host is called.  *topologies* returns what the
    configurations mean now: they may be read anew at any time.  *interfaces*
    are those to listen on, none: those that the configurations name.  *peers*
    are (address, port) of other watches, *settings* the table
    ``[plugin.NAME]``.  *say* tells the log: level, message.  *token* is what
    this watch wants to be shown, and its peers too, unless told otherwise.
    """

    node: str
    topologies: Callable[[], Sequence[Topology]]
    interfaces: tuple[str, ...] = ()
    peers: tuple[tuple[str, int], ...] = ()
    settings: Mapping[str, Any] = MappingProxyType({})
    say: Callable[[str, str], None] = lambda level, message: None
    token: str = ""


class Observer(NamedTuple):
    """A source of events: live (*observe*) or from text (*read*).

    What it cannot do at all it says by raising a `HatoolsError`: it is told,
    and the watch goes on without.  After any other exception it is begun anew.
    *check* raises `BadSetting` for what is wrong in its table ``[plugin.NAME]``.
    """

    name: str
    observe: Callable[[Watched], AsyncIterator[Event]] | None = None
    read: Callable[[Iterable[str]], Iterable[Event]] | None = None
    check: Callable[[Mapping[str, object]], None] | None = None


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
    (a callable: what configurations say of mail), ``log`` (a callable).  What
    it serves over HTTP it offers to the watch's interface (`HasPages`), which
    has the token, the limits and the patience for it.
    """

    name: str

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin with the checked *settings* of ``[plugin.NAME]``."""

    def export(self, events: Iterable[Event]) -> None:
        """Accept *events*; must not block."""

    def close(self, deadline: float) -> None:
        """End within *deadline* seconds; what was accepted is out or on disk by then."""
