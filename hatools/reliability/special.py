"""Quantiles of the chi-square, F and Student distributions, from the incomplete gamma and beta.

Series and continued fractions are those of the NIST Digital Library of Mathematical Functions
(DLMF), chapter 8; quantiles are found by halving, so that they end at the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from hatools.errors import BadSetting
from hatools.reliability import domain

MOST_TERMS = 200_000
LEAST_FREEDOM, MOST_FREEDOM = 0.01, 1e7
TINY = 1e-300
ENOUGH = 1e-17


def gamma_tails(shape: float, x: float) -> tuple[float, float]:
    """Return P(a, x) and Q(a, x), the regularized incomplete gamma functions (DLMF 8.2.4).

    Below *shape* + 1 by series (8.11.4), above by continued fraction (8.9): the smaller tail is
    computed, so that it keeps its digits.  12 digits for shapes up to 1000, 9 up to a million.
    Raises `BadSetting` for a shape that is not greater than 0 and a negative x.
    """
    shape = domain.positive(shape, "the shape")
    if not x >= 0.0:
        raise BadSetting(f"x is {x!r}", "It must be 0 or greater.")
    if x == 0.0 or x == math.inf:
        return (0.0, 1.0) if x == 0.0 else (1.0, 0.0)
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for count in range(1, MOST_TERMS):
            term *= x / (shape + count)
            total += term
            if term < total * ENOUGH:
                return _pair(front * total)
        raise _endless("gamma")

    def step(count: int) -> tuple[float, float]:
        return -count * (count - shape), x + 2.0 * count + 1.0 - shape

    return _pair(front / _fraction(x + 1.0 - shape, step))[::-1]


def beta_tails(a: float, b: float, x: float) -> tuple[float, float]:
    """Return I_x(a, b) and 1 - I_x(a, b), the regularized incomplete beta function (DLMF 8.17).

    By continued fraction (8.17.22) on the side where it is fast.  Raises `BadSetting` where *a* or
    *b* is not greater than 0 and for x outside 0..1.
    """
    a, b = domain.positive(a, "a"), domain.positive(b, "b")
    x = domain.fraction(x, "x")
    if x <= (a + 1.0) / (a + b + 2.0):
        return _pair(_beta(a, b, x))
    return _pair(_beta(b, a, 1.0 - x))[::-1]


def chi_square(probability: float, freedom: float) -> float:
    """Return the quantile of the chi-square distribution with *freedom* degrees of freedom.

    *probability* (between 0 and 1) lies below it (NIST/SEMATECH e-Handbook 1.3.6.6.6).  Raises
    `BadSetting` for a probability that does not, and above ten million degrees of freedom.
    """
    probability = domain.inside(probability, "the probability")
    shape = _freedom(freedom) / 2.0
    return 2.0 * _quantile(lambda x: gamma_tails(shape, x), probability)


def f_ratio(probability: float, above: float, below: float) -> float:
    """Return the quantile of the F distribution with *above* and *below* degrees of freedom.

    *above* are those of the numerator (NIST/SEMATECH e-Handbook 1.3.6.6.5).  Errors as
    `chi_square`.
    """
    probability = domain.inside(probability, "the probability")
    a, b = _freedom(above) / 2.0, _freedom(below) / 2.0

    def tails(odds: float) -> tuple[float, float]:
        if odds < 1.0:
            return beta_tails(a, b, odds / (1.0 + odds))
        return beta_tails(b, a, 1.0 / (1.0 + odds))[::-1]

    return _quantile(tails, probability) * b / a


def student_t(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t distribution (NIST/SEMATECH e-Handbook 1.3.6.6.4).

    Errors as `chi_square`.
    """
    probability = domain.inside(probability, "the probability")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -math.sqrt(f_ratio(1.0 - 2.0 * probability, 1.0, freedom))
    return math.sqrt(f_ratio(2.0 * probability - 1.0, 1.0, freedom))


def _freedom(value: float) -> float:
    if not LEAST_FREEDOM <= value <= MOST_FREEDOM:
        raise BadSetting(
            f"{value!r} degrees of freedom", f"From {LEAST_FREEDOM} to {MOST_FREEDOM:.0f} will do."
        )
    return float(value)


def _beta(a: float, b: float, x: float) -> float:
    """Return I_x(a, b) for an x that is not far beyond its mean."""
    if x in (0.0, 1.0):
        return x
    front = math.exp(
        a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    )

    def step(count: int) -> tuple[float, float]:
        m = count // 2
        if count % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)), 1.0
        return m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)), 1.0

    return front / (a * _fraction(1.0, step))


def _pair(tail: float) -> tuple[float, float]:
    """Return *tail* and the other one."""
    tail = min(1.0, tail)
    return tail, 1.0 - tail


def _endless(name: str) -> BadSetting:
    return BadSetting(
        f"the incomplete {name} function does not settle", "The degrees of freedom are too many."
    )


def _fraction(first: float, step: Callable[[int], tuple[float, float]]) -> float:
    """Return b0 + a1/(b1 + a2/(b2 + …)) by Lentz's method (DLMF 3.10); *step*: i to ai, bi."""
    value = first or TINY
    c, d = value, 0.0
    for count in range(1, MOST_TERMS):
        a, b = step(count)
        d = 1.0 / (b + a * d or TINY)
        c = b + a / c or TINY
        value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            return value
    raise _endless("gamma or beta")


def _quantile(tails: Callable[[float], tuple[float, float]], probability: float) -> float:
    """Return the x > 0 with lower tail *probability*; the smaller tail is compared."""

    def short(x: float) -> bool:
        lower, upper = tails(x)
        return lower < probability if probability < 0.5 else upper > 1.0 - probability

    low, high = 0.0, 1.0
    if short(high):
        while short(high):
            low, high = high, high * 2.0
    else:
        while not short(high / 2.0) and high > TINY:
            high /= 2.0
        low = high / 2.0
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (middle, high) if short(middle) else (low, middle)
    return high
