"""How far services answer over time, whether or not clients ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from hatools.engine.naming import endpoint
from hatools.model.event import Event
from hatools.plugin.balancing import Connection, Member
from hatools.simulate.scenario import Happening

if TYPE_CHECKING:
    from hatools.engine.pool import PoolMachine
    from hatools.engine.station import Station
    from hatools.engine.world import World

MOST_SERVICES = 64  # services whose answering is followed where nobody asks for one
Service = tuple[str, int, str]  # address, port, protocol


class Answering:
    """Adds up, for each of some services, the share of its servers that answer.

    *asked* are the services that have clients; without any, the first
    `MOST_SERVICES` are followed.
    """

    def __init__(self, world: World, asked: Iterable[Service]) -> None:
        self.world = world
        everything = dict.fromkeys(_services(world))  # nodes of a cluster have the same ones
        self._watched = list(dict.fromkeys(asked)) or list(everything)[:MOST_SERVICES]
        self._share: dict[Service, float] = {}
        self._answered = dict.fromkeys(self._watched, 0.0)
        self._since = 0.0  # what was before the scenario's start is not counted
        self._moves = -1
        self._fronts: dict[Service, tuple[Station, PoolMachine] | None] = {}
        self._subjects: set[str] = set()  # of events about the servers that matter here
        self._addresses: set[str] = set()

    def heard(self, event: Event) -> None:
        """Take in what a machine published."""
        if event.time < 0:
            return
        if event.kind in ("address", "daemons", "sorry"):
            self.reckon(event.time)
        elif event.kind == "server":
            self._find()
            if event.subject in self._subjects:
                self.reckon(event.time)

    def happened(self, happening: Happening) -> None:
        """Take in what the scenario did."""
        self._find()
        if happening.kind != "server" or happening.subject in self._addresses:
            self.reckon(happening.time)

    def reckon(self, now: float) -> None:
        """Add up how far each service answered since the last change."""
        self._find()
        passed = now - self._since
        for service in self._watched:
            self._answered[service] += self._share.get(service, 0.0) * passed
            self._share[service] = self._answers(service)
        self._since = now

    def result(self, length: float) -> Mapping[str, float]:
        """Return the share of the time up to *length* that each ``ADDRESS:PORT`` answered."""
        self.reckon(length)
        return {
            endpoint(address, port): (
                self._answered[address, port, protocol] / length if length else 0.0
            )
            for address, port, protocol in self._watched
        }

    def _find(self) -> None:
        """Find out which pools connections come to now."""
        world = self.world
        if self._moves == world.moves:
            return
        self._moves = world.moves
        self._subjects.clear()
        self._addresses.clear()
        for service in self._watched:
            address, port, protocol = service
            station = world.reached(address)
            pool = station and station.front(Connection("", 0, address, port, protocol))
            self._fronts[service] = (station, pool) if station and pool else None
            if pool:
                self._subjects.update(f"{pool.name}/{label}" for label in pool.members)
                self._addresses.update(one.address for one in pool.members.values())
                self._addresses.update([pool.sorry.address] if pool.sorry else [])

    def _answers(self, service: Service) -> float:
        """Return the share, by weight, of usable servers of a service that answer."""
        found = self._fronts[service]
        if found is None:
            return 0.0
        station, pool = found
        usable = _in_use(pool)
        usable += [pool.sorry] if pool.sorry is not None and pool.sorry.up else []
        total = sum(one.weight for one in usable)
        world, port = self.world, service[1]
        good = sum(
            one.weight
            for one in usable
            if world.state(one.address, one.port or port) in ("answers", "changed")
            and world.wire.passes(station.name, one.address)
        )
        return good / total if total else 0.0


def _in_use(pool: PoolMachine) -> list[Member]:
    """Return the members that get connections: backups only where nobody else is usable."""
    usable = [one for one in pool.members.values() if one.usable]
    actives = [one for one in usable if one.role != "backup"]
    if actives or pool.balancing.fallback_all:
        return actives or usable
    return usable[:1]


def _services(world: World) -> Iterable[Service]:
    for station in world.stations.values():
        for listener, _, _ in station.node.fronts:
            if listener.address and listener.ports:
                yield listener.address, listener.ports[0], listener.protocol
