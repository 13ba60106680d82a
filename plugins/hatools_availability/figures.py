"""What a course comes to in a period: availability, MTTF and MTTR with their intervals."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from operator import sub
from typing import NamedTuple

from hatools.reliability.intervals import Interval as Bounds
from hatools.reliability.intervals import Seen, availability, mean_time
from hatools.reliability.nines import nines_of_unavailability
from hatools_availability.outages import Course, Interval, Outage

PERIODS = ("day", "week", "month")


class Figures(NamedTuple):
    """What was seen of one object from *began* to *ended*; all times in seconds.

    *watched* and *down* are without *planned* maintenance.  *failures* began
    in here, *repairs* ended; *open*: it was down when the period, or the watch, ended.
    """

    began: float
    ended: float
    watched: float
    down: float
    planned: float
    failures: int
    repairs: int
    open: bool
    longest: float

    @property
    def up(self) -> float:
        """How long it worked."""
        return max(self.watched - self.down, 0.0)

    @property
    def availability(self) -> float | None:
        """The share of the time watched in which it worked; None where nobody watched."""
        return self.up / self.watched if self.watched > 0 else None

    @property
    def nines(self) -> float | None:
        """How many nines that is; infinite without any downtime."""
        if self.watched <= 0:
            return None
        return nines_of_unavailability(min(self.down / self.watched, 1.0))

    def bounds(self, confidence: float) -> tuple[Bounds | None, Bounds | None, Bounds | None]:
        """Return availability, MTTF and MTTR with their intervals; None where nothing is known.

        A component that still runs, or is still down, is censored.
        """
        if self.watched <= 0:
            return None, None, None
        up = Seen(self.up, self.failures, int(not (self.open and self.failures)))
        down = Seen(self.down, self.repairs, int(self.open or not self.repairs))
        mttf = mean_time(self.up, self.failures, confidence)
        mttr = None
        if self.repairs:
            mttr = mean_time(self.down, self.repairs, confidence, running=self.open)
        return availability(up, down, confidence), mttf, mttr


def figures(course: Course, began: float, ended: float) -> Figures:
    """Return what *course* comes to from *began* to *ended*."""
    every = outages = _within(course.outages, began, ended)
    if outages and outages[0].began >= began and outages[-1].ended <= ended:
        starts, ends, finished, continued, _ = zip(*outages, strict=True)
        lengths = list(map(sub, ends, starts))
        down, longest = math.fsum(lengths), max(lengths)
        failures, repairs = len(outages) - sum(continued), sum(finished)
        outages = ()
    else:
        down = longest = 0.0
        failures = repairs = 0
    for one in outages:
        first = one.began if one.began > began else began
        last = one.ended if one.ended < ended else ended
        lasts = last - first
        down += lasts
        if lasts > longest:
            longest = lasts
        if not one.continued and one.began >= began:
            failures += 1
        if one.finished and one.ended <= ended:
            repairs += 1
    last_one = every[-1] if every else None
    still = last_one is not None and (not last_one.finished or last_one.ended > ended)
    return Figures(
        began,
        ended,
        _inside(course.watched, began, ended),
        down,
        _inside(course.planned, began, ended),
        failures,
        repairs,
        still and last_one is not None and last_one.ended >= _end(course.watched, ended),
        longest,
    )


def _within(outages: Sequence[Outage], began: float, ended: float) -> Sequence[Outage]:
    """Return the outages that have a part in *began* … *ended*; one without length where it is."""
    first = bisect_left(outages, began, key=_ended)
    last = bisect_left(outages, ended, key=_began)
    while first < last and outages[first].ended == began and outages[first].began < began:
        first += 1  # it only touches
    if last < len(outages) and outages[last].began == ended and _is_last(outages, last):
        last += 1  # what failed in the last moment failed
    return outages[first:last] if first or last < len(outages) else outages


def _is_last(outages: Sequence[Outage], at: int) -> bool:
    return at == len(outages) - 1 and outages[at].ended == outages[at].began


def _inside(intervals: Sequence[Interval], began: float, ended: float) -> float:
    first = bisect_right(intervals, began, key=_second)
    last = bisect_left(intervals, ended, key=_first)
    return math.fsum(min(b, ended) - max(a, began) for a, b in intervals[first:last])


def _end(intervals: Sequence[Interval], most: float) -> float:
    """Return when the last of *intervals* that begin before *most* ends, or *most*."""
    at = bisect_left(intervals, most, key=_first)
    return min(intervals[at - 1][1], most) if at else most


def _began(outage: Outage) -> float:
    return outage.began


def _ended(outage: Outage) -> float:
    return outage.ended


def _first(interval: Interval) -> float:
    return interval[0]


def _second(interval: Interval) -> float:
    return interval[1]


def periods(
    since: float, until: float, per: str, zone: tzinfo | None = None
) -> Iterator[tuple[str, float, float]]:
    """Yield (name, began, ended) of each calendar *per* (`PERIODS`), cut to *since* … *until*.

    *zone* is that of the calendar; None: this machine's.
    """
    day = datetime.fromtimestamp(since, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if per == "month":
        day = day.replace(day=1)
    elif per == "week":
        day -= timedelta(days=day.weekday())
    began = _start(day, zone)
    while began < until:
        if per == "month":
            name = day.strftime("%Y-%m")
            day = (day + timedelta(days=32)).replace(day=1)
        else:
            week = day.isocalendar()
            name = f"{week.year}-W{week.week:02}" if per == "week" else day.strftime("%Y-%m-%d")
            day += timedelta(days=7 if per == "week" else 1)
        ended = _start(day, zone)
        if ended > since:
            yield name, max(began, since), min(ended, until)
        began = ended


def _start(day: datetime, zone: tzinfo | None) -> float:
    return day.replace(tzinfo=zone).timestamp()
