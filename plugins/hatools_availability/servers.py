"""The servers behind a service, as parts that can fail: from a pool of the model."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.health import detection
from hatools.engine.naming import label_of, server_names
from hatools.model import Check, RealServer, Topology
from hatools.model import Pool as ModelPool
from hatools.plugin.components import Given
from hatools_availability.parts import Pool, Server


def pool_of(pool: ModelPool, topology: Topology, given: Given) -> Pool:
    """Return the servers of *pool* that get requests."""
    roles: dict[str, list[Server]] = {"active": [], "backup": [], "sorry": []}
    labels: dict[str, int] = {}
    for server in pool.servers:
        if server.weight > 0 and server.state == "ready":
            label = label_of(server)
            labels[label] = labels.get(label, 0) + 1
            if labels[label] > 1:
                label = f"{label} ({labels[label]})"
            roles[server.role].append(_server(server, label, pool, topology, given))
    active = tuple(roles["active"])
    most = sum(server.weight for server in active)
    needed = min(pool.quorum.weight, most) if pool.quorum and counts(pool) else 1
    return Pool(pool.name, active, max(needed, 1), tuple(roles["backup"]), pool.fallback_all,
                bool(roles["sorry"]))  # fmt: skip


def counts(pool: ModelPool) -> bool:
    """Tell whether losing the quorum of *pool* does anything: the other servers go on, else."""
    sorry = any(server.role == "sorry" for server in pool.servers)
    return pool.quorum is not None and (sorry or bool(pool.quorum.down_script))


def _server(
    server: RealServer, label: str, pool: ModelPool, topology: Topology, given: Given
) -> Server:
    times = given.times("server", server_names(pool.name, server))
    checks = [check for one in server.checks for check in _own(one, topology)]
    proxied = server.forwarding == "proxy"
    if not checks:
        return Server(label, server.weight, times, proxied=proxied)
    first = min(checks, key=lambda check: detection(check, proxied)[1])
    return Server(label, server.weight, times, detection(first, proxied)[1],
                  max(map(back, checks)), first, proxied)  # fmt: skip


def back(check: Check) -> float:
    """Return how many seconds a repaired server waits, on average, until *check* has it in."""
    return check.down_interval / 2 + (check.rise - 1) * check.fast_interval


def _own(check: Check, topology: Topology, depth: int = 3) -> Iterator[Check]:
    """Yield *check*, or those of the server that it tracks."""
    if not check.tracks:
        if check.kind != "agent":
            yield check
        return
    name, _, label = check.tracks.partition("/")
    pool = topology.pool(name)
    for server in pool.servers if pool is not None and depth else ():
        if label in (server.name, server.address):
            for one in server.checks:
                yield from _own(one, topology, depth - 1)
