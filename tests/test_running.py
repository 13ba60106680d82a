"""The engine decides the same in virtual time and on asyncio's event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from cluster_cases import Case, clusters
from event_loops import FastLoop, JumpingLoop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatools.engine.machine import Event, RunTracker, Send, StartProbe
from hatools.engine.wire import LATENCY
from hatools.engine.world import SCRIPT
from hatools.watch.running import Answered, Details, RunningNode

Heard = list[tuple[str, float, str, str, object]]
END = 25.0  # seconds that a course takes
MOMENTS = st.floats(6.0, 12.0).map(lambda moment: round(moment, 2))


def noted(heard: Heard) -> Callable[[str, Event], None]:
    def note(node: str, event: Event) -> None:
        if event.kind in ("role", "address", "priority"):
            told = event.details.get(event.kind, event.details.get("held"))
            heard.append((node, event.time, event.kind, event.subject, told))

    return note


def in_virtual_time(case: Case, killed: float) -> Heard:
    """Start all nodes; kill the first at *killed*, and start it again three seconds later."""
    heard: Heard = []
    world = case.cluster().world(noted(heard), balancing=False)
    for name, at in case.starts.items():
        world.agenda.plan(at, lambda now, name=name: world.start(name))
    first = next(iter(case.starts))
    world.agenda.plan(killed, lambda now: world.kill(first))
    world.agenda.plan(killed + 3, lambda now: world.start(first))
    world.run(END)
    return heard


async def on_the_loop(case: Case, killed: float) -> Heard:
    """Take the same course on the running event loop."""
    loop = asyncio.get_running_loop()
    heard: Heard = []
    note = noted(heard)
    world = case.cluster().world(note, balancing=False)  # only to build nodes and wires from
    zero = loop.time()
    nodes: dict[str, RunningNode] = {}

    def send(name: str, sent: Send) -> None:
        details = {"advertisement": sent.advertisement, "ttl_ok": True}
        for other, interface in world.wire.hearers(name, sent.interface):
            hearer = nodes.get(other)
            sources = {one.source for one in world.stations[other].node.elections.values()}
            if hearer and (not sent.peers or sources.intersection(sent.peers)):
                loop.call_later(LATENCY, hearer.tell, "advertisement", interface, details)

    async def track(asked: RunTracker) -> Details:
        await asyncio.sleep(SCRIPT)
        return {"passed": True, "value": None}

    def probe(asked: StartProbe, answered: Answered) -> None:
        raise AssertionError("there is nothing to probe")

    def start(name: str) -> None:
        nodes[name] = RunningNode(
            world.stations[name].build(),
            lambda event: note(name, event),
            send=lambda sent: send(name, sent),
            probe=probe,
            track=track,
            zero=zero,
        )
        nodes[name].start()

    for name, at in case.starts.items():
        loop.call_at(zero + at, start, name)
    first = next(iter(case.starts))
    loop.call_at(zero + killed, lambda: nodes[first].kill())
    loop.call_at(zero + killed + 3, start, first)
    await asyncio.sleep(zero + END - loop.time())
    for node in nodes.values():
        node.kill()
    return heard


def run(loop: asyncio.AbstractEventLoop, case: Case, killed: float) -> Heard:
    try:
        return loop.run_until_complete(on_the_loop(case, killed))
    finally:
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def each(heard: Heard) -> dict[str, list[tuple[str, str, object]]]:
    """Return what each node said, in order, without the times."""
    found: dict[str, list[tuple[str, str, object]]] = {}
    for node, _, *what in heard:
        found.setdefault(node, []).append((what[0], what[1], what[2]))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters(), MOMENTS)
def test_asyncio_and_virtual_time_decide_the_same(case: Case, killed: float) -> None:
    virtual, real = in_virtual_time(case, killed), run(JumpingLoop(), case, killed)
    assert each(virtual) == each(real)
    for one, other in zip(sorted(virtual), sorted(real), strict=True):
        assert abs(one[1] - other[1]) < 1e-3, (one, other)


@pytest.mark.parametrize("version", [2, 3])
def test_real_timers_decide_the_same(version: int) -> None:
    case = Case.plain(version)
    virtual, real = in_virtual_time(case, 8.3), run(FastLoop(25.0), case, 8.3)
    assert each(virtual) == each(real)
    for one, other in zip(sorted(virtual), sorted(real), strict=True):
        assert abs(one[1] - other[1]) < 2.0, (one, other)
