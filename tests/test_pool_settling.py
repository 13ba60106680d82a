"""A pool that looks at what changed ends as one that looks at everything, whatever happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.engine.kernel_pool import KernelPool
from hatools.engine.machine import Action, Event, Publish
from hatools.engine.pool import PoolMachine
from hatools.engine.proxy_pool import ProxyPool
from hatools.model import Check, Pool, Quorum, RealServer
from hatools.model import Scheduler as Algorithm
from hatools.plugin.balancing import Balancing, Connection, Member, Scheduler

CHECKS = 2  # of each server


class Listening:
    """A scheduler that writes down what it is told."""

    def __init__(self, balancing: Balancing) -> None:
        self.told: list[tuple[str, bool, int]] = []

    def changed(self, server: Member) -> None:
        self.told.append((server.name, server.up, server.weight))

    def opened(self, server: Member) -> None:
        raise AssertionError("there are no connections")

    closed = opened

    def pick(self, connection: Connection, draw: float) -> Member | None:
        raise AssertionError("there are no connections")


class Whole(PoolMachine):
    """Looks at all servers after every change."""

    def weight_up(self) -> int:
        return sum(self.weights[label] for label, up in self.live.items() if up)

    def _settle(self, moved: Iterable[str], all_of_them: bool = False) -> None:
        self._weight_up = self.weight_up()
        super()._settle(self.members, all_of_them)


class WholeKernelPool(Whole, KernelPool):
    """A virtual service that looks at all."""


class WholeProxyPool(Whole, ProxyPool):
    """A backend that looks at all."""


BOTH = {"nat": (KernelPool, WholeKernelPool), "proxy": (ProxyPool, WholeProxyPool)}
WEIGHTS = st.integers(0, 4)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    forwarding = draw(st.sampled_from(list(BOTH)))
    servers = [
        RealServer(
            "192.0.2.1", 80 + at, weight=draw(WEIGHTS), forwarding=forwarding,
            state=draw(st.sampled_from(["ready", "ready", "drain", "maintenance"])),
            on_failure=draw(st.sampled_from(["remove", "zero-weight"])),
            checks=tuple(
                Check(initial=draw(st.sampled_from(["up", "down"]))) for _ in range(CHECKS)
            ),
        )
        for at in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    if draw(st.booleans()):
        servers.append(RealServer("192.0.2.2", 80, role="sorry", forwarding=forwarding))
    quorum = draw(st.none() | st.builds(Quorum, st.integers(0, 8), st.integers(0, 3)))
    return Pool("web", Algorithm("rr"), servers, quorum=quorum)


@st.composite
def events(draw: st.DrawFn) -> tuple[str, int, dict[str, Any]]:
    kind = draw(st.sampled_from(["check", "check", "check", "weight", "state"]))
    details: dict[str, Any] = {}
    if kind == "check":
        details = {"number": draw(st.integers(0, CHECKS - 1)), "up": draw(st.booleans())}
        details["weight"] = draw(st.none() | WEIGHTS)
    elif kind == "weight":
        details["weight"] = draw(WEIGHTS)
    else:
        details["state"] = draw(st.sampled_from(["ready", "drain", "maintenance"]))
    return kind, draw(st.integers(0, 4)), details


def published(actions: Iterator[Action]) -> list[Event]:
    return [action.event for action in actions if isinstance(action, Publish)]


def seen(pool: PoolMachine, scheduler: Listening) -> tuple[Any, ...]:
    members = [(one.name, one.up, one.weight) for one in pool.members.values()]
    return members, pool.weight_up(), pool.has_quorum, pool.using_sorry, scheduler.told


@settings(max_examples=300, deadline=None)
@given(pools(), st.lists(events(), max_size=30))
def test_looking_at_what_changed_is_enough(
    written: Pool, course: list[tuple[str, int, dict[str, Any]]]
) -> None:
    made: list[tuple[PoolMachine, Listening]] = []
    for kind in BOTH[written.servers[0].forwarding]:
        listening: list[Listening] = []

        def make(balancing: Balancing, kept: list[Listening] = listening) -> Listening:
            kept.append(Listening(balancing))
            return kept[-1]

        made.append((kind(written, Scheduler("rr", make)), listening[0]))
    quick, whole = made
    assert seen(*quick) == seen(*whole)
    labels = list(quick[0].members)
    for time, (kind, at, details) in enumerate(course):
        event = Event(float(time), kind, f"web/{labels[at % len(labels)]}", details)
        assert published(quick[0].handle(event)) == published(whole[0].handle(event))
        assert seen(*quick) == seen(*whole)
