"""Compares virtual routers, what they watch, and the groups they fail over with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hatools.diff.findings import HIDDEN, Findings, Places, Said
from hatools.diff.matching import pair
from hatools.diff.own_words import compare_own, statements
from hatools.diff.values import Seen, compare_fields, derived, said
from hatools.model import SyncGroup, Topology, Tracker, Tracking, VirtualAddress, VirtualRouter
from hatools.text import Span

_SKIP = frozenset(("name", "own"))
_SKIP_ROUTER = _SKIP | {"tracking", "addresses", "excluded_addresses", "authentication", "peers"}
_SKIP_GROUP = _SKIP | {"tracking", "members"}


class Redundancy:
    """The VRRP part of both sides; names count as references only."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.left = findings.left.reading.topology
        self.right = findings.right.reading.topology
        self.alias: dict[tuple[str, str], str] = {}  # kind and name on the right: name on the left

    def compare(self) -> None:
        """Note how trackers, routers and groups differ, in this order: each names the former."""
        self._trackers()
        self._routers()
        self._groups()

    def _trackers(self) -> None:
        pairs, gone, come = pair(
            self.left.trackers, self.right.trackers,
            lambda tracker: (tracker.kind, tracker.name, tracker.command),
            lambda tracker: (tracker.kind, tracker.name),
            lambda tracker: (tracker.kind, tracker.command) if tracker.command else None,
        )  # fmt: skip
        for one, other in pairs:
            self.alias[other.kind, other.name] = one.name
            skip = _SKIP | derived(Seen(one, _places(one)), Seen(other, _places(other)))
            self._fields((_watch(one),), one, other, skip)
        self._alone(_watch, gone, come)

    def _routers(self) -> None:
        pairs, gone, come = pair(
            self.left.routers, self.right.routers,
            lambda r: (r.virtual_router_id, r.interface, r.family, r.name),
            lambda r: (r.virtual_router_id, r.interface, r.family),
            lambda r: (r.virtual_router_id, r.interface),
            lambda r: r.name,
            lambda r: (r.virtual_router_id, r.family),
        )  # fmt: skip
        for one, other in pairs:
            self.alias["router", other.name] = one.name
        for one, other in pairs:
            where = (_router(one),)
            self._fields(where, one, other, _SKIP_ROUTER)
            self._authentication(where, one, other)
            self._tracking(where, one, other)
            self._set(where, "peers", one, other, one.peers, other.peers)
            for fact in ("addresses", "excluded_addresses"):
                self._addresses(where, fact, one, other)
        self._alone(_router, gone, come)

    def _groups(self) -> None:
        pairs, gone, come = pair(
            self.left.groups, self.right.groups,
            (lambda g: frozenset(g.members), lambda g: frozenset(self._members(g))),
            lambda g: g.name,
        )  # fmt: skip
        for one, other in pairs:
            where = (_group(one),)
            self._fields(where, one, other, _SKIP_GROUP)
            self._set(where, "members", one, other, one.members, self._members(other))
            self._tracking(where, one, other)
        self._alone(_group, gone, come)

    def _members(self, group: SyncGroup) -> tuple[str, ...]:
        """Return the members of a group of the right side by the left side's names."""
        return tuple(self.alias.get(("router", name), name) for name in group.members)

    def _alone(self, called: Any, gone: Sequence[Any], come: Sequence[Any]) -> None:
        for one in gone:
            self.findings.one_sided((called(one),), left=one.origin)
        for one in come:
            self.findings.one_sided((called(one),), right=one.origin)

    def _fields(self, where: tuple[str, ...], one: Any, other: Any, skip: frozenset[str]) -> None:
        mine, theirs = _places(one), _places(other)
        compare_fields(self.findings, where, Seen(one, mine), Seen(other, theirs), skip)
        if one.own != other.own:
            lines = statements(one.own, mine), statements(other.own, theirs)
            compare_own(self.findings, where, *lines)

    def _authentication(
        self, where: tuple[str, ...], one: VirtualRouter, other: VirtualRouter
    ) -> None:
        """Compare how two routers authenticate; of secrets, only whether they differ."""
        left, right = one.authentication, other.authentication
        if left == right:
            return
        fact = "authentication"
        if left and right and left.kind == right.kind:
            left_told, right_told = HIDDEN, HIDDEN
            fact = "authentication.secret"
        else:
            left_told, right_told = left.kind if left else "", right.kind if right else ""
        self.findings.add(
            where,
            fact,
            Said(left_told, left_told, _span(one, fact)) if left else None,
            Said(right_told, right_told, _span(other, fact)) if right else None,
        )

    def _tracking(
        self,
        where: tuple[str, ...],
        one: VirtualRouter | SyncGroup,
        other: VirtualRouter | SyncGroup,
    ) -> None:
        if one.tracking == other.tracking and not self.alias:
            return
        weights = _weights(self.left), _weights(self.right)
        pairs, gone, come = pair(
            list(enumerate(one.tracking)), list(enumerate(other.tracking)),
            (lambda row: (row[1].kind, row[1].name),
             lambda row: (row[1].kind, self.alias.get((row[1].kind, row[1].name), row[1].name))),
        )  # fmt: skip
        findings = self.findings
        for (number, watch), (other_number, mate) in pairs:
            mine, theirs = _at(one, f"tracking.{number}"), _at(other, f"tracking.{other_number}")
            left, right = watch, mate
            if (watch.weight is None) != (mate.weight is None):
                left, right = _in_effect(watch, weights[0]), _in_effect(mate, weights[1])
            at = (*where, f"track {watch.kind} {watch.name}")
            compare_fields(
                findings, at, Seen(left, mine), Seen(right, theirs), frozenset(("name",))
            )
        for number, watch in gone:
            told = said(findings.left, f"tracking.{number}", _named(watch), _places(one))
            findings.add((*where, f"track {watch.kind} {watch.name}"), "itself", told, None)
        for number, watch in come:
            told = said(findings.right, f"tracking.{number}", _named(watch), _places(other))
            findings.add((*where, f"track {watch.kind} {watch.name}"), "itself", None, told)

    def _set(
        self, where: tuple[str, ...], fact: str, one: Any, other: Any,
        mine: tuple[str, ...], theirs: tuple[str, ...],
    ) -> None:  # fmt: skip
        """Compare two lists of names whose order does not count."""
        for number, name in enumerate(mine):
            if name not in theirs:
                told = said(self.findings.left, f"{fact}.{number}", name, _places(one))
                self.findings.add(where, fact, told, None)
        for number, name in enumerate(theirs):
            if name not in mine:
                told = said(self.findings.right, f"{fact}.{number}", name, _places(other))
                self.findings.add(where, fact, None, told)

    def _addresses(
        self, where: tuple[str, ...], fact: str, one: VirtualRouter, other: VirtualRouter
    ) -> None:
        mine: tuple[VirtualAddress, ...] = getattr(one, fact)
        theirs: tuple[VirtualAddress, ...] = getattr(other, fact)
        if mine == theirs:
            return
        pairs, gone, come = pair(
            list(enumerate(mine)), list(enumerate(theirs)),
            lambda row: row[1],
            lambda row: row[1].address,
        )  # fmt: skip
        kind = "address" if fact == "addresses" else "excluded address"
        for (number, address), (other_number, mate) in pairs:
            left = Seen(address, _at(one, f"{fact}.{number}"))
            right = Seen(mate, _at(other, f"{fact}.{other_number}"))
            compare_fields(self.findings, (*where, f"{kind} {address.address}"), left, right,
                           frozenset())  # fmt: skip
        for side, row, of in [(0, row, one) for row in gone] + [(1, row, other) for row in come]:
            number, address = row
            told = said((self.findings.left, self.findings.right)[side], f"{fact}.{number}",
                        address, _places(of))  # fmt: skip
            at = (*where, f"{kind} {address.address}")
            self.findings.add(at, "itself", *((None, told) if side else (told, None)))


def _places(of: Any) -> Places:
    return ((of.origin, ""),)


def _span(router: VirtualRouter, fact: str) -> Span | None:
    """Return where *fact* stands, else what it is a part of."""
    origin = router.origin
    return origin.span(fact if origin.written(fact) else "authentication")


def _at(of: Any, name: str) -> Places:
    """Return where a part of *of* stands: its facts all under one name."""
    return ((of.origin, name),)


def _in_effect(watch: Tracking, weights: dict[tuple[str, str], int]) -> Tracking:
    """Return a reference with the weight that counts: its own, else the tracker's."""
    if watch.weight is None:
        return watch._replace(weight=weights.get((watch.kind, watch.name)))
    return watch


def _named(watch: Tracking) -> str:
    return "" if watch.weight is None else f"weight {watch.weight}"


def _weights(topology: Topology) -> dict[tuple[str, str], int]:
    return {(tracker.kind, tracker.name): tracker.weight for tracker in topology.trackers}


def _router(router: VirtualRouter) -> str:
    return f"virtual router {router.virtual_router_id} on {router.interface or 'no interface'}"


def _group(group: SyncGroup) -> str:
    return f"sync group {group.name}"


def _watch(tracker: Tracker) -> str:
    return f"{tracker.kind} {tracker.name}"
