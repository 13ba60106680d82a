"""Intervals from few failures: their quantiles exact, and as many of them right as they promise."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import intervals, special
from hatools.reliability.intervals import Seen, Spell

inner = st.floats(0.001, 0.999)


def poisson(mean: float, least: int) -> float:
    """Return the probability of at least *least* events, as a sum in fractions."""
    below = sum(Fraction(mean) ** n / math.factorial(n) for n in range(least))
    return 1.0 - float(below * Fraction(math.exp(-mean)))


@given(st.integers(1, 60), st.floats(0.01, 100))
@settings(deadline=None)
def test_the_incomplete_gamma_function_is_a_sum_of_poissons(shape: int, x: float) -> None:
    lower, upper = special.gamma_tails(shape, x)
    assert lower == pytest.approx(poisson(x, shape), abs=1e-13)
    assert lower + upper == pytest.approx(1, abs=1e-15)


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.001, 0.999))
@settings(deadline=None)
def test_the_incomplete_beta_function_is_a_sum_of_binomials(a: int, b: int, x: float) -> None:
    p, n = Fraction(x), a + b - 1
    expected = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(a, n + 1))
    lower, upper = special.beta_tails(a, b, x)
    assert lower == pytest.approx(float(expected), rel=1e-11, abs=1e-300)
    assert upper == pytest.approx(float(1 - expected), rel=1e-9, abs=1e-15)


@given(inner, st.floats(0.1, 500))
@settings(deadline=None)
def test_quantiles_of_chi_square(probability: float, freedom: float) -> None:
    x = special.chi_square(probability, freedom)
    assert special.gamma_tails(freedom / 2, x / 2)[0] == pytest.approx(probability, abs=1e-11)


@given(inner, st.floats(0.2, 300), st.floats(0.2, 300))
@settings(deadline=None, max_examples=50)
def test_quantiles_of_f(probability: float, above: float, below: float) -> None:
    x = special.f_ratio(probability, above, below)
    turned = special.f_ratio(1 - probability, below, above)
    assert x * turned == pytest.approx(1, rel=1e-9, abs=0)


# NIST/SEMATECH e-Handbook 1.3.6.7.2 (t), 1.3.6.7.3 (F), 1.3.6.7.4 (chi-square), to the digits there
TABLED: tuple[tuple[Callable[[], float], float, float], ...] = (
    (lambda: special.student_t(0.975, 1), 12.706, 5e-4),
    (lambda: special.student_t(0.975, 10), 2.228, 5e-4),
    (lambda: special.student_t(0.999, 100), 3.174, 5e-4),
    (lambda: special.student_t(0.025, 10), -2.228, 5e-4),
    (lambda: special.student_t(0.5, 3), 0.0, 0.0),
    (lambda: special.f_ratio(0.95, 1, 1), 161.448, 5e-4),
    (lambda: special.f_ratio(0.95, 5, 10), 3.326, 5e-4),
    (lambda: special.f_ratio(0.99, 10, 20), 3.368, 5e-4),
    (lambda: special.chi_square(0.95, 1), 3.841, 5e-4),
    (lambda: special.chi_square(0.95, 10), 18.307, 5e-4),
    (lambda: special.chi_square(0.05, 10), 3.940, 5e-4),
    (lambda: special.chi_square(0.999, 100), 149.449, 5e-4),
)


@pytest.mark.parametrize(("value", "expected", "half"), TABLED)
def test_tabled_quantiles(value: Callable[[], float], expected: float, half: float) -> None:
    assert value() == pytest.approx(expected, abs=half)


def test_closed_forms() -> None:
    for p in (1e-9, 0.01, 0.5, 0.99, 1 - 1e-9):
        assert special.chi_square(p, 2) == pytest.approx(-2 * math.log1p(-p), rel=1e-12, abs=0)
        assert special.f_ratio(p, 2, 2) == pytest.approx(p / (1 - p), rel=1e-9, abs=0)
        assert special.student_t(p, 1) == pytest.approx(
            math.tan(math.pi * (p - 0.5)), rel=1e-6, abs=0
        )


@cache
def ends(count: int, confidence: float) -> tuple[float, float]:
    """Return the interval of the mean time where *count* failures were seen in a unit of time."""
    made = intervals.mean_time(1.0, count, confidence)
    return made.low, made.high


def right(mean: float, confidence: float) -> float:
    """Return how many of the intervals for a *mean* time hold it, seen for one unit of time.

    Exact: failures in a fixed time are Poisson, and each number of them has its interval.
    """
    rate, found, chance, count = 1.0 / mean, 0.0, math.exp(-1.0 / mean), 0
    while count < rate or chance > 1e-15:
        low, high = ends(count, confidence)
        found += chance * (low <= mean <= high)
        count += 1
        chance *= rate / count
    return found


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_as_many_intervals_are_right_as_promised(confidence: float) -> None:
    """Down to 1 - 1.5 a, where no failure is likely: there the lower end alone uses all of a."""
    beyond = 1.0 - confidence
    for step in range(60):
        expected = 0.05 * 1.13**step  # failures
        least = confidence if expected > 2 * -math.log(beyond / 2) else 1 - 1.5 * beyond
        assert right(1.0 / expected, confidence) >= least - 1e-9, expected


@given(st.floats(1e-3, 1e9), st.integers(1, 200), inner)
@settings(deadline=None, max_examples=50)
def test_ends_around_the_estimate(time: float, ended: int, confidence: float) -> None:
    running = intervals.mean_time(time, ended, confidence)
    done = intervals.mean_time(time, ended, confidence, running=False)
    assert 0 < running.low < done.low < done.high == running.high
    assert running.low < running.estimate == time / ended
    wider = intervals.mean_time(time, ended, (1 + confidence) / 2)
    assert wider.low < running.low < running.high < wider.high
    assert intervals.mean_time_at_least(time, ended, (1 + confidence) / 2) == pytest.approx(
        running.low
    )


def test_components_that_still_run_are_counted_as_time() -> None:
    spells = [Spell(100, True), Spell(300, False), Spell(50, True), Spell(550, False)]
    found = intervals.seen(spells)
    assert found == Seen(1000, 2, 2)
    # leaving the survivors out would make the machines look five times worse
    assert intervals.mean_time(found.time, found.ended).estimate == 500


def availability_right(mttf: float, mttr: float, length: float, runs: int) -> float:
    """Return how many 90 % intervals hold the availability, each from one watched *length*."""
    random, hits = Random(20), 0
    exact = mttf / (mttf + mttr)
    for _ in range(runs):
        now, up, spells = 0.0, True, ([], [])
        while now < length:
            lasts = random.expovariate(1 / (mttf if up else mttr))
            spells[up].append(Spell(min(lasts, length - now), now + lasts <= length))
            now, up = now + lasts, not up
        found = intervals.availability(intervals.seen(spells[1]), intervals.seen(spells[0]))
        hits += found.low <= exact <= found.high
    return hits / runs


@pytest.mark.parametrize("failures", [0.5, 1, 2, 4, 10, 30])
def test_availability_from_a_watched_year(failures: float) -> None:
    share = availability_right(8760 / failures, 4.0, 8760.0, 400)
    assert share >= 0.9  # 0.98 down to 0.92: too wide rather than too narrow


def test_availability_where_all_spells_have_ended_is_exact() -> None:
    """The ratio of the estimates to the truth has the F distribution: 5 % beyond each end."""
    found = intervals.availability(Seen(1000.0, 5, 0), Seen(10.0, 5, 0), 0.9)
    few, many = special.f_ratio(0.05, 10, 10), special.f_ratio(0.95, 10, 10)
    assert found.estimate == pytest.approx(1000 / 1010)
    assert found.low == pytest.approx(1 / (1 + 0.01 * many))
    assert found.high == pytest.approx(1 / (1 + 0.01 * few))


def test_availability_of_what_hardly_happened() -> None:
    never = intervals.availability(Seen(1000.0, 0, 1), Seen(0.0, 0, 0))
    assert (never.estimate, never.low, never.high) == (1.0, 0.0, 1.0)
    unmended = intervals.availability(Seen(1000.0, 1, 0), Seen(10.0, 0, 1))
    assert unmended.low == 0.0
    assert unmended.estimate < unmended.high < 1.0
    nothing = intervals.availability(Seen(0.0, 0, 0), Seen(0.0, 0, 0))
    assert math.isnan(nothing.estimate)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


REFUSED: tuple[Callable[[], object], ...] = (
    lambda: intervals.mean_time(-1, 1),
    lambda: intervals.mean_time(1, -1),
    lambda: intervals.mean_time(1, 0, running=False),
    lambda: intervals.mean_time(1, 1, 1.0),
    lambda: intervals.mean_time_at_least(1, 1, 0.0),
    lambda: intervals.seen([Spell(-1, True)]),
    lambda: intervals.seen([Spell(math.inf, False)]),
    lambda: intervals.availability(Seen(1, 1, 0), Seen(1, 1, 0), math.nan),
    lambda: intervals.availability(Seen(-1, 1, 0), Seen(1, 1, 0)),
    lambda: intervals.availability(Seen(1, 1, 0), Seen(1, -1, 0)),
    lambda: special.chi_square(0, 1),
    lambda: special.chi_square(0.5, 0),
    lambda: special.chi_square(0.5, 1e50),
    lambda: special.f_ratio(0.5, 1, -1),
    lambda: special.student_t(1, 1),
    lambda: special.gamma_tails(1, math.nan),
    lambda: special.beta_tails(1, 1, 2),
)


@pytest.mark.parametrize("ask", REFUSED)
def test_what_cannot_be_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(BadSetting):
        ask()
