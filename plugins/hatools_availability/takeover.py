"""What the engine says of a cluster's virtual routers: who holds them, who takes over, how fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.tracked_failures import tracked_failures
from hatools.engine.what_if import Course, Takeover, what_if
from hatools.model import Topology, Tracking, VirtualRouter, replace
from hatools.plugin.behaviour import Scheduler

Identity = tuple[str, int | None, int]  # network, virtual_router_id, family


class Watched(NamedTuple):
    """A tracker of one node's router and what its failing leads to; None: it was not tried."""

    tracking: Tracking
    takeover: Takeover | None


class Held(NamedTuple):
    """A virtual router over all its nodes: *routers* by node, the holder first, then by priority.

    *crash* and *links* (by interface) are what follows when its holder, or its
    holder's link, fails.  *returns*: a holder that comes back has the role again.
    """

    addresses: tuple[str, ...]
    routers: tuple[tuple[str, VirtualRouter], ...]
    crash: Takeover | None
    links: Mapping[str, Takeover]
    watched: Mapping[str, tuple[Watched, ...]]
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
    """Return who holds the addresses of *cluster*, and what follows when that fails."""
    if not cluster.routers():
        return Known((), ())
    networks = cluster.networks()
    groups: dict[Identity, list[tuple[str, VirtualRouter]]] = {}
    for node, router in cluster.routers():
        identity = (networks[node, router.interface], router.virtual_router_id, router.family)
        groups.setdefault(identity, []).append((node, router))
    settled = Course(cluster)
    settled.settle()
    masters = {(node, election.name) for node, election in settled.masters().values()}
    after = {
        (takeover.before, takeover.router, one.failure.kind, one.failure.subject): takeover
        for one in what_if(cluster, ("crash", "interface"))
        for takeover in one.takeovers
    }
    tried = {
        (one.node, one.router, one.tracking): one.takeover for one in tracked_failures(cluster)
    }
    held, remarks = [], []
    for routers in groups.values():
        holders = [(node, router) for node, router in routers if (node, router.name) in masters]
        addresses = tuple(dict.fromkeys(a.address for _, r in routers for a in r.addresses))
        if not holders:
            remarks.append(f"{_said(addresses, routers)} is on no node while all is well")
            continue
        holder, router = holders[0]
        if len(holders) > 1:
            both = " and ".join(node for node, _ in holders)
            remarks.append(f"{_said(addresses, routers)} is on {both} at once: see hatools lint")
        label = f"{holder} {router.name}"
        held.append(
            Held(
                addresses,
                tuple(sorted(routers, key=lambda one: (one[0] != holder, -one[1].priority))),
                after.get((holder, label, "crash", holder)),
                {
                    subject: takeover
                    for (node, name, kind, subject), takeover in after.items()
                    if (node, name, kind) == (holder, label, "interface")
                },
                {node: _watched(cluster, node, one, tried) for node, one in routers},
                len(routers) > 1 and _returns(cluster, holder, router.name),
            )
        )
    remarks += _rivals(held)
    return Known(tuple(held), tuple(remarks))


def _said(addresses: Sequence[str], routers: Sequence[tuple[str, VirtualRouter]]) -> str:
    return ", ".join(addresses[:3]) or routers[0][1].name


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
    groups = [group for topology in cluster.nodes[node] for group in topology.groups]
    own = list(router.tracking)
    own += [one for group in groups if router.name in group.members for one in group.tracking]
    return tuple(Watched(one, tried.get((node, router.name, one))) for one in dict.fromkeys(own))


def _returns(cluster: Cluster, holder: str, router: str) -> bool:
    """Tell whether *holder*, gone and back, has the role of *router* again."""
    course = Course(cluster)
    course.settle()
    course.world.crash(holder)
    course.settle()
    course.world.start(holder)
    course.settle()
    return course.world.stations[holder].node.elections[router].role == "MASTER"
