"""The measured availability as a person reads it: lines with their kinds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING

from hatools.reliability.intervals import Interval as Bounds
from hatools.reliability.nines import MONTH, budget
from hatools.reliability.spans import percent, said_share, said_span
from hatools_availability.columns import Line, columns
from hatools_availability.figures import Figures
from hatools_availability.measured import (
    KINDS,
    LONGEST,
    Measured,
    Measurement,
    services,
)
from hatools_availability.outages import Outage

if TYPE_CHECKING:
    from hatools_availability.tables import Wanted

HEADS = ("  ", "availability", "between", "nines", "failures", "MTTF", "between", "MTTR", "between",
         "down")  # fmt: skip
MOST = 40  # objects of a kind, and of periods, that are told of; JSON has all


def lines(
    found: Measurement, wanted: Wanted, remarks: Sequence[str], zone: tzinfo | None = None
) -> Iterator[Line]:
    """Yield the tables: each kind of objects, periods, longest outages, what was found."""
    sure = percent(found.confidence)
    span = f"{moment(found.since, zone)} to {moment(found.until, zone)}"
    yield "title", f"Measured from {span} ({said_span(found.until - found.since)})"
    yield (
        "dim",
        f"between: the true value lies there with {sure} confidence; small samples are wide",
    )
    for kind, group in groupby(found.objects, key=lambda one: one.kind):
        objects = list(group)
        yield "", ""
        yield from _table(KINDS.get(kind, kind), objects, found.confidence)
    for one in services(found.objects)[:MOST]:
        yield from _promises(one, wanted)
    if found.per:
        yield "", ""
        yield from _periods(found)
    yield "", ""
    yield from _longest(found, zone)
    if remarks:
        yield "", ""
        yield "title", f"What was found in {', '.join(found.sources[:5])}{_rest(found)}"
        for remark in remarks:
            yield "dim", f"  {remark}"


def _table(title: str, objects: Sequence[Measured], confidence: float) -> Iterator[Line]:
    rows = [_row(one.name, one.total, confidence) for one in objects[:MOST]]
    planned = any(one.total.planned for one in objects[:MOST])
    yield "title", title
    heads = (*HEADS, *(("planned",) if planned else ()))
    if planned:
        rows = [
            (*row, said_span(one.total.planned) if one.total.planned else "")
            for row, one in zip(rows, objects, strict=False)
        ]
    yield from columns(heads, rows)
    if len(objects) > MOST:
        yield "dim", f"  … and {len(objects) - MOST} that did better; --output json has all"


def _row(name: str, one: Figures, confidence: float) -> tuple[str, ...]:
    up, mttf, mttr = one.bounds(confidence)
    name = f"  {name or 'all'}"
    if up is None or mttf is None:
        return name, "not watched", "", "", "", "", "", "", "", ""
    share, nines = one.availability, one.nines
    lost = one.down / one.watched
    return (
        name,
        said_share(share if share is not None else 1.0, lost),
        f"{_share(up.low)} to {_share(up.high)}",
        "all" if nines is None or math.isinf(nines) else f"{nines:.2f}",
        str(one.failures) + ("*" if one.open else ""),
        said_span(mttf.estimate) if one.failures else "",
        _span(mttf),
        said_span(mttr.estimate) if mttr is not None else "",
        _span(mttr) if mttr is not None else "",
        said_span(one.down) if one.down else "0 s",
    )


def _share(value: float) -> str:
    return "0 %" if value <= 0 else said_share(value)


def _span(one: Bounds) -> str:
    if math.isinf(one.high):
        return f"over {said_span(one.low)}"
    return f"{said_span(one.low)} to {said_span(one.high)}"


def _promises(one: Measured, wanted: Wanted) -> Iterator[Line]:
    share = one.total.availability
    if share is None:
        return
    if wanted.at_least is not None:
        held = share >= wanted.at_least
        word = "reached" if held else "did not reach"
        yield "held" if held else "missed", f"{one.name} {word} {said_share(wanted.at_least)}"
    if wanted.objective is not None:
        allowed = budget(wanted.objective, one.total.watched)
        spent = one.total.down / allowed if allowed else math.inf if one.total.down else 0.0
        text = (
            f"{one.name}: {said_share(wanted.objective)} allows {said_span(allowed)} in "
            f"{said_span(one.total.watched)} ({said_span(budget(wanted.objective, MONTH))} in 30 "
            f"days); {said_span(one.total.down)} were lost, {_times(spent)} of it"
        )
        yield "held" if spent <= 1 else "missed", text


def _times(share: float) -> str:
    return "more than all" if math.isinf(share) else f"{share:.0%}".replace("%", " %")


def _periods(found: Measurement) -> Iterator[Line]:
    """Yield a table: a period a row, an object a column where they are few."""
    shown = services(found.objects)[:MOST]
    heads = (f"per {found.per}", "object", *HEADS[1:4], "failures", "MTTR", "down")
    rows = []
    for at, part in enumerate(shown[0].parts if shown else ()):
        for one in shown:
            figures = one.parts[at].figures
            if figures.watched > 0:
                row = _row(one.name, figures, found.confidence)
                rows.append((f"  {part.name}", row[0].strip(), *row[1:5], row[7], row[9]))
    yield from columns(heads, rows)


def _longest(found: Measurement, zone: tzinfo | None) -> Iterator[Line]:
    every = [(outage, one) for one in found.objects for outage in one.longest]
    every.sort(key=lambda pair: pair[0].began - pair[0].ended)
    if not every:
        yield "title", "No outages"
        return
    rows = [
        (
            moment(outage.began, zone),
            said_span(outage.ended - outage.began) + ("" if outage.finished else "*"),
            f"{one.kind} {one.name}".strip(),
            outage.reason,
        )
        for outage, one in every[:LONGEST]
    ]
    yield "title", f"Longest outages (* not over, or nobody saw the end){_more(every)}"
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for began, lasted, name, reason in rows:
        text = f"  {began}  {lasted.rjust(widths[1])}  {name.ljust(widths[2])}  {reason}"
        yield "", text.rstrip()


def _rest(found: Measurement) -> str:
    more = len(found.sources) - 5
    return f" and {more} more" if more > 0 else ""


def _more(every: Sequence[tuple[Outage, Measured]]) -> str:
    return "" if len(every) <= LONGEST else ", the first of many"


def moment(time: float, zone: tzinfo | None = None) -> str:
    """Return *time* as a date and time of day in *zone*; None: this machine's."""
    return datetime.fromtimestamp(time, zone).strftime("%Y-%m-%d %H:%M:%S")
