"""Monte Carlo of block diagrams, within its own interval of the exact answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import diagrams_at_random as diagrams
import pytest

from hatools.errors import BadSetting
from hatools.reliability import blocks, replicate, steady
from hatools.reliability.blocks import AtLeast, Parallel, Part, Series, Times
from hatools.reliability.replicate import Estimate
from hatools.reliability.special import student_t

DIAGRAMS = 200
# All 200 together fail falsely less than once in a million seeds: each has 1/200 of that
# (Bonferroni), by a bound that holds whatever the distribution (empirical Bernstein).
CONFIDENCE = 1 - 1e-6 / DIAGRAMS
SEED = 1897
SIZE = 800


@pytest.fixture(scope="module")
def found() -> list[tuple[int, float, Estimate]]:
    """Each seed with the exact unavailability, and what its replications show."""
    rows = []
    for seed in range(SEED, SEED + DIAGRAMS):
        random = Random(seed)
        block = diagrams.block(random, random.randint(2, 10))
        times = {
            name: Times(random.uniform(1, 20), random.uniform(0.5, 5)) for name in diagrams.NAMES
        }
        exact = blocks.long_run(block, times).availability
        shown = replicate.availability(block, times, random.random, 8.0, SIZE, CONFIDENCE)
        rows.append((seed, exact, shown))
    return rows


def test_two_hundred_random_diagrams_are_within_their_sure_intervals(
    found: list[tuple[int, float, Estimate]],
) -> None:
    outside = [seed for seed, exact, shown in found if not shown.least <= exact <= shown.most]
    assert not outside, f"seeds {outside}"
    assert max(shown.most - shown.least for _, _, shown in found) < 0.3  # it says something


def test_their_usual_intervals_are_right_as_often_as_they_say(
    found: list[tuple[int, float, Estimate]],
) -> None:
    """Sharper than the sure bound: 95 % of Student's intervals, all 200 together.

    Were the true share only 0.9, fewer than 154 of 200 would come once in 10^7.
    """
    part = student_t(0.975, SIZE - 1) / student_t((1 + CONFIDENCE) / 2, SIZE - 1)
    hits = sum(
        abs(exact - shown.mean) <= part * max(shown.high - shown.mean, shown.mean - shown.low)
        for _, exact, shown in found
    )
    assert hits >= 154
    # no lean to one side: of 200 signs 140 or more alike come once in 10^8
    above = sum(shown.mean > exact for _, exact, shown in found)
    assert 60 < above < 140


def test_a_seed_gives_the_same_again() -> None:
    pair, times = Parallel(Part("a"), Part("b")), dict.fromkeys("ab", Times(10.0, 2.0))
    one, same, other = (
        replicate.availability(pair, times, Random(seed).random, 50.0, 20) for seed in (7, 7, 8)
    )
    assert one == same != other


@pytest.mark.parametrize(("needed", "total"), [(1, 2), (2, 3), (3, 3), (2, 5)])
def test_the_first_failure_comes_when_the_formula_says(needed: int, total: int) -> None:
    names = diagrams.NAMES[:total]
    shown = replicate.first_failure(
        AtLeast(needed, *map(Part, names)),
        dict.fromkeys(names, Times(10.0, 3.0)),
        Random(41).random,
        800,
        1 - 1e-7,
    )
    assert shown.low <= steady.k_of_n(needed, total, 10, 3).mttf <= shown.high
    assert shown.high - shown.low < shown.mean / 2


def test_what_never_fails_is_always_up() -> None:
    times = {"a": Times(math.inf, 1.0), "b": Times(5.0, 1.0)}
    shown = replicate.availability(Parallel(Part("a"), Part("b")), times, Random(1).random, 9.0, 9)
    assert (shown.mean, shown.low, shown.high, shown.most) == (1, 1, 1, 1)
    assert shown.least < 1
    both = replicate.first_failure(Series(Part("a"), Part("b")), times, Random(1).random, 400)
    assert both.low < 5 < both.high


def test_a_draw_of_nothing_is_a_draw() -> None:
    """Zero, the least that a random number can be: b fails at once, a never does."""
    block = Series(Part("a"), Part("b"))
    times = {"a": Times(math.inf, 1.0), "b": Times(5.0, 1.0)}
    draws = iter([0.0, 0.0, 0.0, *[0.5] * 99])
    shown = replicate.availability(block, times, draws.__next__, 9.0, 2)
    half = math.log(2)  # of an exponential time of mean 1: b is up for 5 of these, down for one
    first = (2 * half + 9 - 12 * half) / 9  # down 0-1, 6-7 and from 12 halves to the end
    second = 2 * half / 9  # down 5-6 and 11-12 halves
    assert shown.mean == pytest.approx(1 - (first + second) / 2)


PAIR = {"a": Times(1.0, 1.0)}
REFUSED: tuple[Callable[[], object], ...] = (
    lambda: replicate.availability(Part("a"), PAIR, Random(1).random, 0.0),
    lambda: replicate.availability(Part("a"), PAIR, Random(1).random, 1.0, 1),
    lambda: replicate.availability(Part("a"), PAIR, Random(1).random, 1.0, 9, 1.0),
    lambda: replicate.availability(Part("b"), PAIR, Random(1).random, 1.0),
    lambda: replicate.first_failure(Part("a"), {"a": Times(math.inf, 1)}, Random(1).random),
)


@pytest.mark.parametrize("ask", REFUSED)
def test_what_cannot_be_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(BadSetting):
        ask()
