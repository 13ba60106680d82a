"""Clients at work: connections arrive, are given to servers, and end, in virtual time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import TYPE_CHECKING

from hatools.engine.kernel_pool import KernelPool
from hatools.plugin.balancing import Connection, Member
from hatools.simulate.result import BINS, Traffic
from hatools.simulate.scenario import Lasting, Load

if TYPE_CHECKING:
    from hatools.engine.pool import PoolMachine
    from hatools.engine.world import Station, World

FIRST_PORT, LAST_PORT = 32768, 60999  # Linux' ephemeral ports
ENDS, EXPIRES = 0, 1
Told = Callable[[dict[str, object]], None]


def client_address(number: int, family: int) -> str:
    """Return the made-up address of client *number*."""
    if family == 6:
        return f"2001:db8:c::{number + 1:x}"
    return f"10.{128 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


class Clients:
    """The connections of one load.

    All random numbers come from streams of their own (when, how long, who,
    the draw of the scheduler), so that one does not disturb another.
    """

    def __init__(self, load: Load, number: int, seed: int, world: World, length: float) -> None:
        self.load = load
        self.world = world
        self.length = length
        self.service = _service(load.address, load.port)
        self._when, self._long, self._who, self._draw = (
            Random(f"{seed} {number} {stream}") for stream in ("when", "long", "who", "draw")
        )
        family = 6 if ":" in load.address else 4
        self._sources = load.sources or tuple(
            client_address(at, family) for at in range(load.clients)
        )
        self._port = FIRST_PORT - 1
        self.next = load.start + self._gap() if load.rate > 0 else float("inf")
        self._ends = min(length, load.end if load.end is not None else length)
        self._open: list[tuple[float, int, int, Connection, Member, PoolMachine, Station]] = []
        self._planned = 0
        self.total = 0
        self.served: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.broken = 0
        self.bins: list[Counter[str]] = [Counter() for _ in range(BINS)]
        self.clients: dict[str, set[str]] = {}
        self._fronts: dict[tuple[str, int], PoolMachine | None] = {}
        self.told: Told | None = None
        self.explain = False

    def _gap(self) -> float:
        rate = self.load.rate
        return 1 / rate if self.load.evenly else self._when.expovariate(rate)

    def due(self) -> float:
        """Return when its next event is, infinity when there is none."""
        coming = self.next if self.next <= self._ends else float("inf")
        return min(coming, self._open[0][0]) if self._open else coming

    def run(self, until: float) -> None:
        """Handle every event up to and including *until*."""
        while (now := self.due()) <= until:
            if self._open and self._open[0][0] <= self.next:
                _, _, what, connection, member, pool, station = heappop(self._open)
                if what == ENDS:
                    self._end(now, connection, member, pool, station)
                else:
                    pool.expire(connection, member, now)
            else:
                self.next = now + self._gap()
                self._arrive(now)

    def _arrive(self, now: float) -> None:
        self.total += 1
        self._port = FIRST_PORT if self._port >= LAST_PORT else self._port + 1
        load = self.load
        client = self._sources[int(self._who.random() * len(self._sources))]
        connection = Connection(
            client, self._port, load.address, load.port, load.protocol, now, load.facts
        )
        station, pool, server, why_not = self._connect(connection)
        label = ""
        if server is not None and pool is not None and station is not None:
            label = server.name
            if why_not:
                pool.finish(connection, server, aborted=True)
            else:
                self.served[label] += 1
                self.clients.setdefault(client, set()).add(label)
                ends = now + self._lasts(load.lasting)
                self._push(ends, ENDS, connection, server, pool, station)
        if why_not:
            self.lost[why_not] += 1
        self.bins[min(int(now / self.length * BINS), BINS - 1)]["" if why_not else label] += 1
        if self.told is not None:
            self._tell(connection, station, pool, label, why_not)

    def _connect(
        self, connection: Connection
    ) -> tuple[Station | None, PoolMachine | None, Member | None, str]:
        """Return where *connection* came to, and why it was lost, if it was."""
        station = self.world.reached(self.load.address)
        if station is None:
            return None, None, None, "no node has the address"
        pool = self._front(station, connection)
        if pool is None:
            return station, None, None, "nobody listens there"
        server = pool.open(connection, self._draw.random())
        if server is None:
            return station, pool, None, "no server is usable"
        world = self.world
        state = world.state(server.address, server.port or connection.port)
        reached = world.wire.passes(station.name, server.address)
        if state == "silent" or not reached:
            return station, pool, server, "the server does not answer"
        if state == "refuses":
            return station, pool, server, "the server refuses"
        if state == "fails":
            return station, pool, server, "the server answers wrongly"
        return station, pool, server, ""

    def _front(self, station: Station, connection: Connection) -> PoolMachine | None:
        key = (station.name, station.generation)
        if key not in self._fronts:
            front = station.node.front(connection)
            self._fronts[key] = front[0] if front else None
        pool = self._fronts[key]
        if pool is not None and not station.running and not isinstance(pool, KernelPool):
            return None  # a proxy that was killed listens no more; the kernel goes on
        return pool

    def _lasts(self, lasting: Lasting) -> float:
        if lasting.kind == "exponential":
            return self._long.expovariate(1 / lasting.seconds)
        if lasting.kind == "uniform":
            return self._long.uniform(lasting.seconds, lasting.most)
        return float("inf") if lasting.kind == "forever" else lasting.seconds

    def _push(
        self,
        time: float,
        what: int,
        connection: Connection,
        server: Member,
        pool: PoolMachine,
        station: Station,
    ) -> None:
        if time <= self.length:
            self._planned += 1
            entry = (time, self._planned, what, connection, server, pool, station)
            heappush(self._open, entry)

    def _end(
        self,
        now: float,
        connection: Connection,
        server: Member,
        pool: PoolMachine,
        station: Station,
    ) -> None:
        moved = station.broke_at(connection.address)
        failed = self.world.failed_at(server.address, server.port or connection.port)
        if station.crashed or max(moved, failed) > connection.time:
            self.broken += 1
        delay = pool.finish(connection, server)
        if delay:
            self._push(now + delay, EXPIRES, connection, server, pool, station)

    def _tell(
        self,
        connection: Connection,
        station: Station | None,
        pool: PoolMachine | None,
        server: str,
        why_not: str,
    ) -> None:
        assert self.told is not None
        told: dict[str, object] = {
            "time": round(connection.time, 6),
            "kind": "connection",
            "client": connection.client,
            "client_port": connection.client_port,
            "service": self.service,
            "node": station.name if station else None,
            "pool": pool.name if pool else None,
            "server": server or None,
            "lost": why_not or None,
        }
        if self.explain and pool is not None:
            told["why"] = pool.reason
        self.told(told)

    def result(self) -> Traffic:
        """Return what became of the connections."""
        return Traffic(
            self.service,
            self.total,
            dict(self.served),
            dict(self.lost),
            self.broken,
            tuple(dict(one) for one in self.bins),
            {client: frozenset(servers) for client, servers in self.clients.items()},
        )


def _service(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
