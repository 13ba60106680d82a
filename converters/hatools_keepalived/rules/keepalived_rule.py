"""What the rules about keepalived.conf share: how a finding is made, where a statement stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from hatools.model import Origin, Pool, RealServer, Service, Topology
from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity, Span
from hatools_keepalived.remarks import NOT_READ

if TYPE_CHECKING:
    from hatools.model import Tracker, Tracking


class Owner(Protocol):
    """An object of the model with statements that only keepalived has."""

    own: tuple[tuple[str, ...], ...]
    origin: Origin


class KeepalivedRule:
    """A rule about one keepalived.conf."""

    code = ""
    severity = Severity.WARNING
    looks_at: Literal["document"] = "document"
    formats = ("keepalived",)
    claims_absence = False

    def found(
        self, message: str, span: Span | None, advice: str, fix: tuple[Edit, ...] = ()
    ) -> Diagnostic:
        """Return the finding at *span*."""
        return Diagnostic(self.code, self.severity, message, span, advice, fix)


def topology(subject: Subject) -> Topology:
    """Return what the document means."""
    return subject.reading.topology


def complete(subject: Subject) -> bool:
    """Tell whether every file that is included was read; else what seems missing may be there."""
    found = subject.reading.expansion.diagnostics
    return not any(each.code in NOT_READ for each in found)


class Balanced(NamedTuple):
    """A virtual server: where it listens, what is behind it, and who there counts.

    *active* are its servers without the sorry server.  *kinds* has one server,
    sorry or not, for each list of checks, and of statements of its own, that is
    among them: servers that look alike share theirs, and a rule speaks of them once.
    """

    service: Service
    pool: Pool
    active: Sequence[RealServer]
    kinds: Sequence[RealServer]


_known: tuple[Topology | None, list[Balanced]] = (None, [])


def services(subject: Subject) -> list[Balanced]:
    """Return every virtual server of the document."""
    return balanced(topology(subject))


def balanced(found: Topology) -> list[Balanced]:
    """Return every virtual server; what is found out is kept for the next rule that asks."""
    global _known  # rules look at one document after the other: the last one is enough
    if _known[0] is not found:
        pools = {pool.name: pool for pool in found.pools}
        _known = (
            found,
            [
                _balanced(service, pools[service.default_pool])
                for service in found.services
                if service.default_pool in pools
            ],
        )
    return _known[1]


def _balanced(service: Service, pool: Pool) -> Balanced:
    servers = active = pool.servers
    if servers and servers[-1].role != "active":  # a sorry server stands last
        active = [server for server in servers if server.role == "active"]
    kinds = {(id(server.checks), id(server.own)): server for server in reversed(servers)}
    return Balanced(service, pool, active, tuple(reversed(kinds.values())))


def said(owner: Owner, *keywords: str) -> Iterator[tuple[tuple[str, ...], Span | None]]:
    """Yield the statements of *owner* that begin with one of *keywords*, with their places."""
    for number, words in enumerate(owner.own):
        if words and words[0] in keywords:
            yield words, owner.origin.span(f"own.{number}")


def in_globals(subject: Subject, *keywords: str) -> list[tuple[tuple[str, ...], Span | None]]:
    """Return the statements of global_defs that begin with one of *keywords*."""
    return [
        one
        for section in topology(subject).sections
        if section.kind == "global_defs"
        for one in said(section, *keywords)
    ]


def keyword(origin: Origin, field: str) -> str:
    """Return the keyword that said *field*, empty where it is a default."""
    at = origin.statements(field)
    if not at or origin.expansion is None:
        return ""
    return origin.expansion.statements[at[0]].words[0]


def tried(origin: Origin, *keywords: str) -> bool:
    """Tell whether one of *keywords* stands in the block of *origin*, understood or not."""
    expansion = origin.expansion
    return expansion is not None and any(
        expansion.statements[index].words[0] in keywords for index in expansion.children(origin.at)
    )


def trackers(subject: Subject) -> dict[tuple[str, str], Tracker]:
    """Return what can be tracked, by kind and name; the first of a name counts."""
    found: dict[tuple[str, str], Tracker] = {}
    for tracker in topology(subject).trackers:
        found.setdefault((tracker.kind, tracker.name), tracker)
    return found


def weight(tracking: Tracking, known: dict[tuple[str, str], Tracker]) -> int:
    """Return what the failure of *tracking* adds to the priority; 0 stands for FAULT."""
    tracker = known.get((tracking.kind, tracking.name))
    if tracking.weight is not None:
        return -tracking.weight if tracking.reverse else tracking.weight
    if tracker is None:
        return 0
    return -tracker.weight if ("reverse",) in tracker.own else tracker.weight
