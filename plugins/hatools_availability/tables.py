"""The computed availability as a person reads it: lines with their kinds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hatools.reliability.nines import JULIAN_YEAR, MONTH, budget, burn_rate
from hatools.reliability.spans import percent, said_share, said_span
from hatools_availability.answers import Answer, components, minutes
from hatools_availability.changes import Change
from hatools_availability.columns import Line, columns
from hatools_availability.parts import SEVERAL

if TYPE_CHECKING:
    from hatools_availability.simulated import Agreement

SMALL = 0.002  # of what is lost: causes that cost less share a line
HEADS = ("", "availability", "lost a year", "nines", "an outage every", "lasting")


class Told(NamedTuple):
    """One service with its answer, what changes gain, and the range that simulation leaves."""

    name: str
    answer: Answer
    changes: tuple[Change, ...]
    span: tuple[float, float] | None = None  # availability, from least to most
    agreement: Agreement | None = None


class Wanted(NamedTuple):
    """What was promised: *at_least* an availability, *objective* a budget; None for neither."""

    at_least: float | None = None
    objective: float | None = None


def lines(
    told: Sequence[Told], detailed: Sequence[Told], wanted: Wanted, assumptions: Sequence[Line]
) -> Iterator[Line]:
    """Yield the table of all services, the causes and changes of *detailed*, what is assumed."""
    yield from _table(told)
    for one in told:
        if one.agreement is not None:
            yield from _agreement(one.name, one.agreement)
        yield from _promises(one, wanted)
    for one in detailed:
        yield "", ""
        yield from _costs(one)
        if one.changes:
            yield "", ""
            yield from _changes(one)
    yield "", ""
    yield "title", "Reckoned with (say otherwise: --mttf, --mttr, --coverage, …; see --help)"
    for source, text in assumptions:
        yield "dim" if source == "assumed" else "", f"  {text} [{source}]"


def _table(told: Sequence[Told]) -> Iterator[Line]:
    rows = [
        (
            one.name,
            said_share(one.answer.availability, one.answer.lost),
            said_span(one.answer.lost * JULIAN_YEAR),
            _nines(one.answer),
            said_span(one.answer.mean_up),
            said_span(one.answer.mean_down),
        )
        for one in told
    ]
    indent = max((len(row[0]) for row in rows), default=0)
    for number, line in enumerate(columns(HEADS, rows)):
        yield line
        span = told[number - 1].span if number else None
        if span is not None:
            low, high = (said_share(value) for value in span)
            yield "", f"{'':{indent}}  {low} to {high}, as the simulated takeovers spread"


def _nines(answer: Answer) -> str:
    return f"{answer.nines:.2f}" if answer.lost else "all"


def _agreement(name: str, found: Agreement) -> Iterator[Line]:
    """Yield what was simulated beside what is computed with the same failures."""
    mean, low, high = (said_share(value) for value in found.simulated[:3])
    computed = said_share(found.computed)
    word = "which agrees" if found.agrees else "which does not agree"
    yield (
        "held" if found.agrees else "missed",
        (
            f"{name}: simulated with the failures drawn there {mean} ({low} to {high});"
            f" computed with the same {computed}, {word}"
        ),
    )


def _promises(one: Told, wanted: Wanted) -> Iterator[Line]:
    """Yield whether *one* is what was promised."""
    if wanted.at_least is not None:
        held = one.answer.availability >= wanted.at_least
        word = "reaches" if held else "does not reach"
        yield "held" if held else "missed", f"{one.name} {word} {said_share(wanted.at_least)}"
    if wanted.objective is not None:
        allowed, expected = budget(wanted.objective), one.answer.lost * MONTH
        burns = burn_rate(one.answer.lost, wanted.objective)
        kind = "held" if burns <= 1 else "missed"
        goal = said_share(wanted.objective)
        yield (
            kind,
            (
                f"{one.name}: {goal} allows {said_span(allowed)} in 30 days; {said_span(expected)}"
                f" are expected, {_part(burns)} of it"
            ),
        )
        if allowed and one.answer.frequency:
            spends = one.answer.mean_down / allowed
            yield (
                "",
                f"  one outage of {said_span(one.answer.mean_down)} spends {_part(spends)} of it",
            )


def _costs(one: Told) -> Iterator[Line]:
    """Yield what costs minutes, the dearest first, and the components behind it."""
    answer = one.answer
    yield "title", f"{one.name}: minutes lost in a year (of 365.25 days), by cause"
    small = [cost for cost in answer.costs if cost.lost < SMALL * answer.lost]
    for cost in answer.costs:
        if cost not in small:
            yield "", _row(cost.lost, answer.lost, cost.cause)
    if small:
        rest = sum(cost.lost for cost in small)
        yield "dim", _row(rest, answer.lost, f"{len(small)} smaller causes together")
    yield "", f"  {answer.minutes:9.3f}  100 %  together"
    dearest = [share for share in components(answer.costs) if share.component != SEVERAL]
    if dearest and answer.lost:
        first = dearest[0]
        yield (
            "",
            (
                f"  costs most: {first.component}, {minutes(first.lost):.1f} minutes"
                f" ({_part(first.lost / answer.lost)})"
            ),
        )


def _row(lost: float, whole: float, said: str) -> str:
    return f"  {minutes(lost):9.3f}  {_part(lost / whole if whole else 0.0):>5}  {said}"


def _part(share: float) -> str:
    if math.isinf(share):
        return "more than all"
    return f"{100 * share:.0f} %"


def _changes(one: Told) -> Iterator[Line]:
    yield "title", f"{one.name}: what one change would gain, in minutes a year"
    for change in one.changes:
        after = said_share(1.0 - change.lost, change.lost)
        yield "", f"  {minutes(change.gained):9.3f}  {change.said}  (then {after})"


def said_assumption(coverage: float, common: float, manual: float, back: float) -> list[str]:
    """Return what is assumed of every pair, in sentences."""
    return [
        f"coverage {percent(coverage)}: so many of a node's failures are taken over by themselves",
        f"common cause {percent(common)}: so many of a node's failures take all nodes",
        f"manual recovery {said_span(manual)}: until somebody moves what was not taken over",
        f"return {said_span(back)}: what the preferred node's taking the role back interrupts",
    ]
