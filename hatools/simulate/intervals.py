"""Means with their 95 % interval, by Student's t."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from hatools.reliability.special import student_t

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
    half = quantile(count - 1) * stdev(values) / sqrt(count)
    return Interval(count, mean, mean - half, mean + half, min(values), max(values))


@cache
def quantile(freedom: int) -> float:
    """Return the t that holds `CONFIDENCE` of Student's distribution between -t and t."""
    return student_t((1 + CONFIDENCE) / 2, freedom)
