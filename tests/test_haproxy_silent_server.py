"""How long haproxy 2.6.12 took to find out that a server is silent, beside what we say."""

from __future__ import annotations

import pytest

from hatools.engine.checking import Checker
from hatools.engine.health import detection
from hatools.engine.machine import SetTimer, StartProbe
from hatools.engine.world import World
from hatools.model import Check, RealServer
from hatools.model.event import Event

# Recorded: seconds from the first check that failed to DOWN, with option log-health-checks.  The
# connections were dropped, or (no timeout check) accepted and never answered: that lasts as long.
RECORDED = [
    # inter, fastinter, timeout connect, timeout check, seconds
    (2.0, 2.0, 6.0, None, 10.0),
    (2.0, 2.0, 1.0, None, 10.0),
    (3.0, 1.0, 6.0, None, 11.0),
    (2.0, 2.0, 1.0, 5.0, 7.0),
    (2.0, 2.0, 6.0, 1.0, 10.0),
]
CHECKS = [
    (Check("tcp", None, None, inter, fast, inter, connect, timeout, 2, 3, "fully-up"), seconds)
    for inter, fast, connect, timeout, seconds in RECORDED
]


@pytest.mark.parametrize(("check", "seconds"), CHECKS)
def test_detection_is_what_was_recorded(check: Check, seconds: float) -> None:
    least, mean, most = detection(check, proxy=True)
    assert least == pytest.approx(seconds)
    assert (mean, most) == pytest.approx((least + check.interval / 2, least + check.interval))


@pytest.mark.parametrize(("check", "seconds"), CHECKS)
def test_the_engine_takes_as_long(check: Check, seconds: float) -> None:
    server = RealServer("192.0.2.11", 80, checks=[check], forwarding="proxy")
    checker, world = Checker("pool", server, 0), World(lambda *_: None)
    world.server("192.0.2.11", 80, "silent")
    now = 0.0
    while checker.health.up:
        (probe,) = checker.handle(Event(now, "timer", checker.name))
        assert isinstance(probe, StartProbe)
        passed, taken, _ = world.answer("node", probe)
        now += taken
        details: dict[str, object] = {"passed": passed}
        if checker.health.health > check.rise:  # else this failure is the last one
            *_, timer = checker.handle(Event(now, "probe answered", checker.name, details))
            assert isinstance(timer, SetTimer)
            now += timer.delay
        else:
            list(checker.handle(Event(now, "probe answered", checker.name, details)))
    assert now == pytest.approx(seconds)
