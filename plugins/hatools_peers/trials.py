"""Lets every tracker fail, one small cluster of virtual routers that hang together at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.tracked_failures import TRIED, TrackedFailure, tracked_failures
from hatools.model import SyncGroup, Topology, Tracker, Tracking, VirtualRouter, replace
from hatools.plugin import Subject
from hatools.text import Span
from hatools_peers.peers import Peer, groups

MOST_KNOWN = 256  # small clusters whose failures are remembered, for the next rule that asks
Part = tuple[str, str]  # a node and the name of its router
_known: dict[object, list[TrackedFailure]] = {}


class Trial(NamedTuple):
    """What the failing of something that *peer* (or its sync group) tracks leads to."""

    peer: Peer
    failure: TrackedFailure
    tracker: Tracker | None
    span: Span | None


class _Setup(NamedTuple):
    """What all nodes say of virtual routers, by node and name."""

    peers: dict[Part, Peer]
    groups: dict[Part, SyncGroup]
    trackers: dict[tuple[str, str, str], Tracker]


def circumstances(failure: TrackedFailure) -> str:
    """Return how it came that the node had the role, empty where it has it while all is well."""
    gone = f", while {' and '.join(failure.away)} is gone" if failure.away else ""
    return gone + (f" ({failure.node} began first, and kept the role)" if failure.first else "")


def trials(subject: Subject) -> Iterator[Trial]:
    """Yield what every tracker's failing leads to, for every virtual router of several nodes.

    Virtual routers that differ only in name, number and addresses are tried once.
    """
    setup = _setup(subject)
    shared = list(groups(subject))
    for cluster in _together(shared, setup):
        if not any(_tracked(part, setup) for part in cluster):
            continue
        key = _likeness(cluster, setup)
        found = _known.get(key)
        if found is None:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            found = _known[key] = list(_tried(cluster, setup, subject))
        for one in found:
            trial = _trial(cluster[int(one.router)], one, setup)
            if trial is not None:
                yield trial


def _setup(subject: Subject) -> _Setup:
    setup = _Setup({}, {}, {})
    for node, topology in subject.topologies:
        for router in topology.routers:
            setup.peers[node, router.name] = Peer(node, router)
        for group in topology.groups:
            for member in group.members:
                setup.groups[node, member] = group
        for tracker in topology.trackers:
            setup.trackers[node, tracker.kind, tracker.name] = tracker
    return setup


def _together(shared: Sequence[Sequence[Peer]], setup: _Setup) -> list[list[Part]]:
    """Return the virtual routers that move each other: by VRID, or by a sync group."""
    of: dict[Part, set[Part]] = {}
    for group in shared:
        _join(of, [(peer.node, peer.router.name) for peer in group])
    for node, member in list(setup.groups):
        if (node, member) in setup.peers:
            own = setup.groups[node, member]
            _join(of, [(node, one) for one in own.members if (node, one) in setup.peers])
    unique = {id(parts): parts for parts in of.values()}
    order = {part: at for at, part in enumerate(setup.peers)}
    wanted = [sorted(parts, key=order.__getitem__) for parts in unique.values()]
    return [parts for parts in wanted if len({node for node, _ in parts}) > 1]


def _join(of: dict[Part, set[Part]], parts: Sequence[Part]) -> None:
    whole = set(parts).union(*(of.get(part, ()) for part in parts))
    for part in whole:
        of[part] = whole


def _tracked(part: Part, setup: _Setup) -> list[Tracking]:
    """Return what moves a router: its own trackings, then its group's."""
    group = setup.groups.get(part)
    own = (*setup.peers[part].router.tracking, *(group.tracking if group else ()))
    return [one for one in own if one.kind in TRIED]


def _likeness(cluster: Sequence[Part], setup: _Setup) -> object:
    """Return what clusters have in common in which the same comes of a failure."""
    number = {setup.peers[part].router.virtual_router_id: at for at, part in enumerate(cluster)}
    found: list[object] = []
    for part in cluster:
        node, _ = part
        router = setup.peers[part].router
        secret = router.authentication and (
            router.authentication.kind,
            router.authentication.secret,
        )
        group = setup.groups.get(part)
        members = group and tuple(
            at for at, (who, name) in enumerate(cluster) if who == node and name in group.members
        )
        trackers = [setup.trackers.get((node, one.kind, one.name))
                    for one in _tracked(part, setup)]  # fmt: skip
        bare = replace(router, name="", virtual_router_id=0, addresses=(), excluded_addresses=())
        found.append((node, number[router.virtual_router_id], repr(bare), secret, members,
                      repr(group and (group.tracking, group.own)), repr(trackers)))  # fmt: skip
    return tuple(found)


def _tried(cluster: Sequence[Part], setup: _Setup, subject: Subject) -> Iterator[TrackedFailure]:
    """Try the trackers of *cluster*; routers go by their place in it."""
    nodes: dict[str, list[Topology]] = {}
    names = {part: str(at) for at, part in enumerate(cluster)}
    for node in dict.fromkeys(node for node, _ in cluster):
        own = [part for part in cluster if part[0] == node]
        routers = [_named(setup.peers[part].router, names[part]) for part in own]
        together = {id(group): group for part in own if (group := setup.groups.get(part))}
        sync = [
            SyncGroup(
                group.name,
                tuple(names[node, one] for one in group.members if (node, one) in names),
                group.tracking,
                group.own,
            )
            for group in together.values()
        ]
        trackers = [one for (who, _, _), one in setup.trackers.items() if who == node]
        used = {(one.kind, one.name) for part in own for one in _tracked(part, setup)}
        watched = [one for one in trackers if (one.kind, one.name) in used]
        nodes[node] = [Topology(routers=routers, groups=sync, trackers=watched)]
    yield from tracked_failures(Cluster(nodes, subject.schedulers))


def _named(router: VirtualRouter, name: str) -> VirtualRouter:
    tracking = tuple(one for one in router.tracking if one.kind in TRIED)
    return replace(router, name=name, tracking=tracking)


def _trial(part: Part, failure: TrackedFailure, setup: _Setup) -> Trial | None:
    """Return the trial at its place; of a group's tracking only that of its first member."""
    node, name = part
    peer = setup.peers[part]
    tracking = failure.tracking
    tracker = setup.trackers.get((node, tracking.kind, tracking.name))
    for number, own in enumerate(peer.router.tracking):
        if (own.kind, own.name) == (tracking.kind, tracking.name):
            span = peer.span(f"tracking.{number}", "tracking")
            return Trial(peer, failure, tracker, span)
    group = setup.groups[part]
    if group.members[0] != name:
        return None
    kinds = [(one.kind, one.name) for one in group.tracking]
    number = kinds.index((tracking.kind, tracking.name))
    origin = group.origin
    field = f"tracking.{number}" if origin.written(f"tracking.{number}") else "tracking"
    return Trial(peer, failure, tracker, origin.span(field))
