"""What cannot change anything takes a short way: it ends as the way through the engine does."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from typing import Any

from event_loops import JumpingLoop
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.engine.checking import Checker
from hatools.engine.machine import Event, RunTracker, Send, SetTimer, StartProbe
from hatools.engine.node import Node
from hatools.model import Check, HttpRequest, Pool, RealServer, ScriptRun, Service, Topology
from hatools.model import Scheduler as Algorithm
from hatools.plugin_host import Host
from hatools.watch.running import SHARE, SLACK, Answered, Details, RunningNode, Timer

SCHEDULERS = Host().records("hatools_schedulers")
DETAILS = st.sampled_from(
    [("tcp", None), ("smtp", None), ("agent", None),
     ("http", (HttpRequest(), HttpRequest(path="/b"))), ("script", ScriptRun("true", dynamic=True)),
     ("script", ScriptRun("true"))]
)  # fmt: skip


@st.composite
def checks(draw: st.DrawFn) -> Check:
    kind, detail = draw(DETAILS)
    intervals = st.sampled_from([0.2, 0.5, 1.0, 3.0])
    return Check(
        kind, interval=draw(intervals), fast_interval=draw(intervals),
        down_interval=draw(intervals), rise=draw(st.integers(1, 4)), fall=draw(st.integers(1, 4)),
        initial=draw(st.sampled_from(["up", "fully-up", "down", "fully-down"])), detail=detail,
    )  # fmt: skip


AGENTS = st.fixed_dictionaries(
    {},
    optional={
        "up": st.booleans(), "percent": st.integers(0, 200), "added": st.integers(-2, 2),
        "state": st.sampled_from(["ready", "drain", "maintenance"]),
    },
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "passed": draw(st.sampled_from([True, True, True, False])),
        "reason": draw(st.sampled_from(["", "connected"])),
        "code": draw(st.sampled_from([None, 0, 1, 2, 100, 255])),
    }
    if draw(st.integers(0, 9)) == 0:
        found |= {"passed": True, "unknown": True}
    if draw(st.integers(0, 4)) == 0:
        found["leaving"] = draw(st.booleans())
    if draw(st.integers(0, 4)) == 0:
        found["agent"] = draw(AGENTS)
    return found


FORWARDINGS = st.sampled_from(["proxy", "nat"])


def state(checker: Checker) -> dict[str, Any]:
    """Return all that *checker* remembers."""
    health = {name: getattr(checker.health, name) for name in type(checker.health).__slots__}
    return {**vars(checker), "health": health}


@given(checks(), FORWARDINGS, st.lists(answers(), max_size=40))
def test_what_a_checker_says_changes_nothing_changes_nothing(
    check: Check, forwarding: str, told: list[dict[str, Any]]
) -> None:
    server = RealServer("192.0.2.1", 80, forwarding=forwarding, checks=(check,))
    checker = Checker("web", server, 0)
    for answer in told:
        delay, before = checker.unmoved(answer), copy.deepcopy(state(checker))
        assert list(checker.handle(Event(1.0, "timer", checker.name))) == [checker.probe]
        assert state(checker) == before
        actions = list(checker.handle(Event(2.0, "probe answered", checker.name, answer)))
        if delay is not None:
            assert actions == [SetTimer(checker.name, delay)]
            assert state(checker) == before


class LongWay(RunningNode):
    """A node that hands everything to its machines."""

    def _deliver(self, timer: Timer, late: float) -> None:
        self.tell("timer", timer.name)

    def _probed(self, name: str, details: Details) -> None:
        self.tell("probe answered", name, details)


Course = list[tuple[Any, ...]]


def course(kind: Callable[..., RunningNode], checks: list[Check], told: list[Any]) -> Course:
    """Return what is asked and what is heard, with times, until the answers *told* are used up."""
    servers = [
        RealServer("192.0.2.1", 80 + at, name=f"s{at}", checks=(check,))
        for at, check in enumerate(checks)
    ]
    pool = Pool("web", Algorithm("roundrobin"), servers)
    topology = Topology(services=[Service("web", default_pool="web")], pools=[pool])
    found: Course = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        left = list(told)
        ended = loop.create_future()

        def probe(start: StartProbe, answered: Answered) -> None:
            found.append((round(loop.time(), 9), "asked", start.name))
            if left:
                loop.call_later(0.01, answered, start.name, left.pop())
            elif not ended.done():
                ended.set_result(None)

        def heard(event: Event) -> None:
            found.append((round(event.time, 9), event.kind, event.subject, dict(event.details)))

        node = Node("lb1", [topology], SCHEDULERS, electing=False)
        running = kind(node, heard, send=_never, probe=probe, track=_untracked, zero=0.0)
        running.start(0.3)
        if node.checkers:
            await ended
        running.kill()

    loop = JumpingLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
    return found


def _never(action: Send) -> None:
    raise AssertionError("there is nothing to send")


async def _untracked(action: RunTracker) -> Details:
    raise AssertionError("there is nothing to track")


@settings(max_examples=60, deadline=None)
@given(st.lists(checks(), min_size=1, max_size=4), st.lists(answers(), max_size=60))
def test_the_short_way_and_the_long_one_are_one(checks: list[Check], told: list[Any]) -> None:
    short = course(RunningNode, checks, told)
    assert short == course(LongWay, checks, told)
    assert sum(what[1] == "asked" for what in short) > len(told)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=30), st.sampled_from([0.0, SLACK]))
def test_no_timer_is_early_and_none_later_than_it_may_be(delays: list[float], slack: float) -> None:
    fired: dict[str, float] = {}

    class Timers(RunningNode):
        def tell(self, kind: str, subject: str = "", details: Details | None = None) -> None:
            fired[subject] = self.now

    async def run() -> None:
        loop = asyncio.get_running_loop()
        node = Node("lb1", [], SCHEDULERS)
        running = Timers(
            node, _unheard, send=_never, probe=_unasked, track=_untracked, zero=0.0, slack=slack
        )
        for number, delay in enumerate(delays):
            running._set_timer(SetTimer("moved", 1.0))
            running._set_timer(SetTimer(str(number), delay))
        await asyncio.sleep(31)
        assert loop.time() >= 31

    loop = JumpingLoop()
    loop.run_until_complete(run())
    loop.close()
    assert len(fired) == len(delays) + 1
    for number, delay in enumerate(delays):
        late = fired[str(number)] - delay
        assert -1e-9 <= late <= min(slack, SHARE * delay) + 1e-6, (delay, late)


def _unheard(event: Event) -> None:
    raise AssertionError("there is nothing to hear")


def _unasked(start: StartProbe, answered: Answered) -> None:
    raise AssertionError("there is nothing to ask")
