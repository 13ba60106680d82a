"""Connections through a proxy: they wait in queues, try again where a server fails, and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import TYPE_CHECKING

from hatools.engine.proxy_pool import ProxyPool
from hatools.plugin.balancing import Connection, Member
from hatools.simulate.tally import Tally

if TYPE_CHECKING:
    from hatools.engine.station import Station
    from hatools.engine.world import World

WHY_LOST = {
    "silent": "the server does not answer",
    "refuses": "the server refuses",
    "fails": "the server answers wrongly",
}
PATIENCE = 127.0  # seconds until Linux gives a connection up by itself (tcp_syn_retries 6)
MOVED = "the address left its node while it waited"


class Flight:
    """One connection on its way: to which *server*, after how many *failures*.

    *lasts* is for how many seconds it is to be served, *began* when that began,
    *tires* when it is to leave its queue.
    """

    __slots__ = (
        "again", "began", "connection", "failures", "lasts", "owner", "pool", "server", "station",
        "tires", "why",
    )  # fmt: skip

    def __init__(
        self,
        owner: Proxied,
        connection: Connection,
        lasts: float,
        station: Station,
        pool: ProxyPool,
    ) -> None:
        self.owner = owner
        self.connection = connection
        self.lasts = lasts
        self.station = station
        self.pool = pool
        self.server: Member | None = None
        self.again: Member | None = None  # where the next attempt is made, None for elsewhere
        self.failures = 0
        self.began = connection.time
        self.tires = inf
        self.why = ""


class Waiting:
    """The connections of all clients that stand in queues, by pool and identity."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._places: dict[ProxyPool, dict[int, Flight]] = {}
        self._moves = -1

    def __bool__(self) -> bool:
        return any(self._places.values())

    def join(self, flight: Flight) -> None:
        """Note that *flight* stands in a queue of its pool."""
        self._places.setdefault(flight.pool, {})[id(flight.connection)] = flight

    def leave(self, flight: Flight) -> None:
        """Note that *flight* waits no more."""
        del self._places[flight.pool][id(flight.connection)]

    def look(self, now: float) -> None:
        """After something happened in the world: see who waits no more, everywhere."""
        moved = self._moves != self.world.moves
        self._moves = self.world.moves
        for pool, flights in list(self._places.items()):
            self.collect(pool, now)
            if moved:
                for flight in [one for one in flights.values() if one.owner.left(one)]:
                    pool.give_up(flight.connection)
                    self.leave(flight)
                    flight.owner.lose(now, flight, MOVED)

    def collect(self, pool: ProxyPool, now: float) -> None:
        """Let those begin who were given a server of *pool*, and those go who waited in vain."""
        if not (pool.handed or pool.refused):
            return
        handed, refused = pool.handed[:], pool.refused[:]
        pool.handed.clear()
        pool.refused.clear()
        places = self._places.get(pool, {})
        for connection, server in handed:
            flight = places.pop(id(connection))
            flight.why = f"{server.name} came free: it waited for it"
            flight.owner.connect(now, flight, server)
        for connection in refused:
            flight = places.pop(id(connection))
            flight.owner.lose(now, flight, "it waited, and no server is left")


class Proxied:
    """The connections of one load as far as they go through proxies."""

    def __init__(
        self,
        world: World,
        tally: Tally,
        waiting: Waiting,
        draw: Callable[[], float],
        length: float,
    ) -> None:
        self.world = world
        self.tally = tally
        self.waiting = waiting
        self.length = length
        self._draw = draw
        self._number = count().__next__
        self._agenda: list[tuple[float, int, Callable[[float, Flight], None], Flight]] = []
        self._facts: dict[str, Mapping[str, str]] = {}  # what each client brings: its cookies

    def due(self) -> float:
        """Return when its next event is, infinity when there is none."""
        return self._agenda[0][0] if self._agenda else inf

    def run(self, until: float) -> None:
        """Handle every event up to and including *until*."""
        agenda = self._agenda
        while agenda and agenda[0][0] <= until:
            now, _, act, flight = heappop(agenda)
            act(now, flight)

    def arrive(self, connection: Connection, end: float, station: Station, pool: ProxyPool) -> None:
        """Let *connection* come to *pool* of *station*; unhindered, it lasts until *end*."""
        now = connection.time
        if self._agenda and self._agenda[0][0] <= now:
            self.run(now)
        facts = self._facts.get(connection.client)
        if facts is not None:
            connection = connection._replace(facts=facts)
        pool.queueing = True
        flight = Flight(self, connection, end - now, station, pool)
        self._place(now, flight, pool.open(connection, self._draw()))

    def _plan(self, time: float, act: Callable[[float, Flight], None], flight: Flight) -> None:
        if time <= self.length:
            heappush(self._agenda, (time, self._number(), act, flight))

    def _place(self, now: float, flight: Flight, server: Member | None) -> None:
        """Go on with a connection that its pool gave *server*, or none."""
        pool = flight.pool
        flight.why = pool.reason
        if server is not None:
            self.connect(now, flight, server)
        elif pool.waits:
            self.waiting.join(flight)
            patience = pool.patience
            flight.tires = inf if patience is None else now + patience
            self._plan(flight.tires, self._tire, flight)
        else:
            self.lose(now, flight, pool.reason)

    def connect(self, now: float, flight: Flight, server: Member) -> None:
        """Attempt to reach *server*; what comes of it comes at its time."""
        flight.server = server
        state = self._state(flight)
        if not state:
            self._begin(now, flight, server)
        elif state == "silent":
            patience = flight.pool.settings.connect_timeout
            self._plan(now + (PATIENCE if patience is None else patience), self._fail, flight)
        elif state == "refuses":
            self._plan(now, self._refuse, flight)
        else:
            self._plan(now, self._spoil, flight)

    def _state(self, flight: Flight) -> str:
        """Return what is wrong with the server that *flight* is to reach, nothing where it is well.

        It may answer another page than checks expect: clients do not look.
        """
        server, world = flight.server, self.world
        assert server is not None
        if not world.wire.passes(flight.station.name, server.address):
            return "silent"
        state = world.state(server.address, server.port or flight.connection.port)
        return state if state in WHY_LOST else ""

    def _begin(self, now: float, flight: Flight, server: Member) -> None:
        """Let the server serve it; the client may bring a cookie along from now on."""
        flight.began = now
        connection = flight.connection
        cookie = flight.pool.brings(server)
        if cookie is not None and connection.facts.get(cookie[0]) != cookie[1]:
            self._facts[connection.client] = {**connection.facts, cookie[0]: cookie[1]}
        self.tally.decide(connection, server.name)
        self._tell(now, flight, server.name, "")
        self._plan(now + flight.lasts, self._end, flight)

    def _end(self, now: float, flight: Flight) -> None:
        server, connection = flight.server, flight.connection
        assert server is not None
        port = server.port or connection.port
        failed = self.world.failed_at(server.address, port)
        if max(flight.station.broke_at(connection.address), failed) > flight.began:
            self.tally.broken += 1
        flight.pool.finish(connection, server)
        self.waiting.collect(flight.pool, now)

    def _refuse(self, now: float, flight: Flight) -> None:
        self._attempt_failed(now, flight, True)

    def _fail(self, now: float, flight: Flight) -> None:
        self._attempt_failed(now, flight, False)

    def _attempt_failed(self, now: float, flight: Flight, refused: bool) -> None:
        """Try again, here or elsewhere, as the backend says; or give up."""
        server, pool = flight.server, flight.pool
        assert server is not None
        flight.failures += 1
        retry = pool.retry(flight.connection, server, flight.failures, refused)
        self.waiting.collect(pool, now)
        if retry is None:
            self.lose(now, flight, WHY_LOST["refuses" if refused else "silent"])
            return
        flight.again = retry.server
        self._plan(now + retry.delay, self._again, flight)

    def _again(self, now: float, flight: Flight) -> None:
        """Make another attempt, unless the client's packets come here no more."""
        pool, failed, again = flight.pool, flight.server, flight.again
        assert failed is not None
        if self.left(flight):
            if again is not None:
                pool.finish(flight.connection, again, aborted=True)
                self.waiting.collect(pool, now)
            self.lose(now, flight, MOVED)
        elif again is None:
            self._place(now, flight, pool.reopen(flight.connection, failed, self._draw()))
        else:
            self.connect(now, flight, again)

    def _spoil(self, now: float, flight: Flight) -> None:
        """Let the server answer what is of no use."""
        assert flight.server is not None
        flight.pool.finish(flight.connection, flight.server, aborted=True)
        self.waiting.collect(flight.pool, now)
        self.lose(now, flight, WHY_LOST["fails"])

    def _tire(self, now: float, flight: Flight) -> None:
        """Let it leave its queue where it still stands there since then."""
        if flight.tires == now and flight.pool.give_up(flight.connection):
            self.waiting.leave(flight)
            self.lose(now, flight, "it waited too long in a queue")

    def left(self, flight: Flight) -> bool:
        """Tell whether the address that *flight* came to is no longer on its node."""
        return flight.station.broke_at(flight.connection.address) > flight.connection.time

    def lose(self, now: float, flight: Flight, why: str) -> None:
        """Note that *flight* came to nothing."""
        self.tally.decide(flight.connection, "")
        self.tally.lost[why] += 1
        self._tell(now, flight, flight.server.name if flight.server else "", why)

    def _tell(self, now: float, flight: Flight, server: str, lost: str) -> None:
        if self.tally.told is not None:
            tried = f", after {flight.failures} failed attempts" if flight.failures else ""
            place = (flight.station.name, flight.pool.name)
            self.tally.tell(now, flight.connection, place, server, lost, flight.why + tried)
