"""Checks everything once, for cron and Nagios."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from hatools.engine.machine import StartProbe
from hatools.engine.pool import labels
from hatools.model import Pool, RealServer, Topology
from hatools.watch.daemon import Registry
from hatools.watch.prober import Prober
from hatools.watch.settings import WatchSettings
from hatools.watch.targets import Targets

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3  # the exit statuses of Nagios plugins
NAMES = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL", UNKNOWN: "UNKNOWN"}
NOBODY = ("there is no server", "no server has a check")
WORST = (CRITICAL, WARNING, UNKNOWN, OK)  # what counts where several are so


class Asked(NamedTuple):
    """What came of a server's checks: why it is *down*, or why that is *unknown*; else it is up.

    *checked*: it has any.
    """

    down: str = ""
    unknown: str = ""
    checked: bool = True


async def check_once(
    name: str, topologies: Sequence[Topology], settings: WatchSettings, registry: Registry
) -> tuple[int, list[str]]:
    """Return an exit status and what to print: the sum with its figures, then what is not well.

    Critical is a pool without its quorum; a warning, a server that is down;
    unknown, a server that could not be asked, or that there is none to ask.
    """
    prober = Prober(asyncio.get_running_loop())
    targets = Targets(
        prober,
        registry.probes,
        allow_scripts=settings.allow_scripts,
        script_user=settings.script_user,
    )
    targets.learn(topologies)
    pools = [pool for topology in topologies for pool in topology.pools if pool.servers]
    began = time.monotonic()
    try:
        answers = await asyncio.gather(
            *(
                _server(pool.name, at, server, targets)
                for pool in pools
                for at, server in enumerate(pool.servers)
            )
        )
    finally:
        targets.close()
        prober.close()
    names = [f"{pool.name}/{label}" for pool in pools for label in labels(pool.servers)]
    asked = dict(zip(names, answers, strict=True))
    return _report(name, pools, asked, time.monotonic() - began)


def _report(
    name: str, pools: Sequence[Pool], asked: dict[str, Asked], seconds: float
) -> tuple[int, list[str]]:
    checked = sum(one.checked for one in asked.values())
    statuses, weights, lines = [] if checked else [UNKNOWN], [], []
    for pool in pools:
        weight, needed = 0, pool.quorum.weight if pool.quorum else 1
        status = OK
        for server, label in zip(pool.servers, labels(pool.servers), strict=True):
            subject = f"{pool.name}/{label}"
            found = _followed(server, asked[subject], asked)
            if found.down:
                lines.append(f"{subject} is down: {found.down}")
                status = WARNING
            elif found.unknown:
                lines.append(f"{subject} was not asked: {found.unknown}")
                status = status or UNKNOWN
            if not found.down and server.role != "sorry":
                weight += server.weight
        statuses.append(CRITICAL if weight < needed else status)
        weights.append(f"{_label(pool.name)}={weight};;{needed}:;0")
    worst = next(one for one in WORST if one in statuses)
    up, unchecked = checked - len(lines), len(asked) - checked
    figures = [f"servers={up};;;0;{checked}", f"time={seconds:.3f}s;;;0", *weights]
    said = f"{up} of {checked} servers answer on {name}" if checked else NOBODY[bool(asked)]
    said += f", {unchecked} without a check" if checked and unchecked else ""
    plain = [line.replace("|", "/") for line in lines]  # it separates the figures
    return worst, [f"{NAMES[worst]}: {said} | {' '.join(figures)}", *plain]


def _label(pool: str) -> str:
    """Return the name of a figure as Nagios takes it: in quotes, without quotes and ``=``."""
    return "'weight " + "".join("_" if sign in "'=|" else sign for sign in pool) + "'"


def _followed(server: RealServer, own: Asked, asked: dict[str, Asked]) -> Asked:
    """Return *own*, or why the server is down that *server* follows."""
    for check in server.checks:
        if check.tracks and not own.down:
            other = asked.get(check.tracks, Asked())
            own = own._replace(down=f"as {check.tracks} is" if other.down else "")
    return own


async def _server(pool: str, at: int, server: RealServer, targets: Targets) -> Asked:
    """Return what comes of a server's checks: all have to pass."""
    unknown = ""
    for number, check in enumerate(server.checks):
        if check.tracks:
            continue
        port = check.port if check.port is not None else server.port
        address = check.address or server.address
        proxied = server.forwarding == "proxy"
        name = f"{pool}/{at}#{number}"
        start = StartProbe(name, check, address, port or 0, proxied, server.own)
        answer = await targets.once(start)
        agent = answer.get("agent")
        silent = check.kind == "agent" and not (isinstance(agent, dict) and agent["up"] is False)
        if not answer["passed"] and not silent:  # what an agent does not say is no outage
            return Asked(down=str(answer["reason"]))
        if answer.get("unknown"):
            unknown = str(answer["reason"])
    return Asked(unknown=unknown, checked=bool(server.checks))
