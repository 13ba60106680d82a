"""The published numbers: NIST/SEMATECH's, Erlang's, the workbook's, and those of a pair."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from lab import ROOT

from hatools.reliability import blocks, intervals, nines, queues, steady
from hatools.reliability.chain import BOTH, active_standby

PART = 1e-10  # relative, where a number is given in full
HOUR = 3600.0


def printed(text: str) -> tuple[float, float]:
    """Return the number that *text* shows and half a unit of its last digit."""
    mantissa, _, power = text.partition("e")
    places = len(mantissa.partition(".")[2])
    return float(text), 0.5 * 10.0 ** (int(power or 0) - places) * (1 + 1e-9)


GIVEN: tuple[tuple[str, Callable[[], float], str], ...] = (
    ("one component", lambda: steady.availability(1000, 2), "0.998003992"),
    ("the same, down", lambda: steady.unavailability(1000, 2), "0.001996008"),
    ("three in series", lambda: steady.series([0.99] * 3), "0.970299"),
    ("two parallel", lambda: steady.parallel([0.99] * 2), "0.9999"),
    ("2 of 3", lambda: steady.at_least(2, [0.99] * 3), "0.999702"),
    ("3 of 5", lambda: steady.at_least(3, [0.99] * 5), "0.9999901494"),
    ("two crews", lambda: steady.k_of_n(1, 2, 1000, 2, 2).availability, "0.9999960159521"),
    ("a crew each", lambda: steady.k_of_n(1, 2, 1000, 2).availability, "0.9999960159521"),
    ("one crew", lambda: steady.k_of_n(1, 2, 1000, 2, 1).availability, "0.9999920319360"),
    ("mttf of a pair", lambda: steady.k_of_n(1, 2, 1000, 2).mttf, "251500.00000"),
    ("mttf, one crew", lambda: steady.k_of_n(1, 2, 1000, 2, 1).mttf, "251500.00000"),
    ("2 of 3, one crew", lambda: steady.k_of_n(2, 3, 1000, 10, 1).availability, "0.99941199644"),
    ("2 of 3, three", lambda: steady.k_of_n(2, 3, 1000, 10, 3).availability, "0.99970785237"),
    ("beta 0", lambda: steady.beta_factor(0.01, 0), "1.0000000000e-4"),
    ("beta .02", lambda: steady.beta_factor(0.01, 0.02), "2.9604000000e-4"),
    ("beta .05", lambda: steady.beta_factor(0.01, 0.05), "5.9025000000e-4"),
    ("beta .1", lambda: steady.beta_factor(0.01, 0.1), "1.0810000000e-3"),
    ("Erlang C 2", lambda: queues.erlang_c(2, 1.6), "0.71111"),
    ("Erlang C 3", lambda: queues.erlang_c(3, 2.7), "0.81706"),
    ("Erlang C 10", lambda: queues.erlang_c(10, 9), "0.66873"),
    ("time at 2", lambda: queues.waiting(2, 1.6).mean_time, "2.7778"),
    ("time at 3", lambda: queues.waiting(3, 2.7).mean_time, "3.72354"),
    ("r = 0", lambda: intervals.mean_time(1000, 0).low, "434.3"),
    ("3 nines, year", lambda: nines.downtime(0.999) / 60, "525.6"),
    ("3 nines, month", lambda: nines.downtime(0.999, nines.MONTH) / 60, "43.2"),
    ("4 nines, year", lambda: nines.downtime(0.9999) / 60, "52.56"),
    ("4 nines, month", lambda: nines.downtime(0.9999, nines.MONTH) / 60, "4.32"),
    ("5 nines, year", lambda: nines.downtime(0.99999) / 60, "5.256"),
    ("5 nines, month", lambda: nines.downtime(0.99999, nines.MONTH) / 60, "0.432"),
    ("3 nines, Julian year", lambda: nines.downtime(0.999, nines.JULIAN_YEAR) / 60, "525.96"),
    ("3 nines, week", lambda: nines.downtime(0.999, nines.WEEK) / 60, "10.08"),
    ("1 h at 14.4", lambda: nines.spent(14.4, HOUR), "0.0200000000"),
    ("6 h at 6", lambda: nines.spent(6, 6 * HOUR), "0.0500000000"),
    ("72 h at 1", lambda: nines.spent(1, 72 * HOUR), "0.1000000000"),
    ("an outage pages", lambda: nines.alerts()[0].fires_after(0.999), "51.84000000"),
    ("single node", lambda: steady.availability(4380, 4), "0.99908759"),
)


@pytest.mark.parametrize(
    ("value", "said"), [row[1:] for row in GIVEN], ids=[row[0] for row in GIVEN]
)
def test_given_numbers(value: Callable[[], float], said: str) -> None:
    number, half = printed(said)
    assert value() == pytest.approx(number, abs=half, rel=0)


# T, r, lower and upper end of the two-sided 90 % interval (NIST/SEMATECH e-Handbook 8.4.5.1)
FAILURES = (
    (800, 2, "127.1", "2251.2"),
    (8000, 20, "275.3", "603.6"),
    (1000, 1, "210.8", "19495.7"),
    (17520, 4, "1914.0", "12822.8"),
)


@pytest.mark.parametrize(("time", "failures", "low", "high"), FAILURES)
def test_few_failures(time: float, failures: int, low: str, high: str) -> None:
    found = intervals.mean_time(time, failures, 0.9)
    assert found.estimate == time / failures
    for end, said in ((found.low, low), (found.high, high)):
        number, half = printed(said)
        assert end == pytest.approx(number, abs=half, rel=0)


def test_no_failure() -> None:
    found = intervals.mean_time(1000, 0, 0.9)
    assert found.low == pytest.approx(1000 / -math.log(0.1), rel=PART, abs=0)
    assert found.high == found.estimate == math.inf
    assert intervals.mean_time_at_least(1000, 0, 0.9) == pytest.approx(found.low, rel=PART, abs=0)


CHOICES = {
    2: ("1.2657", "1.6145", "1.9474", "2.6141", "3.3830", "5.4320"),
    3: ("1.1252", "1.3568", "1.5809", "2.0279", "2.5351", "3.8578"),
}


@pytest.mark.parametrize("choices", CHOICES)
def test_choices(choices: int) -> None:
    for load, said in zip((0.5, 0.7, 0.8, 0.9, 0.95, 0.99), CHOICES[choices], strict=True):
        number, half = printed(said)
        assert queues.time_with_choices(load, choices) == pytest.approx(number, abs=half, rel=0)


# failover in seconds, coverage, common cause, manual recovery in hours: A, minutes of 365.25 days
PAIRS = (
    (3.609, 1.0, 0.0, 0.5, "0.99999810635", "0.996"),
    (3.609, 0.95, 0.0, 0.5, "0.99999241593", "3.989"),
    (3.609, 0.95, 0.05, 0.5, "0.99994717521", "27.78"),
    (30.0, 0.99, 0.0, 1.0, "0.99999417271", "3.065"),
)


@pytest.mark.parametrize(
    ("failover", "coverage", "common", "manual", "availability", "minutes"), PAIRS
)
def test_active_standby(
    failover: float, coverage: float, common: float, manual: float, availability: str, minutes: str
) -> None:
    hours = active_standby(4380, 4, failover / HOUR, coverage, common, manual).long_run()
    seconds = active_standby(
        4380 * HOUR, 4 * HOUR, failover, coverage, common, manual * HOUR
    ).long_run()
    number, half = printed(availability)
    assert hours.availability == pytest.approx(number, abs=half, rel=0)
    number, half = printed(minutes)
    year = nines.JULIAN_YEAR / 60
    assert hours.unavailability * year == pytest.approx(number, abs=half, rel=0)
    assert seconds.unavailability == pytest.approx(hours.unavailability, rel=1e-12, abs=0)
    assert seconds.mean_down == pytest.approx(hours.mean_down * HOUR, rel=1e-12, abs=0)


def test_common_cause_and_coverage_outweigh_failover_seconds() -> None:
    def down(failover: float, coverage: float, common: float) -> float:
        pair = active_standby(4380, 4, failover / HOUR, coverage, common, 0.5)
        return pair.long_run().unavailability

    ten_times_slower = down(36.09, 0.95, 0.05) - down(3.609, 0.95, 0.05)
    assert ten_times_slower < 0.1 * (down(3.609, 0.95, 0.05) - down(3.609, 0.95, 0.0))
    assert ten_times_slower < 1.5 * (down(3.609, 0.95, 0.0) - down(3.609, 1.0, 0.0))


def test_a_pair_that_takes_over_at_once_is_two_parallel_with_one_crew() -> None:
    chain = active_standby(1000, 2, 0.0)
    group = steady.k_of_n(1, 2, 1000, 2, 1)
    for found, expected in zip(chain.long_run(), group.long_run, strict=True):
        assert found == pytest.approx(expected, rel=PART, abs=0)
    assert chain.first_failure(BOTH) == pytest.approx(group.mttf, rel=PART, abs=0)


def test_a_pair_with_nothing_but_common_causes_is_one_node() -> None:
    run = active_standby(1000, 2, 0.1, 0.9, 1.0, 0.5).long_run()
    assert run.unavailability == pytest.approx(steady.unavailability(1000, 2), rel=PART, abs=0)
    assert (run.mean_up, run.mean_down) == pytest.approx((1000, 2), rel=PART, abs=0)


def test_blocks_give_the_same() -> None:
    parts = [blocks.Part(name) for name in "abcde"]
    same = dict.fromkeys("abcde", 0.99)
    for block, said in (
        (blocks.Series(*parts[:3]), "0.970299"),
        (blocks.Parallel(*parts[:2]), "0.9999"),
        (blocks.AtLeast(2, *parts[:3]), "0.999702"),
        (blocks.AtLeast(3, *parts), "0.9999901494"),
    ):
        assert blocks.availability(block, same) == pytest.approx(float(said), abs=1e-14)
        assert blocks.unavailability(block, same) == pytest.approx(1 - float(said), rel=1e-9, abs=0)


def test_the_workbooks_alerts() -> None:
    assert [(round(a.rate, 9), a.long, a.short, a.urgent) for a in nines.alerts()] == [
        (14.4, 3600, 300, True),
        (6.0, 21600, 1800, True),
        (1.0, 259200, 21600, False),
    ]


def test_the_page_says_what_the_code_does(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    for row in PAIRS:
        assert f"| {row[4]} | {row[5]} |" in page
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example
    exec(example[1], {})
    assert "availability=0.99995617" in capsys.readouterr().out
