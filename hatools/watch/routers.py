"""What the configurations say of virtual routers, as events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hatools.model import Topology
from hatools.model.event import Event


def router_events(name: str, topologies: Sequence[Topology], now: float) -> Iterator[Event]:
    """Yield a ``router`` event for each virtual router of *topologies*.

    *name* is the node's where all belong to one; the secret stays here.
    """
    several = len({one.node for one in topologies if one.routers}) > 1
    for topology in topologies:
        node = topology.node if several and topology.node else name
        for router in topology.routers:
            known = router.authentication
            details = {
                "node": node,
                "interface": router.interface,
                "virtual_router_id": router.virtual_router_id,
                "family": router.family,
                "version": router.version,
                "priority": router.priority,
                "interval": router.advertisement_interval,
                "down_timer_adverts": router.down_timer_adverts,
                "addresses": [one.address for one in router.addresses],
                "peers": list(router.peers),
                "source_address": router.source_address,
                "authentication": known.kind if known else "",
            }
            yield Event(now, "router", f"{node}/{router.name}", details)
