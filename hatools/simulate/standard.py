"""The scenario of a configuration alone: every component fails once, and comes back."""

from __future__ import annotations

from hatools.engine.cluster import Cluster
from hatools.engine.health import detection
from hatools.model import Check, Pool, RealServer
from hatools.simulate.scenario import Happening, Lasting, Load, Scenario

FIRST = 5.0
MOST_LOADS = 4  # services that get clients
MOST_ROUNDS = 12  # servers of each pool that fail, one after the other
CLIENTS, RATE = 50, 5.0
LASTING = Lasting("exponential", 1.0)


def standard(cluster: Cluster, name: str) -> Scenario:
    """Return a scenario in which every component of *cluster* fails once.

    Nodes crash and return, links between nodes are cut and heal, interfaces,
    scripts and processes fail and recover; of every pool one server after the
    other falls silent, the first `MOST_ROUNDS` of them, in all pools at once.
    """
    time = FIRST
    happenings: list[Happening] = []

    def twice(down: Happening, up: Happening, pause: float) -> None:
        nonlocal time
        happenings.append(down._replace(time=time))
        happenings.append(up._replace(time=time + pause))
        time += 2 * pause

    calm = cluster.calm()
    names = [node for node, own in cluster.nodes.items() if any(one.routers for one in own)]
    for node in names:
        twice(Happening(0, "crash", node), Happening(0, "return", node), calm)
    for node, kind, tracker in _trackers(cluster):
        if kind == "script":
            down, up = (Happening(0, "script", node, tracker, way) for way in ("fails", "passes"))
        else:
            subject = f"{kind}:{tracker}"
            down, up = (Happening(0, "tracked", node, subject, way) for way in ("down", "up"))
        twice(down, up, calm)
    for node, interface in sorted(cluster.networks()):
        down, up = (Happening(0, "link", node, interface, way) for way in ("down", "up"))
        twice(down, up, calm)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            twice(Happening(0, "cut", one, other), Happening(0, "heal", one, other), calm)
    time = _servers_fail(cluster, happenings, time)
    return Scenario(name, loads=_loads(cluster), happenings=tuple(happenings), length=time + FIRST)


def _trackers(cluster: Cluster) -> list[tuple[str, str, str]]:
    return [
        (node, tracker.kind, tracker.name)
        for node, topologies in cluster.nodes.items()
        for topology in topologies
        for tracker in topology.trackers
        if tracker.kind != "file"
    ]


def _servers_fail(cluster: Cluster, happenings: list[Happening], time: float) -> float:
    """Let one server of every pool fall silent at a time; return when all are back."""
    pools: dict[tuple[object, ...], list[RealServer]] = {}
    for topologies in cluster.nodes.values():
        for topology in topologies:
            for pool in topology.pools:
                servers = [one for one in pool.servers if one.role != "sorry" and one.checks]
                if servers:
                    key = tuple((one.address, one.port) for one in servers)
                    pools.setdefault(key, servers)
    for number in range(min(max(map(len, pools.values()), default=0), MOST_ROUNDS)):
        struck = {
            (servers[number].address, servers[number].port): servers[number]
            for servers in pools.values()
            if number < len(servers)
        }
        pause = max(_slowest(server) for server in struck.values()) + 1
        places = {place: None for server in struck.values() for place in _places(server)}
        for address, port in places:
            happenings.append(Happening(time, "server", "", address, "silent", port))
            happenings.append(Happening(time + pause, "server", "", address, "answers", port))
        time += 2 * pause
    return time


def _places(server: RealServer) -> list[tuple[str, int | None]]:
    """Return where *server* answers: its own port, and the others that its checks ask.

    What tells of a database often listens beside it, and falls silent with it.
    """
    asked = [
        (check.address or server.address, check.port)
        for check in server.checks
        if isinstance(check, Check) and not check.tracks and check.port and server.port
    ]
    return [
        (server.address, server.port),
        *(place for place in asked if place[0] == server.address),
    ]


def _slowest(server: RealServer) -> float:
    """Return the seconds after which a silent server is surely out, or back in."""
    times = [0.0]
    for check in server.checks:
        if isinstance(check, Check) and not check.tracks:
            back = check.down_interval + (check.rise - 1) * check.fast_interval
            times.append(max(detection(check, server.forwarding == "proxy")[2], back))
    return max(times)


def _loads(cluster: Cluster) -> tuple[Load, ...]:
    """Return clients for the first services that have a pool with servers."""
    found: dict[tuple[str, int, str], Load] = {}
    for topologies in cluster.nodes.values():
        for topology in topologies:
            pools: dict[str, Pool] = {pool.name: pool for pool in topology.pools}
            for service in topology.services:
                pool = pools.get(service.default_pool)
                for listener in service.listeners:
                    if pool is None or not pool.servers or not listener.ports:
                        continue
                    address = listener.address or _any_address(cluster)
                    port, protocol = listener.ports[0], listener.protocol
                    if address and protocol in ("tcp", "udp"):
                        load = Load(CLIENTS, RATE, address, port, protocol, LASTING)
                        found.setdefault((address, port, protocol), load)
    return tuple(found.values())[:MOST_LOADS]


def _any_address(cluster: Cluster) -> str:
    """Return a virtual address that stands in for a wildcard, else a node's own."""
    for _, router in cluster.routers():
        for address in router.addresses:
            return address.address
    return "198.51.100.1"
