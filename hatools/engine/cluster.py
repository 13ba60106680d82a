"""Nodes that belong together, from what their files mean to a world that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from hatools.engine.node import Node
from hatools.engine.world import Draw, Listener, World
from hatools.model import Topology, VirtualRouter
from hatools.plugin.balancing import NO_FACTS, Scheduler


class Cluster(NamedTuple):
    """What a world is made from: the nodes' meanings by name, in the order given.

    *addresses* are the nodes' own where they are known; those of unicast peers
    are found out, the others are made up so that a later node has a higher one
    (that decides between equal priorities).
    """

    nodes: Mapping[str, Sequence[Topology]]
    schedulers: Mapping[str, Scheduler]
    addresses: Mapping[str, str] = NO_FACTS
    programs: Mapping[str, str] = NO_FACTS

    def routers(self) -> list[tuple[str, VirtualRouter]]:
        """Return every virtual router with its node."""
        return [
            (name, router)
            for name, topologies in self.nodes.items()
            for topology in topologies
            for router in topology.routers
        ]

    def calm(self) -> float:
        """Return more seconds than any chain of timers takes from one change to the next."""
        routers = [router for _, router in self.routers()]
        silent = (one.advertisement_interval * (one.down_timer_adverts + 1) for one in routers)
        delays = (one.preempt_delay for one in routers)
        scripts = (
            tracker.interval * max(tracker.rise, tracker.fall) + (tracker.timeout or 0.0)
            for topologies in self.nodes.values()
            for topology in topologies
            for tracker in topology.trackers
        )
        bonds = (
            int(bond.option("updelay") or 0) / 1000
            for topologies in self.nodes.values()
            for topology in topologies
            for bond in topology.bonds
        )
        chains = (max(one, default=0.0) for one in (delays, scripts, bonds))
        return max(silent, default=1.0) + sum(chains) + 5

    def world(
        self,
        heard: Listener,
        draw: Draw = lambda: 0.0,
        *,
        balancing: bool = True,
        start: float = 0.0,
    ) -> World:
        """Return a world of these nodes at time *start*; none is started yet."""
        world = World(heard, draw, start)
        known = self._own_addresses()
        for number, (name, topologies) in enumerate(self.nodes.items(), 1):
            by_family = {
                family: known.get((name, family), made_up)
                for family, made_up in ((4, f"169.254.0.{number}"), (6, f"fe80::{number:x}"))
            }
            world.add(name, self._builder(name, topologies, by_family, balancing))
        for (name, interface), network in self.networks().items():
            world.wire.join(name, interface, network)
        return world

    def _builder(
        self, name: str, topologies: Sequence[Topology], own: Mapping[int, str], balancing: bool
    ) -> Callable[[], Node]:
        def build() -> Node:
            return Node(
                name,
                topologies,
                self.schedulers,
                address=own.__getitem__,
                programs=self.programs,
                balancing=balancing,
            )

        return build

    def _own_addresses(self) -> dict[tuple[str, int], str]:
        """Return the nodes' addresses by family: told, or named by all their peers but not them."""
        found: dict[tuple[str, int], str] = {}
        for name, address in self.addresses.items():
            found[name, 6 if ":" in address else 4] = address
        everyone = self.routers()
        for name, router in everyone:
            if not router.peers or (name, router.family) in found:
                continue
            rivals = [
                other
                for node, other in everyone
                if node != name and other.virtual_router_id == router.virtual_router_id
            ]
            told = [set(other.peers) for other in rivals]
            others = {other.source_address for other in rivals} | set(router.peers)
            candidates = sorted(set.intersection(*told) - others) if told else []
            if candidates:
                found[name, router.family] = candidates[0]
        return found

    def networks(self) -> dict[tuple[str, str], str]:
        """Return which network each interface of a virtual router is on.

        Interfaces of one name are on one network; one that no other node has
        joins the network of the router with its VRID and family elsewhere.
        """
        everyone = self.routers()
        owners: dict[str, set[str]] = {}
        for name, router in everyone:
            owners.setdefault(router.interface, set()).add(name)
        networks: dict[tuple[str, str], str] = {}
        for name, router in everyone:
            network = router.interface
            if len(owners[network]) == 1:
                network = next(
                    (
                        other.interface
                        for node, other in everyone
                        if node != name
                        and (other.virtual_router_id, other.family)
                        == (router.virtual_router_id, router.family)
                    ),
                    network,
                )
                network = min(network, router.interface)
            networks.setdefault((name, router.interface), network)
        return networks
