"""Clients at work: connections arrive, are given to servers, and end, in virtual time."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import count, repeat
from math import inf
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from hatools.engine.kernel_pool import KernelPool
from hatools.engine.naming import endpoint
from hatools.engine.proxy_pool import ProxyPool
from hatools.plugin.balancing import Connection, Member
from hatools.simulate.arrivals import Arrivals
from hatools.simulate.proxied import WHY_LOST, Proxied, Waiting
from hatools.simulate.result import Traffic
from hatools.simulate.scenario import Load
from hatools.simulate.tally import UNDECIDED, Tally

if TYPE_CHECKING:
    from hatools.engine.pool import PoolMachine
    from hatools.engine.station import Station
    from hatools.engine.world import World

WORTHWHILE = 16  # connections between two events of the world that are better dealt with in bulk
MOST_SORTED = 4096  # connections that may be held meanwhile: more are better kept in a heap


class Route(NamedTuple):
    """Where connections come to while nothing changes.

    *lost* says why they get no further than the node, *ill* why those given to
    a server are lost.
    """

    station: Station | None
    pool: PoolMachine | None
    lost: str
    ill: Mapping[Member, str]


NOWHERE = Route(None, None, "no node has the address", {})
# When it ends (or, once it ended, is forgotten), its number among equals, whether it
# is to end, and what it is.  No record: a tuple is a third of its price.
Kept = tuple[float, int, bool, Connection, Member, "PoolMachine", "Station"]


class Clients:
    """The connections of one load.

    Arrivals come in batches, and what became of a batch is counted behind it;
    in between are only the scheduler's choices and the ends of connections.
    """

    def __init__(
        self,
        load: Load,
        number: int,
        seed: int,
        world: World,
        length: float,
        waiting: Waiting,
    ) -> None:
        self.load = load
        self.world = world
        self.length = length
        self.tally = Tally(endpoint(load.address, load.port), length)
        self._arrivals = Arrivals(load, number, seed, length)
        self._draw = Random(f"{seed} {number} draw").random
        self._route = NOWHERE
        self._epoch = -1
        self._kept: list[Kept] = []  # a heap
        self._ended: deque[Kept] = deque()  # those that are forgotten in the order of their ends
        self._past: deque[tuple[float, KernelPool, list[Member]]] = deque()  # those, in bulk
        self._numbers = count()
        self._number = self._numbers.__next__
        self._next_end = inf
        self._proxied = Proxied(world, self.tally, waiting, self._draw, length)
        self._became: list[str] = []  # of the batch so far: the server's name, empty for lost
        self._batch = self._arrivals.batch()

    @property
    def pool(self) -> PoolMachine | None:
        """The pool that its connections come to now, if any."""
        if self._epoch != self.world.epoch:
            self._look()
        return self._route.pool

    def due(self) -> float:
        """Return when its next event is, infinity when there is none."""
        at, times = len(self._became), self._batch.times
        ends = min(self._next_end, self._proxied.due())
        return min(times[at], ends) if at < len(times) else ends

    def run(self, until: float) -> None:
        """Handle every event up to and including *until*."""
        if self.due() > until:
            return
        if self._epoch != self.world.epoch:
            self._look()
        while True:
            batch, at = self._batch, len(self._became)
            stop = bisect_right(batch.times, until, at)
            if stop - at >= WORTHWHILE and self._in_bulk():
                self._arrive_all(at, stop)
            elif at < stop:
                self._arrive(at, stop)
            if stop < len(batch.times) or not batch.times:
                break
            self._count()
        self._next_end = self._settle(until)
        self._expire_past(until)
        self._proxied.run(until)

    def _look(self) -> None:
        """Find out where connections come to now, and which servers do not serve them."""
        world = self.world
        self._epoch = world.epoch
        station = world.reached(self.load.address)
        if station is None:
            self._route = NOWHERE
            return
        load = self.load
        pool = station.front(Connection("", 0, load.address, load.port, load.protocol))
        if pool is None:
            self._route = Route(station, None, "nobody listens there", {})
            return
        servers = [*pool.members.values(), *([pool.sorry] if pool.sorry else [])]
        ill = {one: why for one in servers if (why := self._why_lost(station, one))}
        self._route = Route(station, pool, "", ill)

    def _why_lost(self, station: Station, server: Member) -> str:
        """Return why a connection that *station* gives to *server* is lost, if it is."""
        if not self.world.wire.passes(station.name, server.address):
            return WHY_LOST["silent"]
        state = self.world.state(server.address, server.port or self.load.port)
        return WHY_LOST.get(state, "")

    def _arrive(self, at: int, stop: int) -> None:
        """Let the connections of the batch from *at* to *stop* come, one after the other."""
        route = self._route
        pool, station, ill = route.pool, route.station, route.ill
        batch = self._batch
        connections = batch.connections[at:stop]
        if pool is None or station is None:
            for connection in connections:
                self._lose(connection, None, route)
            return
        if isinstance(pool, ProxyPool):
            self._became += [UNDECIDED] * len(connections)
            for connection, end in zip(connections, batch.ends[at:stop], strict=True):
                self._proxied.arrive(connection, end, station, pool)
            return
        choose, draw, became = pool.open, self._draw, self._became
        kept, number, length = self._kept, self._number, self.length
        settle, next_end, told = self._settle, self._next_end, self.tally.told
        moments = zip(batch.times[at:stop], connections, batch.ends[at:stop], strict=True)
        for now, connection, end in moments:
            if next_end <= now:
                next_end = settle(now)
            server = choose(connection, draw())
            if server is None or server in ill:
                next_end = min(next_end, self._lose(connection, server, route))
                continue
            became.append(server.name)
            if end <= length:
                heappush(kept, (end, number(), True, connection, server, pool, station))
                if end < next_end:
                    next_end = end
            if told is not None:
                self._tell(connection, route, server.name, "")
        self._next_end = next_end

    def _in_bulk(self) -> bool:
        """Tell whether connections may be counted together: nobody looks at them one by one."""
        pool = self._route.pool
        return (
            isinstance(pool, KernelPool)
            and self.tally.told is None
            and not self._route.ill
            and len(self._kept) <= MOST_SORTED
            and pool.counts_in_bulk(self.load.protocol)
            and all(kept[5] is pool for kept in self._kept)
        )

    def _arrive_all(self, at: int, stop: int) -> None:
        """Let the connections of the batch from *at* to *stop* come, and what is due end."""
        pool, station = self._route.pool, self._route.station
        assert isinstance(pool, KernelPool)
        assert station is not None
        batch, length = self._batch, self.length
        connections = batch.connections[at:stop]
        chosen = pool.open_all(connections, self._draw)
        if not chosen:
            for connection in connections:
                self._lose(connection, None, self._route)
            return
        self._became += [server.name for server in chosen]
        ends = batch.ends[at:stop]
        begun = zip(
            ends, self._numbers, repeat(True), connections, chosen, repeat(pool), repeat(station)
        )
        self._kept += begun if max(ends) <= length else [one for one in begun if one[0] <= length]
        self._settle_all(batch.times[stop - 1], pool)

    def _settle_all(self, until: float, pool: KernelPool) -> None:
        """Let connections end, and be forgotten, up to *until*, all at once."""
        kept, broke = self._kept, self.world.broke
        kept.sort()  # most of it is sorted; what is sorted is a heap, too
        cut = bisect_right(kept, until, key=itemgetter(0))
        due, kept[:cut] = kept[:cut], ()
        ends = [one for one in due if one[2]]
        if len(ends) < len(due):
            pool.expire_all([one[4] for one in due if not one[2]])
        if broke > 0:
            self.tally.broken += sum(
                one[3].time < broke and self._broke(one[3], one[4], one[6]) for one in ends
            )
        if ends:
            servers = [one[4] for one in ends]
            delay = pool.finish_all(servers)
            self._past.append((ends[-1][0] + delay, pool, servers))
        self._next_end = self._settle(until)

    def _expire_past(self, until: float) -> None:
        """Let those be forgotten, in bulk, who ended in bulk."""
        past = self._past
        while past and past[0][0] <= until:
            _, pool, servers = past.popleft()
            pool.expire_all(servers)

    def _lose(self, connection: Connection, server: Member | None, route: Route) -> float:
        """Note that *connection* came to nothing; return when its server forgets it."""
        pool, station = route.pool, route.station
        forgotten = inf
        if pool is not None and station is not None and server is not None:
            why, label = route.ill[server], server.name
            delay = pool.finish(connection, server, aborted=True)
            if delay and connection.time + delay <= self.length:
                forgotten = connection.time + delay
                entry = (forgotten, self._number(), False, connection, server, pool, station)
                heappush(self._kept, entry)
        else:
            why, label = route.lost or "no server is usable", ""
        self._became.append("")
        self.tally.lost[why] += 1
        if self.tally.told is not None:
            self._tell(connection, route, label, why)
        return forgotten

    def _settle(self, until: float) -> float:
        """Let connections end, and be forgotten, up to *until*; return when the next one is due."""
        kept, ended = self._kept, self._ended
        broke, number, length = self.world.broke, self._number, self.length
        while kept or ended:
            queued = bool(ended) and (not kept or ended[0][0] <= kept[0][0])
            entry = ended[0] if queued else kept[0]
            now, _, ends, connection, server, pool, station = entry
            if now > until:
                return now
            if queued:
                ended.popleft()
            else:
                heappop(kept)
            if not ends:
                pool.expire(connection, server, now)
                continue
            if connection.time < broke and self._broke(connection, server, station):
                self.tally.broken += 1
            delay = pool.finish(connection, server)
            if not delay or now + delay > length:
                continue
            entry = (now + delay, number(), False, connection, server, pool, station)
            if ended and ended[-1] > entry:
                heappush(kept, entry)
            else:
                ended.append(entry)
        return inf

    def _broke(self, connection: Connection, server: Member, station: Station) -> bool:
        """Tell whether something that *connection* needs broke since it began."""
        moved = station.broke_at(connection.address)
        failed = self.world.failed_at(server.address, server.port or connection.port)
        return max(moved, failed) > connection.time

    def _count(self) -> None:
        """Count what became of a batch; make the next one."""
        self.tally.count(self._batch.times, self._batch.connections, self._became)
        self._became.clear()
        self._batch = self._arrivals.batch()

    def _tell(self, connection: Connection, route: Route, server: str, why_not: str) -> None:
        station, pool = route.station, route.pool
        place = (station.name if station else None, pool.name if pool else None)
        why = pool.reason if pool else ""
        self.tally.tell(connection.time, connection, place, server, why_not, why)

    def result(self) -> Traffic:
        """Return what became of the connections."""
        self._count()
        return self.tally.result()
