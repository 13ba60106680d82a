"""What a scenario may ask for: what its nodes have, and what can be simulated in a lifetime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hatools.engine.cluster import Cluster
from hatools.engine.world import World
from hatools.simulate.lanes import few
from hatools.simulate.language import ScenarioFault
from hatools.simulate.scenario import Happening, Load, Scenario, Where

LONGEST = 1000 * 3600.0  # seconds
MOST_CLIENTS = 1 << 23  # as many as there are made-up addresses
MOST_CONNECTIONS = 200_000_000


def refuse_the_impossible(scenario: Scenario, cluster: Cluster) -> None:
    """Raise `ScenarioFault` where *scenario* speaks of what is not there, or asks for too much."""
    if scenario.length > LONGEST:
        late = [one for one in scenario.happenings if one.time > LONGEST]
        raise _fault(
            late[0].place if late else Where(),
            f"it would last {scenario.length:.0f} s, more than can be simulated",
            f"let it end within {LONGEST / 3600:.0f}h",
        )
    for load in scenario.loads:
        for why, advice in _too_much(load, scenario.length):
            raise _fault(load.place, why, advice)
    world = cluster.world(lambda node, event: None)
    for happening in scenario.happenings:
        known = _known(world, happening)
        if known is not None and happening.subject.rpartition(":")[2] not in known:
            what = "server" if happening.kind in ("server", "state", "weight") else "tracker"
            name = happening.subject.rpartition(":")[2] if what == "tracker" else happening.subject
            advice = f"{what}s: {few(sorted(known), 8) or 'none'}"
            raise _fault(happening.place, f"there is no {what} {name}", advice)


def _fault(place: Where, why: str, advice: str) -> ScenarioFault:
    where = f"{place.path}:{place.line}: " if place.path else ""
    return ScenarioFault(f"{where}{why}", advice)


def _too_much(load: Load, length: float) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with *load*, and what to do."""
    if not 1 <= load.clients <= MOST_CLIENTS:
        yield f"{load.clients} clients cannot be simulated", f"from 1 to {MOST_CLIENTS} can"
    if load.rate <= 0:
        yield (
            "clients that send nothing are none",
            "say how many connections they send: 5 connections/s",
        )
    end = length if load.end is None else min(load.end, length)
    count = load.rate * max(end - load.start, 0.0)
    if count > MOST_CONNECTIONS:
        why = f"these are {count:.3g} connections, more than can be simulated"
        yield why, f"ask for {MOST_CONNECTIONS} at most: fewer a second, or for a shorter time"
    if load.lasting.kind == "exponential" and load.lasting.seconds <= 0:
        yield "connections that last no time on average last none", "say: lasting 0s"


def _known(world: World, happening: Happening) -> Sequence[str] | None:
    """Return what *happening* may be about, None where that is anybody's guess."""
    kind, subject = happening.kind, happening.subject
    stations = [one for one in world.stations.values() if happening.node in ("", one.name)]
    if kind in ("script", "effect", "tracked"):
        wanted = "script" if kind != "tracked" else subject.partition(":")[0]
        names = [name.partition(":") for one in stations for name in one.node.trackers]
        return [name for found, _, name in names if found == wanted]
    if kind in ("weight", "state"):
        if any(one.node.servers_called(subject) for one in stations):
            return None
        return [f"{pool.name}/{label}" for one in stations for pool in one.node.pools.values()
                for label in pool.members]  # fmt: skip
    if kind == "server":
        places = {
            (server.address, server.port)
            for one in stations
            for pool in one.node.pools.values()
            for server in (*pool.members.values(), *([pool.sorry] if pool.sorry else []))
        }
        checked = {
            (checker.check.address or checker.server.address,
             checker.check.port or checker.server.port or 0)
            for one in stations
            for checker in one.node.checkers.values()
        }  # fmt: skip
        there = places | checked
        host, port = subject, happening.port
        ports = [found for address, found in there if address == host]
        if ports and (port is None or port in ports or 0 in ports):
            return None
        return [f"{address}:{port}" for address, port in there]
    return None
