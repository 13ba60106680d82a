"""From changes of state to outages: pure, for any source that tells when something was up or down.

A *change* is (time, state, reason); times are seconds.  What a course of changes
can have wrong is set right in one way, and counted:

* changes out of order are put in order by their times (those of one time stay as they came);
* a change that says the same state again changes nothing;
* an outage that had not ended when the watch did ends there, unfinished;
* what nobody watched is neither up nor down; an outage that is under way when the
  watch breaks off, and still is when it goes on, is one failure in two pieces.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import repeat
from typing import NamedTuple

UP, DOWN, PLANNED, UNKNOWN, ASSUMED, ONGOING = range(6)
"""States.  Planned: out of service on purpose.  Unknown: nobody looks.  Assumed: up
because a program has just begun and takes it to be.  Ongoing: down, and had been before."""
SETTLED = 120.0  # seconds after which what was assumed is taken to be so: twice keepalived's 60 s

Change = tuple[float, int, str]
Interval = tuple[float, float]


class Outage(NamedTuple):
    """An interval in which something did not work.

    *finished*: it was seen to end.  *continued*: it had begun before, so it is
    no failure of its own.
    """

    began: float
    ended: float
    finished: bool
    continued: bool
    reason: str


class Course(NamedTuple):
    """One object from *since* to *until*: when it was watched, and its outages.

    Neither holds planned maintenance, which is in *planned*.  All are in order
    and do not overlap.
    """

    watched: tuple[Interval, ...]
    outages: tuple[Outage, ...]
    planned: tuple[Interval, ...] = ()


@dataclass(slots=True)
class Tally:
    """What was found and set right."""

    lines: int = 0  # that were read, of any kind
    events: int = 0  # changes that the rest counts
    duplicates: int = 0  # the same line twice, or the same object, time and state
    repeated: int = 0  # a state that was the state already
    out_of_order: int = 0
    overlaps: int = 0  # outages of one object that overlapped, merged
    unfinished: int = 0  # outages that had not ended
    before: int = 0  # outages that had begun before anybody watched
    clock_back: int = 0  # times that the clock was set back
    clock_forward: int = 0
    clock_seconds: float = 0.0  # the largest of these steps
    without_time: int = 0  # lines without a time
    not_understood: int = 0  # rows, or lines that should be understood, that are not
    silent_masters: int = 0  # masters that died without a word: when is estimated

    def figures(self) -> dict[str, float]:
        """Return all of them by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


_outage = partial(tuple.__new__, Outage)  # a third of the time of Outage(...)


class _Walk:
    """The intervals of one object, as a walk over its changes finds them."""

    __slots__ = ("broken", "outages", "planned", "watched")

    def __init__(self) -> None:
        self.watched: list[Interval] = []
        self.planned: list[Interval] = []
        self.outages: list[Outage] = []
        self.broken = False  # the last that is known is that it did not work

    def leave(self, state: int, began: float, ended: float, reason: str, new: int) -> None:
        """Take an interval in which *state* held, up to the change to *new*."""
        if state in (DOWN, ONGOING):
            self._watch(began, ended)
            continued = self.broken or state == ONGOING
            finished = new in (UP, ASSUMED)
            self.outages.append(Outage(began, ended, finished, continued, reason))
            self.broken = True
        elif state == PLANNED:
            self.planned.append((began, ended))
        elif state == UP:
            self._watch(began, ended)
            self.broken = False
        elif state == ASSUMED and not (self.broken and ended - began <= SETTLED):
            # else it never was back: a program that has just begun had not looked yet
            self._watch(began, ended)
            self.broken = False

    def _watch(self, began: float, ended: float) -> None:
        if self.watched and self.watched[-1][1] == began:
            self.watched[-1] = (self.watched[-1][0], ended)
        else:
            self.watched.append((began, ended))


# What says nothing new: (state, new).
_SAME = frozenset(
    [(one, one) for one in range(6)] + [(UP, ASSUMED), (DOWN, ONGOING), (ONGOING, DOWN)]
)


def course(changes: list[Change], until: float, tally: Tally) -> Course:
    """Return the course that *changes* of one object tell, up to *until*.

    *changes* are sorted in place.
    """
    tally.events += len(changes)
    _sort(changes, tally)
    if changes and changes[-1][0] > until:
        changes = changes[: bisect_right(changes, until, key=_time)]
    if changes:
        times, states, reasons = zip(*changes, strict=True)
        if (plain := alternating(times, states, reasons, until, tally)) is not None:
            return plain
    walk = _Walk()
    state, began, reason = UNKNOWN, 0.0, ""
    for time, new, why in changes:
        if (state, new) in _SAME:
            tally.repeated += 1
            tally.duplicates += time == began
        elif state == ASSUMED and new == UP:
            state = UP  # what was assumed is so
        else:
            walk.leave(state, began, time, reason, new)
            state, began, reason = new, time, why
    if until >= began:
        walk.leave(state, began, until, reason, UNKNOWN)
    tally.unfinished += state in (DOWN, ONGOING)
    tally.before += sum(one.continued for one in walk.outages[:1])
    return Course(tuple(walk.watched), tuple(walk.outages), tuple(walk.planned))


def alternating(
    times: Sequence[float],
    states: Sequence[int],
    reasons: Sequence[str],
    until: float,
    tally: Tally,
) -> Course | None:
    """Return the course of changes, in order, where up and down take turns, as most do; else None.

    It gives what the walk would, column by column: in a quarter of the time.
    """
    first = 1 if states[0] in (UP, ASSUMED) else 0  # where the first outage begins
    count = len(states) - first
    if tuple(states[first:]) != (DOWN, UP) * (count // 2) + (DOWN,) * (count % 2):
        return None
    ends = times[first + 1 :: 2]
    whole = zip(times[first::2], ends, repeat(True), repeat(False), reasons[first::2], strict=False)
    outages = list(map(_outage, whole))
    if count % 2:
        outages.append(Outage(times[-1], until, False, False, reasons[-1]))
        tally.unfinished += 1
    return Course(((times[0], until),), tuple(outages))


def _sort(changes: list[Change], tally: Tally) -> None:
    times = [change[0] for change in changes]
    if times == sorted(times):
        return
    latest = float("-inf")
    for time in times:
        if time < latest:
            tally.out_of_order += 1
        else:
            latest = time
    changes.sort(key=_time)


def _time(change: Change) -> float:
    return change[0]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Return *intervals* in order, those that overlap or touch as one."""
    found: list[Interval] = []
    for began, ended in sorted(intervals):
        if found and began <= found[-1][1]:
            if ended > found[-1][1]:
                found[-1] = (found[-1][0], ended)
        else:
            found.append((began, ended))
    return found


def without(intervals: Iterable[Interval], out: Sequence[Interval]) -> list[Interval]:
    """Return what of *intervals* is not in *out*; both are in order and do not overlap."""
    found: list[Interval] = []
    first = 0
    for began, ended in intervals:
        while first < len(out) and out[first][1] <= began:
            first += 1
        at = first
        while at < len(out) and out[at][0] < ended:
            if out[at][0] > began:
                found.append((began, out[at][0]))
            began = max(began, out[at][1])
            at += 1
        if began < ended or (began == ended and at == first):
            found.append((began, ended))
    return found


def told(
    rows: Iterable[tuple[float, float | None, str]],
    watched: Sequence[Interval],
    until: float,
    tally: Tally,
) -> Course:
    """Return the course of an object whose outages are told as intervals: (began, ended, reason).

    *ended* is None where it had not ended.  Outages that overlap are one; *watched* is when
    somebody would have told.
    """
    outages: list[Outage] = []
    seen: set[tuple[float, float | None]] = set()
    for began, ended, reason in sorted(rows, key=_began):
        tally.events += 1
        if (began, ended) in seen:
            tally.duplicates += 1
            continue
        seen.add((began, ended))
        if began > until:
            continue
        finished = ended is not None and ended <= until
        last = ended if ended is not None and finished else until
        tally.unfinished += not finished
        if outages and began <= outages[-1].ended:
            tally.overlaps += 1
            if last > outages[-1].ended or not finished:
                outages[-1] = outages[-1]._replace(ended=last, finished=finished)
            continue
        outages.append(Outage(began, last, finished, False, reason))
    spans = merged([*watched, *((one.began, one.ended) for one in outages)])
    return Course(tuple(spans), tuple(outages))


def _began(row: tuple[float, float | None, str]) -> float:
    return row[0]


def apart(course: Course, planned: Sequence[Interval]) -> Course:
    """Return *course* without what is in *planned*: maintenance counts neither way.

    What of an outage goes on after maintenance is no failure of its own; one
    that began in it is none at all.
    """
    if not planned:
        return course
    planned = merged(planned)
    outages: list[Outage] = []
    for one in course.outages:
        pieces = without([(one.began, one.ended)], planned)
        for began, ended in pieces:
            outages.append(
                Outage(
                    began,
                    ended,
                    one.finished and ended == one.ended,
                    one.continued or began > one.began,
                    one.reason,
                )
            )
    return Course(
        tuple(without(course.watched, planned)),
        tuple(outages),
        tuple(merged([*course.planned, *planned])),
    )
