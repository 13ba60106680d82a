"""What the rules about keepalived.conf share: how a finding is made, where a statement stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from hatools.model import Origin, Pool, RealServer, Service, Topology, Tracker, Tracking
from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity, Span

_NOT_READ = ("KA005", "KA006", "KA014")


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
    return not any(each.code in _NOT_READ for each in found)


def services(subject: Subject) -> Iterator[tuple[Service, Pool]]:
    """Yield every virtual server: where it listens, and what is behind it."""
    found = topology(subject)
    pools = {pool.name: pool for pool in found.pools}
    for service in found.services:
        pool = pools.get(service.default_pool)
        if pool is not None:
            yield service, pool


def active(pool: Pool) -> list[RealServer]:
    """Return the servers of *pool* without its sorry server."""
    return [server for server in pool.servers if server.role == "active"]


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
