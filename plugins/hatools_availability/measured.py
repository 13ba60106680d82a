"""The measured availability as records: of each object in all, and per period."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import compress
from operator import sub
from typing import NamedTuple

from hatools.reliability.intervals import Interval as Bounds
from hatools_availability.figures import Figures, figures, periods
from hatools_availability.outages import Course, Outage, Tally
from hatools_availability.past import Past, Thing

KINDS = {  # in the order in which they are told
    "router": "virtual routers: has one a master",
    "quorum": "pools: are there enough servers",
    "": "objects",
    "server": "servers",
    "bond": "bonds",
    "role": "virtual routers on each node: not in FAULT",
    "link": "interfaces",
    "tracker": "what trackers watch",
    "peer": "other watches",
    "split brain": "split brain: is there none",
}
SERVICES = ("router", "quorum")
LONGEST = 10


class Part(NamedTuple):
    """One period of an object."""

    name: str
    figures: Figures


class Measured(NamedTuple):
    """One object: its figures in all and per period, its longest outages."""

    kind: str
    name: str
    total: Figures
    parts: tuple[Part, ...]
    longest: tuple[Outage, ...]
    course: Course


class Measurement(NamedTuple):
    """All that was measured from *since* to *until*."""

    sources: tuple[str, ...]
    since: float
    until: float
    confidence: float
    per: str
    objects: tuple[Measured, ...]
    tally: Tally


def measure(
    sources: Sequence[str],
    pasts: Sequence[Past],
    tally: Tally,
    confidence: float,
    per: str = "",
    zone: tzinfo | None = None,
) -> Measurement:
    """Return what *pasts* come to together; an object that two of them know is there twice."""
    known = [past for past in pasts if past.things]
    since = min((past.since for past in known), default=0.0)
    until = max((past.until for past in known), default=since)
    calendar = list(periods(since, until, per, zone)) if per else []
    objects = []
    for past in known:
        for thing in past.things:
            objects.append(_measured(thing, past.since, past.until, calendar))
    objects.sort(key=_order)
    return Measurement(tuple(sources), since, until, confidence, per, tuple(objects), tally)


def _measured(
    thing: Thing, since: float, until: float, calendar: Iterable[tuple[str, float, float]]
) -> Measured:
    course = thing.course
    parts = tuple(Part(name, figures(course, began, ended)) for name, began, ended in calendar)
    longest = heapq.nlargest(LONGEST, _longer(course.outages), key=_length)
    total = figures(course, since, until)
    return Measured(thing.kind, thing.name, total, parts, tuple(longest), course)


def _longer(outages: Sequence[Outage]) -> Sequence[Outage]:
    """Return the longest of *outages*, and those as long as the last of them, in their order."""
    if len(outages) <= LONGEST:
        return outages
    began, ended, *_ = zip(*outages, strict=True)
    lengths = list(map(sub, ended, began))
    least = sorted(lengths)[-LONGEST]
    return list(compress(outages, map(least.__le__, lengths)))


def _length(outage: Outage) -> float:
    return outage.ended - outage.began


def _order(one: Measured) -> tuple[int, str, float, str]:
    kinds = list(KINDS)
    place = kinds.index(one.kind) if one.kind in kinds else len(kinds)
    found = one.total.availability
    return place, one.kind, 2.0 if found is None else found, one.name


def services(objects: Sequence[Measured]) -> list[Measured]:
    """Return what clients notice: pools and virtual routers; all objects where there are none."""
    found = [one for one in objects if one.kind in SERVICES]
    return found or list(objects)


# For machines -----------------------------------------------------------------------------------


def document(
    found: Measurement, remarks: Sequence[str], problems: Sequence[str]
) -> dict[str, object]:
    """Return *found* as its JSON Schema (docs/outages.schema.json) has it."""
    return {
        "format_version": 1,
        "sources": list(found.sources),
        "since": _moment(found.since),
        "until": _moment(found.until),
        "confidence": found.confidence,
        "per": found.per or None,
        "objects": [_object(one, found.confidence) for one in found.objects],
        "found": found.tally.figures(),
        "remarks": list(remarks),
        "problems": list(problems),
    }


def _object(one: Measured, confidence: float) -> dict[str, object]:
    return {
        "kind": one.kind,
        "name": one.name,
        **_figures(one.total, confidence),
        "periods": [
            {"period": part.name, **_figures(part.figures, confidence)} for part in one.parts
        ],
        "longest": [
            {
                "began": _moment(outage.began),
                "ended": _moment(outage.ended),
                "seconds": _length(outage),
                "finished": outage.finished,
                "continued": outage.continued,
                "reason": outage.reason,
            }
            for outage in one.longest
        ],
    }


def _figures(one: Figures, confidence: float) -> dict[str, object]:
    up, mttf, mttr = one.bounds(confidence)
    return {
        "since": _moment(one.began),
        "until": _moment(one.ended),
        "watched": one.watched,
        "down": one.down,
        "planned": one.planned,
        "failures": one.failures,
        "repairs": one.repairs,
        "down_at_end": one.open,
        "nines": _finite(one.nines),
        "availability": _bounds(up),
        "mttf": _bounds(mttf),
        "mttr": _bounds(mttr),
    }


def _bounds(one: Bounds | None) -> Mapping[str, float | None] | None:
    if one is None:
        return None
    return {"estimate": _finite(one.estimate), "low": _finite(one.low), "high": _finite(one.high)}


def _finite(value: float | None) -> float | None:
    """Return *value* as JSON can say it: what is infinite, or none, is null."""
    return value if value is not None and math.isfinite(value) else None


def _moment(time: float) -> str:
    moment = datetime.fromtimestamp(time).astimezone()
    return moment.isoformat(timespec="milliseconds")


def remarks_of(found: Measurement) -> Iterator[str]:
    """Yield what was found in the sources and set right, and what a reader should know."""
    for name, told in TOLD.items():
        count = getattr(found.tally, name)
        if count:
            yield f"{count} × {told.format(seconds=found.tally.clock_seconds)}"
    bare = sum(one.total.watched <= 0 for one in found.objects)
    if bare:
        yield f"{bare} × an object that nobody watched in this time: nothing is said of it"


TOLD = {
    "duplicates": "there twice, counted once",
    "repeated": "said what was known already: changes nothing",
    "out_of_order": "out of order: put in order by time",
    "overlaps": "outages that overlapped another of the same object: merged",
    "unfinished": "outages that had not ended: their time counts, no repair",
    "before": "outages that had begun before anybody watched: their time counts, no failure",
    "clock_back": "a clock was set back (at most {seconds:.1f} s): "
    "what was logged before is moved by as much",
    "clock_forward": "a clock was set forward (at most {seconds:.1f} s): "
    "what was logged before is moved by as much",
    "without_time": "lines without a time that could be read: left out",
    "not_understood": "rows that could not be understood: left out",
    "silent_masters": "masters that died without a word: their address was gone for as long as "
    "a backup waits (Master_Down_Interval), an estimate",
}
