"""The simulation and the schedulers, and what they are measured against."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from costs import Cost, Work, inside
from wrr_simpy import served

from hatools.cli.simulate import prepared
from hatools.engine.cluster import Cluster
from hatools.engine.kernel_pool import TIMEOUTS, KernelPool
from hatools.model import Listener, Pool, RealServer, Service, Topology
from hatools.model import Scheduler as Algorithm
from hatools.plugin.balancing import Connection, Member, Scheduler
from hatools.plugin_host import Host
from hatools.simulate.run import simulate
from hatools.simulate.scenario import Lasting, Load, Scenario
from hatools_schedulers.wlc import WeightedLeastConnection

SERVERS, MANY_SERVERS = 100, 1000
RATE, SECONDS = 200.0, 0.3  # connections a second; how long they last on average
CONNECTIONS = 100_000
LENGTH = CONNECTIONS / RATE
CLIENTS = 500
SEED = 1
HELD, STEPS = 5_000, 1_000
VIP, PORT = "192.0.2.10", 80


class Scan(WeightedLeastConnection):
    """wlc that looks at every server for each connection, as the kernel does."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        return self.scan()

    def closed(self, server: Member) -> None:
        pass


def simulation() -> Callable[[], list[int]]:
    """Return a whole simulation by wrr, which returns how many connections each server got."""
    schedulers = Host().records("hatools_schedulers")
    service = Service("web", [Listener(VIP, (PORT, PORT))], default_pool="web")
    pool = _pool("wrr", SERVERS)
    cluster = Cluster({"lb1": [Topology(services=[service], pools=[pool])]}, schedulers)
    load = Load(CLIENTS, RATE, VIP, PORT, lasting=Lasting("exponential", SECONDS))
    scenario = Scenario("wrr", loads=(load,), length=LENGTH)

    def run() -> list[int]:
        (traffic,) = simulate(scenario, cluster, SEED).traffic
        return [traffic.served[f"{server.address}:{PORT}"] for server in pool.servers]

    return run


def in_simpy(time_wait: bool) -> Work:
    """Return the same simulation in SimPy; without *time_wait* an ended connection is forgotten."""
    weights = [server.weight for server in _pool("wrr", SERVERS).servers]
    waits = TIMEOUTS.time_wait if time_wait else 0.0

    def run() -> list[int]:
        return served(weights, RATE, SECONDS, LENGTH, waits, SEED)

    assert run() == simulation()(), "both simulate the same connections"
    return inside(run)


def in_c(folder: Path) -> Work:
    """Return the same simulation in C, of as many connections."""
    library = folder / "wrr.so"
    source = Path(__file__).with_name("wrr.c")
    command = ["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-lm"]
    subprocess.run(command, check=True)
    wrr = ctypes.CDLL(str(library)).wrr
    double, size = ctypes.c_double, ctypes.c_size_t
    ours = simulation()()
    counters = ctypes.c_int * SERVERS
    weights = counters(*(server.weight for server in _pool("wrr", SERVERS).servers))

    def run() -> list[int]:
        got, active, inactive = counters(), counters(), counters()
        times = double(RATE), double(SECONDS), double(TIMEOUTS.time_wait)
        amount = size(sum(ours)), ctypes.c_uint64(SEED)
        assert not wrr(weights, SERVERS, *times, *amount, got, active, inactive)
        return list(got)

    assert run() == ours, "both spread the connections alike"
    return inside(run)


def clock(config: Path) -> Work:
    """Return what its standard scenario lasts, as if somebody had waited for it."""
    scenario, _ = prepared((str(config),), (), (), (), ())
    passing = scenario.length * 1000
    return lambda: Cost(passing, passing)


class Churn:
    """Connections that come and go at a thousand servers, while most are held."""

    def __init__(self, scheduler: type[WeightedLeastConnection]) -> None:
        self.pool = KernelPool(_pool("wlc", MANY_SERVERS), Scheduler("wlc", scheduler))
        self.draws = Random(SEED)
        self.connection = Connection("198.51.100.1", 1024, VIP, PORT)
        self.held: list[Member] = []
        self.chosen: list[str] = []
        for _ in range(HELD):
            self.open()

    def open(self) -> None:
        server = self.pool.open(self.connection, 0.0)
        assert server is not None
        self.held.append(server)
        self.chosen.append(server.name)

    def run(self) -> None:
        self.chosen.clear()
        for _ in range(STEPS):
            self.open()
            leaving = int(self.draws.random() * len(self.held))
            self.held[leaving], server = self.held[-1], self.held[leaving]
            self.held.pop()
            self.pool.finish(self.connection, server)
            self.pool.expire(self.connection, server, 0.0)


@cache
def least_connections() -> tuple[Work, Work]:
    """Return wlc with our heap and with a scan, which have to choose the same servers."""
    heap, scan = Churn(WeightedLeastConnection), Churn(Scan)
    by_scan = inside(scan.run)

    def checked() -> Cost:
        cost = by_scan()
        assert scan.chosen == heap.chosen, "heap and scan choose the same servers"
        return cost

    return inside(heap.run), checked


def _pool(algorithm: str, count: int) -> Pool:
    servers = [
        RealServer(f"10.0.{at // 250}.{at % 250 + 1}", PORT, weight=at % 9 + 1, forwarding="nat")
        for at in range(count)
    ]
    return Pool("web", Algorithm(algorithm), servers)
