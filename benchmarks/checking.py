"""Checks targets once a second, as `hatools watch` does.

Prints the checks made, those that passed, and the processor time of them, in seconds.

Usage: python benchmarks/checking.py PORT TARGETS SECONDS tcp|http
"""

from __future__ import annotations

import asyncio
import sys
import time

from hatools.engine.node import Node
from hatools.model import Check, HttpRequest, Listener, Pool, RealServer, Service, Topology
from hatools.model import Scheduler as Algorithm
from hatools.plugin_host import Host
from hatools.watch.garbage import spare_what_stays
from hatools.watch.prober import Prober
from hatools.watch.running import LATENESS, SLACK, RunningNode
from hatools.watch.targets import Targets

WARM = 1.5  # seconds until every target was checked once
EACH = 10  # servers in a pool


def topology(port: int, targets: int, kind: str) -> Topology:
    """Return a setup of *targets* servers, all on loopback."""
    detail = (HttpRequest(),) if kind == "http" else None
    check = Check(kind, interval=1.0, fast_interval=1.0, down_interval=1.0, connect_timeout=1.0,
                  timeout=1.0, rise=2, fall=3, initial="up", detail=detail)  # fmt: skip
    servers = [
        RealServer("127.0.0.1", port, name=f"s{number}", checks=(check,))
        for number in range(targets)
    ]
    pools = [
        Pool(f"web{at}", Algorithm("roundrobin"), servers[at : at + EACH])
        for at in range(0, targets, EACH)
    ]
    services = [Service(pool.name, [Listener(None, (80, 80))], default_pool=pool.name)
                for pool in pools]  # fmt: skip
    return Topology(services=services, pools=pools)


async def run(port: int, targets: int, seconds: float, kind: str) -> None:
    host = Host()
    schedulers = host.records("hatools_schedulers")
    probes = host.records("hatools_probes")
    prober = Prober(asyncio.get_running_loop())
    asked = Targets(prober, probes)
    node = Node("lb1", [topology(port, targets, kind)], schedulers, electing=False)
    running = RunningNode(node, lambda event: None, send=_never, probe=asked.ask, track=_never,
                          slack=SLACK)  # fmt: skip
    spare_what_stays()
    running.start()
    await asyncio.sleep(WARM)

    def made() -> tuple[int, int]:
        known = asked.known.values()
        return sum(one.passed for one in known), sum(one.failed for one in known)

    passed, failed, spent = *made(), time.process_time()
    await asyncio.sleep(seconds)
    spent = time.process_time() - spent
    running.kill()
    done, wrong = made()
    print(done - passed + wrong - failed, done - passed, f"{spent:.6f}")
    late = dict(zip([*LATENESS, "more"], running.late, strict=True))
    print(f"late: {late}", file=sys.stderr)
    prober.close()


def _never(*_: object) -> None:
    raise AssertionError("there is nothing to send")


if __name__ == "__main__":
    _, port, targets, seconds, kind = sys.argv
    asyncio.run(run(int(port), int(targets), float(seconds), kind))
