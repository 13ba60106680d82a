"""Means with their 95 % interval, by Student's t."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import atan, cos, pi, sin, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """What *size* values say: their mean, its interval from *low* to *high*, least and most.

    One value has no interval: *low* and *high* are None.
    """

    size: int
    mean: float
    low: float | None
    high: float | None
    least: float
    most: float


def interval(values: Sequence[float]) -> Interval:
    """Return mean and 95 % interval of *values*, of which there is at least one."""
    count, mean = len(values), fmean(values)
    if count == 1:
        return Interval(1, mean, None, None, mean, mean)
    half = student_t(count - 1) * stdev(values) / sqrt(count)
    return Interval(count, mean, mean - half, mean + half, min(values), max(values))


@cache
def student_t(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return the t that holds *confidence* of Student's distribution between -t and t.

    *freedom* is its degrees of freedom, 1 or more.
    """
    low, high = 0.0, 1.0
    while within(high, freedom) < confidence:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if within(middle, freedom) < confidence:
            low = middle
        else:
            high = middle
    return high


def within(t: float, freedom: int) -> float:
    """Return how much of Student's distribution lies between -*t* and *t*.

    A finite sum for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).
    """
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for power in range(odd, freedom - 1, 2):
        total += term
        term *= cos(angle) ** 2 * (power + 1) / (power + 2)
    if odd:
        return 2 / pi * (angle + sin(angle) * total)
    return sin(angle) * total
