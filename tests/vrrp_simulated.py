"""The clusters of `vrrp_scenarios` in the engine, struck when the recorded ones were struck.

Each blow falls as long after the last advertisement as it really did, so that
what is compared is the engine's time from the blow on, and not how late a
loaded machine sent its advertisements.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from vrrp_live import Recording, directions
from vrrp_replay import SCHEDULERS
from vrrp_scenarios import NODES, Scenario

from hatools.engine.cluster import Cluster
from hatools.model import Topology
from hatools.model.event import Event
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source

ROLES = ("MASTER", "BACKUP", "FAULT")
READY = 0.05  # seconds by which a daemon may name its role before it says that it has started


class Simulated:
    """One cluster in virtual time; its zero is the first blow."""

    def __init__(self, scenario: Scenario, recording: Recording) -> None:
        self.scenario = scenario
        self.recording = recording
        self.roles: list[tuple[float, str, str, str]] = []
        self.blows: list[float] = []  # when each recorded blow fell here
        nodes = {name: [_topology(name, text)] for name, text in scenario.texts.items()}
        addresses = {name: f"192.0.2.{NODES[name]}" for name in nodes}
        cluster = Cluster(nodes, SCHEDULERS, addresses)
        self.world = cluster.world(self._heard, balancing=False)

    def _heard(self, node: str, event: Event) -> None:
        details = event.details
        if (details.get("before"), details.get("role")) == ("INIT", "FAULT"):
            return  # keepalived does not say that it starts in FAULT
        if event.kind == "role" and details["role"] in ROLES:
            self.roles.append((event.time, node, event.subject, str(details["role"])))

    def run(self) -> None:
        """Strike every blow; then run on for as long as was recorded."""
        real = blows(self.recording)
        before = real[0][0]
        for at, step in real:
            self._run_to(self.world.now + at - before, at)
            before = at
            self.blows.append(self.world.now)
            self._strike(*step.split())
        self.world.run(self.world.now + self.recording.end - before)

    def _run_to(self, expected: float, real: float) -> None:
        """Run to the moment near *expected* as far from an advertisement as *real* was."""
        sent = [advert for advert in self.recording.adverts if advert[0] <= real]
        if sent:
            then, node, vrid, _ = sent[-1]
            self.world.run(max(self.world.now, expected - self.scenario.interval / 2))
            for election in self.world.stations[node].node.elections.values():
                if election.router.virtual_router_id != vrid:
                    continue
                due = self.world.agenda.due((node, f"{election.name} advertise"))
                if due is None:
                    continue
                interval = election.router.advertisement_interval
                moments = [due + turn * interval + real - then for turn in (-1, 0, 1)]
                nearest = min(moments, key=lambda moment: abs(moment - expected))
                if abs(nearest - expected) < interval / 2:
                    expected = nearest
        self.world.run(max(self.world.now, expected))

    def _strike(self, verb: str, *words: str) -> None:
        world = self.world
        node = words[0]
        if verb == "start":
            world.start(node)
            for name, value in self._files(node).items():
                world.tracked(node, f"file:{name}", True, value)
        elif verb in ("stop", "kill"):
            getattr(world, verb)(node)
        elif verb in ("cut", "heal"):
            for one, other in directions(words):
                getattr(world.wire, verb)(one, other)
        elif verb in ("plug", "unplug"):
            world.link(node, words[1], verb == "plug")
        elif verb == "fails":
            world.scripts[node, words[1]] = "fails"
        elif verb == "passes":
            del world.scripts[node, words[1]]
        elif verb == "writes":
            world.tracked(node, f"file:{words[1]}", True, int(words[2]))

    def _files(self, node: str) -> dict[str, int]:
        """Return what the tracked files of *node* last held."""
        found = {}
        for _, step in self.recording.blows[: len(self.blows)]:
            verb, who, *rest = step.split()
            if verb == "writes" and who == node:
                found[rest[0]] = int(rest[1])
        return found


def _topology(node: str, text: str) -> Topology:
    form = codec(Host().formats()["keepalived"])
    return form.read(form.expand(form.parse(Source(f"{node}.conf", text)), Place())).topology


def blows(recording: Recording) -> list[tuple[float, str]]:
    """Return what was done, in order; a start counts from when the daemon was ready."""
    found = []
    for at, step in recording.blows:
        verb, node = step.split()[:2]
        found.append((recording.started(node, at) if verb == "start" else at, step))
    return sorted(found)


class Difference(NamedTuple):
    """How far the engine is from the real thing, in seconds; None: another role altogether."""

    place: str
    real: str
    ours: str
    seconds: float | None


Roles = list[tuple[float, str, str, str]]


def by_router(roles: Roles) -> dict[tuple[str, str], list[tuple[float, str]]]:
    """Return times and roles of each node and router."""
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for at, node, router, role in roles:
        found.setdefault((node, router), []).append((at, role))
    return found


def differences(scenario: Scenario, recording: Recording) -> Iterator[Difference]:
    """Yield every change of role of the real cluster, and how far off the engine's is."""
    simulated = Simulated(scenario, recording)
    simulated.run()
    struck = [at for at, _ in blows(recording)]
    real, ours = by_router(recording.roles), by_router(simulated.roles)
    for place in sorted(real.keys() | ours.keys()):
        for one, other in zip_longest(real.get(place, []), ours.get(place, [])):
            seconds = None
            if one and other and one[1] == other[1]:
                blow = max((at for at in struck if at <= one[0] + READY), default=struck[0])
                fell = simulated.blows[struck.index(blow)]
                seconds = (other[0] - fell) - (one[0] - blow)
            yield Difference(
                " ".join(place),
                f"{one[1]} at {one[0] - struck[0]:.3f}" if one else "nothing",
                f"{other[1]} at {other[0]:.3f}" if other else "nothing",
                seconds,
            )
