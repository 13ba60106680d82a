"""The picks of a scheduler alone: connections one after the other, all servers well."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from itertools import cycle, islice
from random import Random
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.naming import endpoint
from hatools.engine.node import Node
from hatools.errors import BadSetting
from hatools.plugin.balancing import Connection
from hatools.simulate.arrivals import FIRST_PORT, client_address


class Pick(NamedTuple):
    """Who asked, and which server got it (empty: none), and why."""

    client: str
    client_port: int
    service: str
    server: str
    why: str


def picks(
    cluster: Cluster,
    target: str,
    connections: int,
    clients: Sequence[str] = (),
    hold: bool = False,
    uri: str = "/",
    seed: int = 1,
) -> list[Pick]:
    """Return what becomes of *connections* to *target*, or to the only service there is.

    Raises `BadSetting` where there is no such service, or several.
    """
    (name, topologies), *_ = cluster.nodes.items()
    node = Node(name, topologies, cluster.schedulers, programs=cluster.programs)
    address, port, protocol = _service(node, target)
    family = 6 if ":" in address else 4
    for client in clients:
        try:
            ip_address(client)
        except ValueError:
            raise BadSetting(f"--client {client}: this is no address",
                             "write --client 192.0.2.7") from None  # fmt: skip
    sources = clients or [client_address(at, family) for at in range(connections)]
    draws = Random(seed)
    found = []
    for number, client in enumerate(islice(cycle(sources), connections)):
        connection = Connection(
            client,
            FIRST_PORT + number,
            address,
            port,
            protocol,
            number * 0.001,
            {"uri": uri},
        )
        front = node.front(connection)
        assert front is not None
        pool = front[0]
        server = pool.open(connection, draws.random())
        label = server.name if server else ""
        found.append(Pick(client, connection.client_port, pool.name, label, pool.reason))
        if server is not None and not hold:
            pool.finish(connection, server)
    return found


def _service(node: Node, target: str) -> tuple[str, int, str]:
    """Return address, port and protocol of the service that *target* names."""
    known = {}
    for listener, _, pools in node.fronts:
        if pools and listener.ports and listener.mark is None and not listener.path:
            address = listener.address or "198.51.100.1"
            protocol = listener.protocol if listener.protocol != "any" else "tcp"
            known[endpoint(address, listener.ports[0])] = (address, listener.ports[0], protocol)
    if target in known:
        return known[target]
    if not known:
        raise BadSetting("no service has a server", "name a configuration with services")
    if target or len(known) != 1:
        there = ", ".join(known)
        said = f"no service is at {target}" if target else f"there are {len(known)} services"
        raise BadSetting(said, f"name one with --to: {there}")
    return next(iter(known.values()))
