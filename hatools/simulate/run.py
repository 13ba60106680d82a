"""Runs a scenario: a settled cluster, what happens to it, clients at work, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf, nextafter
from random import Random

from hatools.engine.agenda import Agenda
from hatools.engine.cluster import Cluster
from hatools.engine.machine import Event
from hatools.engine.naming import endpoint
from hatools.engine.station import Station
from hatools.engine.world import World
from hatools.simulate.answering import Answering
from hatools.simulate.expectations import judge
from hatools.simulate.proxied import Waiting
from hatools.simulate.recording import Recorder, Told
from hatools.simulate.result import Result
from hatools.simulate.scenario import Happening, Scenario
from hatools.simulate.traffic import Clients
from hatools.simulate.wear import drawn

STAGGER = 1.0  # seconds over which the nodes' starts are spread, so that seeds differ
PARTS = 100  # of the length: progress is told behind each


def simulate(
    scenario: Scenario,
    cluster: Cluster,
    seed: int = 1,
    told: Told | None = None,
    explain: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Result:
    """Return the course of *scenario*; the same seed gives the same course.

    The cluster is settled when the scenario begins.  *told* gets every event
    as a record, with the reason of each choice when *explain* is set;
    *progress* is called now and then with the part that is done.
    """
    run = _Run(scenario, cluster, seed, told, explain)
    return run.result(progress)


class _Run:
    def __init__(
        self, scenario: Scenario, cluster: Cluster, seed: int, told: Told | None, explain: bool
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.recorder = Recorder(told)
        draws = Random(f"{seed} world")
        start = -(cluster.calm() + STAGGER)
        self.world: World = cluster.world(self._heard, draws.random, start=start)
        self.waiting = Waiting(self.world)
        self.clients = [
            Clients(load, number, seed, self.world, scenario.length, self.waiting)
            for number, load in enumerate(scenario.loads)
        ]
        for one in self.clients:
            one.tally.told, one.tally.explain = told, explain
            one.tally.follow = any(wanted.kind == "sticks" for wanted in scenario.expectations)
        self.answering = Answering(
            self.world, [(load.address, load.port, load.protocol) for load in scenario.loads]
        )
        self._generations: dict[str, int] = {}
        agenda: Agenda = self.world.agenda
        for name in cluster.nodes:
            agenda.plan(start + draws.random() * STAGGER, partial(self._start, name))
        worn = drawn(scenario.wear, scenario.length, seed) if scenario.wear else []
        for happening in (*scenario.happenings, *worn):
            agenda.plan(happening.time, partial(self._happen, happening))

    # What is heard and done -------------------------------------------------------------------

    def _heard(self, node: str, event: Event) -> None:
        self._look_anew(node, event.time)
        self.recorder.heard(node, event)
        if event.kind == "daemons" and event.time >= 0:
            station = self.world.stations[node]
            self.recorder.gone(node, event.time, _taken_away(station))
        self.answering.heard(event)

    def _start(self, node: str, now: float) -> None:
        self.world.start(node)

    def _happen(self, happening: Happening, now: float) -> None:
        details: dict[str, object] = {"node": happening.node, "value": happening.value}
        if happening.port is not None:
            details["port"] = happening.port
        self.recorder.note(now, "", happening.kind, happening.subject or happening.node, details)
        strike(self.world, happening)
        self.answering.happened(happening)

    def _look_anew(self, node: str, now: float) -> None:
        """Note how a node sees its servers where it has begun anew; one that is gone sees none.

        A killed keepalived leaves them in the kernel as they were.
        """
        station = self.world.stations.get(node)
        if station is None or self._generations.get(node) == station.generation or now < 0:
            return
        self._generations[node] = station.generation
        for pool in station.node.pools.values():
            kept = not (station.crashed or station.running or station.withdrawn)
            for label, up in pool.live.items():
                what = ("up" if up else "down") if station.running else ""
                if not kept:
                    self.recorder.sees(node, f"{pool.name}/{label}", what, now)

    # The run --------------------------------------------------------------------------------------

    def result(self, progress: Callable[[float], None] | None) -> Result:
        """Run to the end."""
        world, length = self.world, self.scenario.length
        world.run(0.0)
        self._begin()
        for part in range(1, PARTS + 1):
            self._pass(length * part / PARTS if part < PARTS else length)
            if progress is not None:
                progress(part / PARTS)
        return self._result(length)

    def _begin(self) -> None:
        """Note how everything is at the start."""
        for name, station in self.world.stations.items():
            self._generations[name] = station.generation
            for pool in station.node.pools.values():
                for label, up in pool.live.items():
                    subject = f"{pool.name}/{label}"
                    self.recorder.begin("server", name, subject, "up" if up else "down")
        self.answering.reckon(0.0)

    def _pass(self, until: float) -> None:
        """Let everything happen up to *until*; of one instant, what clients do comes first.

        Clients do not change the world: it may run alone up to their next event.
        """
        world = self.world
        while world.now < until:
            due = min((one.due() for one in self.clients), default=inf)
            alone = min(nextafter(due, -inf), until)
            coming = world.agenda.next_time()
            if self.waiting and coming is not None:  # it may bring somebody a server
                world.run(min(alone, coming))
                self.waiting.look(world.now)
            else:
                world.run(alone)
            coming = world.agenda.next_time()
            self._work(until if coming is None else min(coming, until))

    def _work(self, until: float) -> None:
        """Let clients work up to *until*: each alone, or in the order of their events."""
        if self._apart:
            for one in self.clients:
                one.run(until)
            return
        while self.clients:
            first = min(self.clients, key=Clients.due)
            due = first.due()
            if due > until:
                return
            first.run(due)

    @property
    def _apart(self) -> bool:
        """Tell whether no clients meet others in one pool, or in a trace."""
        if len(self.clients) < 2:
            return True
        pools = [pool for one in self.clients if (pool := one.pool) is not None]
        return self.recorder.told is None and len({id(pool) for pool in pools}) == len(pools)

    def _result(self, length: float) -> Result:
        recorder = self.recorder
        stations: dict[str, Station] = self.world.stations
        result = Result(
            self.scenario.name,
            self.seed,
            length,
            tuple(stations),
            recorder.spans("role", length),
            recorder.spans("address", length),
            recorder.spans("server", length),
            recorder.spans("bond", length),
            tuple(recorder.notes),
            tuple(one.result() for one in self.clients),
            self.answering.result(length),
            (),
            self._places(),
        )
        verdicts = tuple(judge(expectation, result) for expectation in self.scenario.expectations)
        return result._replace(verdicts=verdicts)

    def _places(self) -> dict[str, frozenset[str]]:
        """Return where the servers are that go by names."""
        found: dict[str, frozenset[str]] = {}
        for station in self.world.stations.values():
            for pool in station.node.pools.values():
                for label, one in pool.members.items():
                    place = endpoint(one.address, one.port)
                    if label != place:
                        there = frozenset((place, one.address))
                        found[f"{pool.name}/{label}"] = there
                        found[label] = found.get(label, frozenset()) | there
        return found


def _taken_away(station: Station) -> tuple[str, ...]:
    """Return what goes without a word where a node's keepalived has ended, or begun anew.

    A killed one leaves its addresses behind, a stopped one has told of everything itself.
    """
    if station.crashed:
        return "role", "address", "bond"
    if station.running:
        return ("address",)
    return () if station.withdrawn else ("role",)


def strike(world: World, happening: Happening) -> None:
    """Let *happening* happen in *world*."""
    kind, node, subject, value = happening.kind, happening.node, happening.subject, happening.value
    if kind in ("crash", "stop", "kill"):
        {"crash": world.crash, "stop": world.stop, "kill": world.kill}[kind](node)
    elif kind in ("return", "start"):
        world.start(node)
    elif kind == "restart":
        world.restart(node)
    elif kind == "server":
        world.server(subject, happening.port, value)
    elif kind in ("cut", "heal"):
        act = world.wire.cut if kind == "cut" else world.wire.heal
        act(node, subject)
        if value != "one way":
            act(subject, node)
    elif kind == "link":
        world.link(node, subject, value == "up")
    elif kind == "hears":
        world.hears(node, subject, value == "again")
    elif kind == "script":
        world.scripts[node, subject] = value
    elif kind == "effect":
        world.effects[node, subject] = value
    elif kind == "tracked":
        number = int(value) if value.lstrip("-").isdigit() else None
        world.tracked(node, subject, value != "down", number)
    elif kind in ("weight", "state"):
        details: dict[str, object] = {kind: int(value) if kind == "weight" else value}
        world.told(node, kind, subject, details)
