"""Nines and the downtime that they leave, objectives, error budgets and how fast they burn.

Durations are seconds.  A year is 365 days (`YEAR`), as service agreements count; who wants the
astronomer's says `JULIAN_YEAR` (365.25 days).  A month is 30 days.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from hatools.errors import BadSetting
from hatools.reliability import domain

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
WEEK, MONTH = 7 * DAY, 30 * DAY
YEAR, JULIAN_YEAR = 365 * DAY, 365.25 * DAY

PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)\s*%", re.ASCII)
FRACTION = re.compile(r"([01](?:[.,][0-9]*)?|[.,][0-9]+)", re.ASCII)
NINES = re.compile(r"([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)\s*nines?", re.ASCII | re.IGNORECASE)
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def nines(availability: float) -> float:
    """Return how many nines *availability* has: -log10(1 - A); 0.999 has 3, 0.9995 has 3.301.

    Infinite for 1.  Above 12 nines a float near 1 has not the digits for it: take
    `nines_of_unavailability` where the unavailability is known.  Raises `BadSetting` outside 0..1.
    """
    return nines_of_unavailability(1.0 - domain.fraction(availability, "the availability"))


def nines_of_unavailability(unavailability: float) -> float:
    """Return -log10 of *unavailability*: 0.001 has 3 nines.  Errors as `nines`."""
    value = domain.fraction(unavailability, "the unavailability")
    return -math.log10(value) + 0.0 if value else math.inf


def from_nines(count: float) -> float:
    """Return the availability of *count* nines, 1 - 10**-count; 3 is 0.999.

    Raises `BadSetting` where *count* is negative.
    """
    if not count >= 0.0:
        raise BadSetting(f"{count!r} nines", "Their number must be 0 or greater.")
    return -math.expm1(-count * math.log(10.0))


def downtime(availability: float, period: float = YEAR) -> float:
    """Return the seconds of downtime that *availability* leaves in *period* (seconds).

    (1 - A) x period: 0.999 leaves 525.6 minutes of a year of 365 days and 43.2 of 30 days; a mean
    over many such periods, not what one year will have.  Raises `BadSetting` outside 0..1 and for
    a negative period.
    """
    down = 1.0 - domain.fraction(availability, "the availability")
    return down * domain.duration(period, "the period")


def from_downtime(seconds: float, period: float = YEAR) -> float:
    """Return the availability that has *seconds* of downtime in *period*: 1 - seconds / period.

    Raises `BadSetting` where the downtime is negative or longer than the period.
    """
    down = domain.duration(seconds, "the downtime") / domain.positive(period, "the period")
    return 1.0 - domain.fraction(down, "the downtime's share of the period")


def parse(text: str) -> float:
    """Return the availability that *text* says: "99.95%", "0.9995", "4 nines", "three nines".

    A fraction 0..1.  A bare number greater than 1 is refused rather than guessed at.  Raises
    `BadSetting` for anything else.
    """
    said = text.strip()
    words = said.lower().split()
    if len(words) == 2 and words[0] in WORDS and words[1] in ("nine", "nines"):
        return from_nines(WORDS.index(words[0]))
    if found := PERCENT.fullmatch(said):
        return domain.fraction(float(f"{_point(found[1])}e-2"), f"the availability {said}")
    if found := NINES.fullmatch(said):
        return from_nines(float(_point(found[1])))
    if found := FRACTION.fullmatch(said):
        return domain.fraction(float(_point(found[1])), f"the availability {said}")
    raise BadSetting(f"{text!r} is no availability", "Write it as 99.95%, 0.9995 or 4 nines.")


def budget(objective: float, window: float = MONTH) -> float:
    """Return the seconds of failure that an *objective* (0.999) allows in *window* (seconds).

    The error budget of Site Reliability Engineering (Beyer et al. 2016), chapter 3.
    """
    return downtime(objective, window)


def burn_rate(failing: float, objective: float) -> float:
    """Return how many times too fast the budget goes while the fraction *failing* fails.

    failing / (1 - objective): at 1 the budget lasts exactly its window (The Site Reliability
    Workbook, Beyer et al. 2018, chapter 5).  Infinite for an objective of 1 where anything fails.
    Raises `BadSetting` for what is no fraction.
    """
    allowed = 1.0 - domain.fraction(objective, "the objective")
    failing = domain.fraction(failing, "the fraction that fails")
    if failing == 0.0:
        return 0.0
    return failing / allowed if allowed else math.inf


def spent(rate: float, lasts: float, window: float = MONTH) -> float:
    """Return the fraction of the budget that burning at *rate* for *lasts* seconds spends.

    rate x lasts / window (the same chapter): 14.4 for one hour of 30 days is 2 %; more than 1
    means overspent.  Raises `BadSetting` for negative values.
    """
    rate = domain.duration(rate, "the burn rate")
    return rate * domain.duration(lasts, "the duration") / domain.positive(window, "the window")


def lasts_for(rate: float, window: float = MONTH) -> float:
    """Return after how many seconds a whole budget is spent at burn *rate*; infinite at 0."""
    window = domain.positive(window, "the window")
    return window / rate if domain.duration(rate, "the burn rate") else math.inf


class Alert(NamedTuple):
    """An alert on two windows: both must burn at *rate* or faster (seconds, budget's multiple).

    The *long* window says that it matters, the *short* one that it still goes on.
    *spends* is the fraction of the budget that is gone by then; *urgent* is a page, else a ticket.
    """

    rate: float
    long: float
    short: float
    spends: float
    urgent: bool

    def fires(self, failing_long: float, failing_short: float, objective: float) -> bool:
        """Tell whether it fires where these fractions failed in its two windows."""
        return (
            burn_rate(failing_long, objective) >= self.rate
            and burn_rate(failing_short, objective) >= self.rate
        )

    def fires_after(self, objective: float, failing: float = 1.0) -> float:
        """Return the seconds after which it fires once the fraction *failing* begins to fail.

        Nothing failed before.  rate x (1 - objective) / failing x long window; infinite where
        so little fails that the window never fills up to it.
        """
        allowed = 1.0 - domain.fraction(objective, "the objective")
        failing = domain.fraction(failing, "the fraction that fails")
        if failing == 0.0:
            return math.inf
        filled = self.rate * allowed / failing
        return filled * self.long if filled <= 1.0 else math.inf


# The Site Reliability Workbook, chapter 5: budget, long window, short window, a page?
WINDOWS = (
    (0.02, HOUR, 5 * MINUTE, True),
    (0.05, 6 * HOUR, 30 * MINUTE, True),
    (0.10, 3 * DAY, 6 * HOUR, False),
)


def alerts(window: float = MONTH) -> tuple[Alert, ...]:
    """Return the alerts on several windows for a budget of *window* seconds.

    Their rates follow from what they may spend: for 30 days 14.4 (1 h), 6 (6 h), 1 (3 days).
    The source's windows suit budgets of about a month.  Raises `BadSetting` for a window of 0.
    """
    window = domain.positive(window, "the window")
    return tuple(
        Alert(spends * window / long, long, short, spends, urgent)
        for spends, long, short, urgent in WINDOWS
    )


def _point(number: str) -> str:
    return number.replace(",", ".")
