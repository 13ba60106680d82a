"""What fails at random: components with an MTTF, drawn for each seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random

from hatools.engine.cluster import Cluster
from hatools.engine.naming import server_names
from hatools.errors import BadSetting
from hatools.plugin.components import Given
from hatools.simulate.scenario import Happening, Scenario, Wear

MOST = 1_000_000  # failures in one run
CHANGES = {
    "crash": (("crash", ""), ("return", "")),
    "server": (("server", "silent"), ("server", "answers")),
    "link": (("link", "down"), ("link", "up")),
}


def worn(cluster: Cluster, given: Given, length: float) -> Scenario:
    """Return the scenario in which what *given* speaks of fails at random for *length* seconds.

    What it says no MTTF of never fails.  Raises `BadSetting` for names of nothing.
    """
    wear = tuple(dict.fromkeys([*_nodes(cluster, given), *_links(cluster, given),
                                *_servers(cluster, given)]))  # fmt: skip
    given.refuse_unknown()
    if not wear:
        raise BadSetting("--mttf speaks of nothing that is here", "write node=2h,server=1h")
    expected = sum(length / (one.mttf + one.mttr) for one in wear)
    if expected > MOST:
        raise BadSetting(f"about {expected:.0f} failures are more than can be simulated",
                         "let it last less long with --for")  # fmt: skip
    return Scenario("failures at random", length=length, wear=wear)


def _nodes(cluster: Cluster, given: Given) -> Iterator[Wear]:
    for node in cluster.nodes:
        if given.says("node", (node,)):
            yield Wear("crash", node, "", None, *given.times("node", (node,)))


def _links(cluster: Cluster, given: Given) -> Iterator[Wear]:
    """Yield the links of virtual routers, and the ports of bonds."""
    found = [(node, router.interface, "link") for node, router in cluster.routers()]
    found += [
        (node, port.name, "port")
        for node, topologies in cluster.nodes.items()
        for topology in topologies
        for bond in topology.bonds
        for port in bond.ports
        if port.name
    ]
    bonds = {
        (node, bond.name)
        for node, topologies in cluster.nodes.items()
        for topology in topologies
        for bond in topology.bonds
    }
    for node, link, kind in found:
        names = (f"{node}/{link}", link)
        if (node, link) not in bonds and given.says(kind, names):
            yield Wear("link", node, link, None, *given.times(kind, names))


def _servers(cluster: Cluster, given: Given) -> Iterator[Wear]:
    seen = set()
    for topologies in cluster.nodes.values():
        for topology in topologies:
            for pool in topology.pools:
                for server in pool.servers:
                    names = server_names(pool.name, server)
                    place = (server.address, server.port)
                    if server.role != "sorry" and given.says("server", names):
                        if place not in seen:
                            times = given.times("server", names)
                            yield Wear("server", "", *place, *times)
                        seen.add(place)


def drawn(wear: Sequence[Wear], length: float, seed: int) -> list[Happening]:
    """Return the failures and repairs of *wear* up to *length* with *seed*, in order.

    Everything works at the start.  Each component has draws of its own: what
    happens to one does not change with the others.
    """
    found: list[Happening] = []
    for one in wear:
        draws = Random(f"{seed} wear {one.kind} {one.node} {one.subject} {one.port}")
        time = 0.0
        while not math.isinf(one.mttf):
            for (kind, value), mean in zip(CHANGES[one.kind], (one.mttf, one.mttr), strict=True):
                time += draws.expovariate(1.0 / mean) if mean else 0.0
                found.append(Happening(time, kind, one.node, one.subject, value, one.port))
            if time >= length:
                break
    return sorted((one for one in found if one.time < length), key=lambda one: one.time)
