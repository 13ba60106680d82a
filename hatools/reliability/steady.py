"""Availability in the long run of one component, and of groups of equal or independent ones.

All times are in one unit of the caller's choice (hatools uses seconds); rates are one over it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from hatools.reliability import domain

MOST = 1_000_000  # components of a group


class LongRun(NamedTuple):
    """What a repairable system does in the long run; times in the unit that was put in.

    *availability* and *unavailability* are fractions of time, each computed without taking the
    other from 1.  *frequency* counts failures per unit of time, down time included.  *mean_up* and
    *mean_down* are the mean lengths of an up and of a down spell (infinite where none ever ends).
    """

    availability: float
    unavailability: float
    frequency: float
    mean_up: float
    mean_down: float

    @classmethod
    def of(cls, up: float, down: float, frequency: float) -> LongRun:
        """Return the record whose spells follow from the fractions and the *frequency*."""
        if frequency > 0.0:
            return cls(up, down, frequency, up / frequency, down / frequency)
        return cls(up, down, 0.0, math.inf if up > 0.0 else 0.0, math.inf if down > 0.0 else 0.0)


class Group(NamedTuple):
    """A group of equal components in the long run, and from new.

    *mttf* is the mean time from all up to the first failure of the group; `LongRun.mean_up` of
    *long_run* is that between a repair and the next failure, which is shorter: after a repair the
    group is one component away from failing.  *busy* is the mean number of crews at work.
    """

    long_run: LongRun
    mttf: float
    busy: float

    @property
    def availability(self) -> float:
        """The fraction of time in which enough components are up."""
        return self.long_run.availability


def availability(mttf: float, mttr: float) -> float:
    """Return MTTF / (MTTF + MTTR), the fraction of time in which a component is up.

    *mttf* is the mean time from repair to failure (infinite: never fails), *mttr* from failure to
    repair, both in one unit.  Holds for any distributions of both (alternating renewal process;
    Barlow and Proschan 1975, IEC 61703), as a mean over long time, not for one year.
    Raises `BadSetting` where *mttf* is not greater than 0 or *mttr* is negative or infinite.
    """
    return 1.0 / (1.0 + domain.duration(mttr, "MTTR") / domain.lifetime(mttf, "MTTF"))


def unavailability(mttf: float, mttr: float) -> float:
    """Return MTTR / (MTTF + MTTR) without the loss of digits that 1 - availability has.

    Units, source, limits and errors are those of `availability`.
    """
    ratio = domain.duration(mttr, "MTTR") / domain.lifetime(mttf, "MTTF")
    return 1.0 if ratio == math.inf else ratio / (1.0 + ratio)


def series(availabilities: Iterable[float]) -> float:
    """Return the availability of components that are all needed: the product.

    Fractions in, fraction out (NIST/SEMATECH e-Handbook 8.1.8.2; IEC 61078).  Holds for
    independent components only: each must fail and be repaired regardless of the others.
    Raises `BadSetting` for what is no fraction.
    """
    return math.prod(domain.fraction(value, "an availability") for value in availabilities)


def parallel(availabilities: Iterable[float]) -> float:
    """Return the availability of components of which one is enough: 1 - product of (1 - A).

    Fractions in, fraction out (NIST/SEMATECH e-Handbook 8.1.8.3; IEC 61078).  Holds for
    independent components only, which two nodes of a cluster rarely are: see `beta_factor` and
    `active_standby`.  Raises `BadSetting` for what is no fraction.
    """
    return 1.0 - math.prod(
        1.0 - domain.fraction(value, "an availability") for value in availabilities
    )


def at_least(needed: int, availabilities: Iterable[float]) -> float:
    """Return the probability that at least *needed* of independent components are up.

    The components need not be equal (Poisson binomial distribution, by adding one component
    after the other; for equal ones NIST/SEMATECH e-Handbook 8.1.8.4).  Fractions in, fraction
    out.  Raises `BadSetting` where *needed* is not in 0..n or something is no fraction.
    """
    values = [domain.fraction(value, "an availability") for value in availabilities]
    needed = domain.whole(needed, "the number of components needed", 0, len(values))
    up = [1.0] + [0.0] * len(values)  # up[j]: probability that j of those seen so far are up
    for seen, value in enumerate(values, 1):
        for count in range(seen, 0, -1):
            up[count] = up[count] * (1.0 - value) + up[count - 1] * value
        up[0] *= 1.0 - value
    return min(1.0, math.fsum(up[needed:]))


def k_of_n(needed: int, total: int, mttf: float, mttr: float, crews: int | None = None) -> Group:
    """Return what a group of *total* equal components does of which *needed* must be up.

    *mttf*, *mttr* are one component's, in one unit; *crews* repair one component each at a time
    (none given: as many as components).  Components fail independently, also while the group is
    down; times are exponential (birth-death process: Trivedi, Probability and Statistics, 8.2;
    Kleinrock, Queueing Systems I, 3.10, finite population).  With a crew each, the
    availability holds for any distributions; with fewer, and the MTTF always, only for
    exponential ones.  Raises `BadSetting` for counts or times that cannot be.
    """
    total = domain.whole(total, "the number of components", 1, MOST)
    needed = domain.whole(needed, "the number of components needed", 1, total)
    crews = total if crews is None else domain.whole(crews, "the number of repair crews", 1)
    failing = 1.0 / domain.lifetime(mttf, "MTTF")
    mended = 1.0 / domain.positive(mttr, "MTTR")
    fail = [(total - failed) * failing for failed in range(total)]
    mend = [min(failed, crews) * mended for failed in range(total + 1)]
    spent = _birth_death(fail, mend)
    spare = total - needed
    up, down = math.fsum(spent[: spare + 1]), math.fsum(spent[spare + 1 :])
    busy = math.fsum(min(failed, crews) * share for failed, share in enumerate(spent))
    return Group(LongRun.of(up, down, spent[spare] * fail[spare]), _climb(fail, mend, spare), busy)


def beta_factor(unavailability: float, common: float, total: int = 2) -> float:
    """Return the unavailability of *total* equal components of which one is enough.

    ((1 - b)q)^n + bq: *common* (b) is the fraction of a component's failures that take all of
    them (IEC 61508-6, annex D; from 0.005 to 0.1).  Fractions in,
    fraction out.  A rough model: with b = 0 it is `parallel`, with b = 1 a single component; it
    knows no failure that takes two of three.  Raises `BadSetting` for what is no fraction and for
    *total* below 1.
    """
    down = domain.fraction(unavailability, "the unavailability")
    common = domain.fraction(common, "the common-cause fraction")
    total = domain.whole(total, "the number of components", 1, MOST)
    return min(1.0, float(((1.0 - common) * down) ** total + common * down))


def _birth_death(births: list[float], deaths: list[float]) -> list[float]:
    """Return the shares of time in states 0..n; *births* lead from i to i + 1, *deaths* back.

    The weights start with 1 at the most frequent state, so that none overflows.
    """
    states = len(births) + 1
    top = 0
    while top < states - 1 and births[top] > deaths[top + 1]:
        top += 1
    weights = [1.0] * states
    for state in range(top + 1, states):
        weights[state] = weights[state - 1] * births[state - 1] / deaths[state]
    for state in range(top - 1, -1, -1):
        weights[state] = weights[state + 1] * deaths[state + 1] / births[state]
    whole = math.fsum(weights)
    return [weight / whole for weight in weights]


def _climb(births: list[float], deaths: list[float], last: int) -> float:
    """Return the mean time from state 0 until *last* is left upwards: sums only, no subtraction."""
    if births[0] == 0.0:
        return math.inf
    steps, step = [], 0.0
    for state in range(last + 1):
        step = (1.0 + deaths[state] * step) / births[state]
        steps.append(step)
    return math.fsum(steps)
