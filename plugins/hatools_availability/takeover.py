"""What the engine says of a cluster's virtual routers: who holds them, who takes over, how fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.tracked_failures import tracked_failures
from hatools.engine.what_if import Course, Takeover, what_if
from hatools.model import SyncGroup, Topology, Tracking, VirtualRouter, replace
from hatools.plugin.behaviour import Scheduler

Identity = tuple[str, int | None, int]  # network, virtual_router_id, family
Group = list[tuple[str, VirtualRouter]]  # one virtual router on its nodes


class Watched(NamedTuple):
    """A tracker of one node's router and what its failing leads to; None: it was not tried."""

    tracking: Tracking
    takeover: Takeover | None


class Held(NamedTuple):
    """A virtual router over all its nodes: *routers* by node, the holder first, then by priority.

    *crash* and *links* (by interface) are what follows when its holder, or its
    holder's link, fails.  *interfaces* are, by node, those that it needs: its own and those
    of the routers in its sync group.  *returns*: a holder that comes back has the role again.
    """

    addresses: tuple[str, ...]
    routers: tuple[tuple[str, VirtualRouter], ...]
    crash: Takeover | None
    links: Mapping[str, Takeover]
    watched: Mapping[str, tuple[Watched, ...]]
    interfaces: Mapping[str, tuple[str, ...]]
    returns: bool

    @property
    def holder(self) -> str:
        """The node that holds the addresses while all is well."""
        return self.routers[0][0]


class Known(NamedTuple):
    """The virtual routers of a cluster, and what is amiss with any."""

    held: tuple[Held, ...]
    remarks: tuple[str, ...]


def cluster_of(
    nodes: Mapping[str, Sequence[Topology]], schedulers: Mapping[str, Scheduler]
) -> Cluster:
    """Return the cluster that *nodes* are, for the engine."""
    return Cluster(nodes, schedulers)


def with_interval(
    nodes: Mapping[str, Sequence[Topology]], interval: float
) -> dict[str, tuple[Topology, ...]]:
    """Return *nodes* with every virtual router advertising each *interval* seconds (version 3)."""
    return {
        name: tuple(
            replace(
                topology,
                routers=[
                    replace(router, advertisement_interval=interval, version=3)
                    for router in topology.routers
                ],
            )
            for topology in topologies
        )
        for name, topologies in nodes.items()
    }


def known(cluster: Cluster) -> Known:
    """Return who holds the addresses of *cluster*, and what follows when that fails.

    Of virtual routers that are alike but for number and addresses one is tried.
    """
    groups: dict[Identity, Group] = {}
    networks = cluster.networks()
    for node, router in cluster.routers():
        identity = (networks[node, router.interface], router.virtual_router_id, router.family)
        groups.setdefault(identity, []).append((node, router))
    if not groups:
        return Known((), ())
    firsts: dict[object, Group] = {}
    likes = [firsts.setdefault(_alike(cluster, routers), routers) for routers in groups.values()]
    trials = _Trials(_only(cluster, firsts.values()))
    held, remarks = [], []
    for routers, first in zip(groups.values(), likes, strict=True):
        addresses = tuple(dict.fromkeys(a.address for _, r in routers for a in r.addresses))
        holders = trials.holders(first)
        said = ", ".join(addresses[:3]) or routers[0][1].name
        if not holders:
            remarks.append(f"{said} is on no node while all is well")
            continue
        if len(holders) > 1:
            remarks.append(f"{said} is on {' and '.join(holders)} at once: see hatools lint")
        held.append(trials.held(addresses, routers, first, holders[0]))
    remarks += _rivals(held)
    return Known(tuple(held), tuple(remarks))


def _alike(cluster: Cluster, routers: Group) -> object:
    """Return what decides how *routers*, one virtual router, fare; those of groups are apart."""
    found: list[object] = []
    for node, one in routers:
        groups = [group for topology in cluster.nodes[node] for group in topology.groups]
        if any(one.name in group.members for group in groups):
            return id(routers)
        secret = one.authentication and (one.authentication.kind, one.authentication.secret)
        found.append((node, one.interface, one.priority, one.initial_state, one.version, one.family,
                      one.advertisement_interval, one.down_timer_adverts, one.preempt,
                      one.preempt_delay, one.accept, one.strict, secret, one.source_address,
                      one.peers, one.tracking, one.own, bool(one.addresses)))  # fmt: skip
    return tuple(found)


def _only(cluster: Cluster, groups: Iterable[Group]) -> Cluster:
    """Return *cluster* with no other virtual routers than those of *groups*, and no services."""
    kept = {(node, router.name) for group in groups for node, router in group}
    nodes = {
        name: tuple(
            replace(
                topology,
                routers=[one for one in topology.routers if (name, one.name) in kept],
                services=[],
                pools=[],
            )
            for topology in topologies
        )
        for name, topologies in cluster.nodes.items()
    }
    return cluster._replace(nodes=nodes)


class _Trials:
    """What the engine says of a cluster, asked once."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        settled = Course(cluster)
        settled.settle()
        self.masters = {(node, one.name) for node, one in settled.masters().values()}
        self.after = {
            (takeover.router, one.failure.kind, one.failure.subject): takeover
            for one in what_if(cluster, ("crash", "interface"))
            for takeover in one.takeovers
        }
        self.tried = {
            (one.node, one.router, one.tracking): one.takeover for one in tracked_failures(cluster)
        }
        self._returning: dict[str, bool] = {}

    def holders(self, routers: Group) -> list[str]:
        """Return the nodes that hold the addresses of *routers* while all is well."""
        return [node for node, router in routers if (node, router.name) in self.masters]

    def held(self, addresses: tuple[str, ...], routers: Group, like: Group, holder: str) -> Held:
        """Return what is known of *routers*, which fare as *like*."""
        name = dict(like)[holder].name
        label = f"{holder} {name}"
        if label not in self._returning:
            several = len(routers) > 1
            self._returning[label] = several and _returns(self.cluster, holder, name)
        return Held(
            addresses,
            tuple(sorted(routers, key=lambda one: (one[0] != holder, -one[1].priority))),
            self.after.get((label, "crash", holder)),
            {
                subject: takeover
                for (router, kind, subject), takeover in self.after.items()
                if (router, kind) == (label, "interface")
            },
            {node: _watched(self.cluster, node, one, self.tried) for node, one in like},
            {node: _interfaces(self.cluster, node, one) for node, one in routers},
            self._returning[label],
        )


def _rivals(held: Sequence[Held]) -> list[str]:
    """Say which addresses several virtual routers have: their nodes do not know each other."""
    first: dict[str, Held] = {}
    found = []
    for one in held:
        for address in one.addresses:
            other = first.setdefault(address, one)
            if other is not one:
                found.append(
                    f"{address} is of {other.holder} and of {one.holder}, which do not hear each"
                    " other as one virtual router: see hatools lint"
                )
    return found


def _watched(
    cluster: Cluster,
    node: str,
    router: VirtualRouter,
    tried: Mapping[tuple[str, str, Tracking], Takeover],
) -> tuple[Watched, ...]:
    """Return what *router* on *node* tracks, itself or through its sync group."""
    found: dict[Tracking, Watched] = {}
    for mate in _together(cluster, node, router):
        for one in mate.tracking:
            takeover = tried.get((node, mate.name, one))
            if one not in found or found[one].takeover is None:
                found[one] = Watched(one, takeover)
    for group in _groups(cluster, node, router):
        for one in group.tracking:
            found.setdefault(one, Watched(one, tried.get((node, router.name, one))))
    return tuple(found.values())


def _interfaces(cluster: Cluster, node: str, router: VirtualRouter) -> tuple[str, ...]:
    """Return the interfaces whose failing takes *router* from *node*, its own first."""
    return tuple(dict.fromkeys(one.interface for one in _together(cluster, node, router)))


def _together(cluster: Cluster, node: str, router: VirtualRouter) -> list[VirtualRouter]:
    """Return *router* and those that go where it goes, and it where they go: its sync group."""
    members = {name for group in _groups(cluster, node, router) for name in group.members}
    mates = [one for topology in cluster.nodes[node] for one in topology.routers
             if one.name in members and one.name != router.name]  # fmt: skip
    return [router, *mates]


def _groups(cluster: Cluster, node: str, router: VirtualRouter) -> list[SyncGroup]:
    return [group for topology in cluster.nodes[node] for group in topology.groups
            if router.name in group.members]  # fmt: skip


def _returns(cluster: Cluster, holder: str, router: str) -> bool:
    """Tell whether *holder*, gone and back, has the role of *router* again."""
    course = Course(cluster)
    course.settle()
    course.world.crash(holder)
    course.settle()
    course.world.start(holder)
    course.settle()
    return course.world.stations[holder].node.elections[router].role == "MASTER"
