"""Checks everything once, for cron and Nagios."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from hatools.engine.machine import StartProbe
from hatools.engine.pool import labels
from hatools.model import Pool, Topology
from hatools.watch.daemon import Registry
from hatools.watch.prober import Prober
from hatools.watch.settings import WatchSettings
from hatools.watch.targets import Targets

OK, WARNING, CRITICAL = 0, 1, 2  # the exit statuses of Nagios plugins
NAMES = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL"}


async def check_once(
    name: str, topologies: Sequence[Topology], settings: WatchSettings, registry: Registry
) -> tuple[int, list[str]]:
    """Return an exit status and what to print: the sum first, then what is not well.

    Critical is a pool without its quorum; a warning, a server that is down.
    """
    prober = Prober(asyncio.get_running_loop())
    targets = Targets(
        prober,
        registry.probes,
        allow_scripts=settings.allow_scripts,
        script_user=settings.script_user,
    )
    pools = [pool for topology in topologies for pool in topology.pools if pool.servers]
    try:
        found = await asyncio.gather(*(_pool(pool, targets) for pool in pools))
    finally:
        prober.close()
    status = max((status for status, _ in found), default=OK)
    lines = [line for _, said in found for line in said]
    servers = sum(len(pool.servers) for pool in pools)
    down = len(lines)
    summary = f"{NAMES[status]}: {servers - down} of {servers} servers answer on {name}"
    return status, [summary, *lines]


async def _pool(pool: Pool, targets: Targets) -> tuple[int, list[str]]:
    weight, lines = 0, []
    checked = [one for one in pool.servers if one.role != "sorry"]
    names = labels(pool.servers)
    answers = await asyncio.gather(
        *(_server(pool.name, at, server, targets) for at, server in enumerate(pool.servers))
    )
    for server, label, why in zip(pool.servers, names, answers, strict=True):
        if why:
            lines.append(f"{pool.name}/{label} is down: {why}")
        elif server in checked:
            weight += server.weight
    needed = pool.quorum.weight if pool.quorum else 1
    if weight < needed:
        return CRITICAL, lines
    return (WARNING if lines else OK), lines


async def _server(pool: str, at: int, server: Any, targets: Targets) -> str:
    """Return why a server is down, nothing when it is up."""
    for number, check in enumerate(server.checks):
        port = check.port if check.port is not None else server.port
        address = check.address or server.address
        start = StartProbe(f"{pool}/{at}#{number}", check, address, port or 0)
        answer: Mapping[str, Any] = await targets.once(start)
        if not answer["passed"]:
            return str(answer["reason"])
    return ""
