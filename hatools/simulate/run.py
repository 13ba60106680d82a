"""Runs a scenario: a settled cluster, what happens to it, clients at work, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from hatools.engine.agenda import Agenda
from hatools.engine.cluster import Cluster
from hatools.engine.kernel_pool import KernelPool
from hatools.engine.machine import Event
from hatools.engine.world import Station, World
from hatools.plugin.balancing import Connection
from hatools.simulate.expectations import judge
from hatools.simulate.recording import Recorder, Told
from hatools.simulate.result import Result
from hatools.simulate.scenario import Happening, Scenario
from hatools.simulate.traffic import Clients

STAGGER = 1.0  # seconds over which the nodes' starts are spread, so that seeds differ
MOST_SERVICES = 64  # services whose answering is followed where nobody asks for one


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
        self.clients = [
            Clients(load, number, seed, self.world, scenario.length)
            for number, load in enumerate(scenario.loads)
        ]
        for one in self.clients:
            one.told, one.explain = told, explain
        self._watched = self._services()
        self._share = dict.fromkeys(self._watched, 0.0)
        self._answered = dict.fromkeys(self._watched, 0.0)
        self._since = 0.0
        self._generations: dict[str, int] = {}
        agenda: Agenda = self.world.agenda
        for name in cluster.nodes:
            agenda.plan(start + draws.random() * STAGGER, partial(self._start, name))
        for happening in scenario.happenings:
            agenda.plan(happening.time, partial(self._happen, happening))

    # What is heard and done -------------------------------------------------------------------

    def _heard(self, node: str, event: Event) -> None:
        self._look_anew(node, event.time)
        self.recorder.heard(node, event)
        if event.time >= 0 and event.kind in ("address", "server", "sorry"):
            self._reckon(event.time)

    def _start(self, node: str, now: float) -> None:
        self.world.start(node)

    def _happen(self, happening: Happening, now: float) -> None:
        details: dict[str, object] = {"node": happening.node, "value": happening.value}
        if happening.port is not None:
            details["port"] = happening.port
        self.recorder.note(now, "", happening.kind, happening.subject or happening.node, details)
        strike(self.world, happening)
        if happening.kind in ("crash", "kill"):
            self.recorder.gone(happening.node, now)
        self._look_anew(happening.node, now)
        self._reckon(now)

    def _look_anew(self, node: str, now: float) -> None:
        """Note how a node sees its servers where it has begun anew; one that is gone sees none."""
        station = self.world.stations.get(node)
        if station is None or self._generations.get(node) == station.generation or now < 0:
            return
        self._generations[node] = station.generation
        for pool in station.node.pools.values():
            kept = not station.crashed and not station.running and isinstance(pool, KernelPool)
            for label, up in pool.live.items():
                what = ("up" if up else "down") if station.running else ""
                if not kept:
                    self.recorder.sees(node, f"{pool.name}/{label}", what, now)

    # Answering ----------------------------------------------------------------------------------

    def _services(self) -> dict[tuple[str, int], str]:
        asked = [(load.address, load.port, load.protocol) for load in self.scenario.loads]
        if not asked:
            asked = [
                (listener.address, listener.ports[0], listener.protocol)
                for station in self.world.stations.values()
                for listener, _, _ in station.node.fronts
                if listener.address and listener.ports
            ][:MOST_SERVICES]
        return {(address, port): protocol for address, port, protocol in asked}

    def _reckon(self, now: float) -> None:
        """Add up how far each service answered since the last change."""
        passed = now - self._since
        for service in self._watched:
            self._answered[service] += self._share[service] * passed
            self._share[service] = self._answers(*service)
        self._since = now

    def _answers(self, address: str, port: int) -> float:
        """Return the share, by weight, of usable servers of a service that answer."""
        world = self.world
        station = world.reached(address)
        if station is None:
            return 0.0
        front = station.node.front(
            Connection("192.0.2.1", 0, address, port, self._watched[address, port])
        )
        if front is None:
            return 0.0
        pool = front[0]
        usable = [one for one in pool.members.values() if one.usable]
        usable += [pool.sorry] if pool.sorry is not None and pool.sorry.up else []
        total = sum(one.weight for one in usable)
        good = sum(
            one.weight
            for one in usable
            if world.state(one.address, one.port or port) in ("answers", "changed")
            and world.wire.passes(station.name, one.address)
        )
        return good / total if total else 0.0

    # The run --------------------------------------------------------------------------------------

    def result(self, progress: Callable[[float], None] | None) -> Result:
        """Run to the end."""
        world, length = self.world, self.scenario.length
        world.run(0.0)
        self._begin()
        told_at = 0.0
        while world.now < length:
            coming = world.agenda.next_time()
            until = length if coming is None else min(coming, length)
            self._work(until)
            world.run(until)
            if progress is not None and world.now - told_at >= length / 100:
                told_at = world.now
                progress(told_at / length)
        self._reckon(length)
        return self._result(length)

    def _begin(self) -> None:
        """Note how everything is at the start."""
        for name, station in self.world.stations.items():
            self._generations[name] = station.generation
            for pool in station.node.pools.values():
                for label, up in pool.live.items():
                    subject = f"{pool.name}/{label}"
                    self.recorder.begin("server", name, subject, "up" if up else "down")
        self._since = 0.0
        self._answered = dict.fromkeys(self._watched, 0.0)
        for service in self._watched:
            self._share[service] = self._answers(*service)

    def _work(self, until: float) -> None:
        """Let clients work up to *until*, in the order of their events."""
        if len(self.clients) == 1:
            self.clients[0].run(until)
            return
        while self.clients:
            first = min(self.clients, key=Clients.due)
            due = first.due()
            if due > until:
                return
            first.run(due)

    def _result(self, length: float) -> Result:
        recorder = self.recorder
        stations: dict[str, Station] = self.world.stations
        answering = {
            _named(address, port): answered / length if length else 0.0
            for (address, port), answered in self._answered.items()
        }
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
            answering,
            (),
        )
        verdicts = tuple(judge(expectation, result) for expectation in self.scenario.expectations)
        return result._replace(verdicts=verdicts)


def strike(world: World, happening: Happening) -> None:
    """Let *happening* happen in *world*."""
    kind, node, subject, value = happening.kind, happening.node, happening.subject, happening.value
    if kind in ("crash", "stop", "kill"):
        {"crash": world.crash, "stop": world.stop, "kill": world.kill}[kind](node)
    elif kind in ("return", "start"):
        world.start(node)
    elif kind == "restart":
        world.stop(node)
        world.start(node)
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


def _named(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
