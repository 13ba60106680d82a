"""``hatools availability`` from what was seen: histories, logs and tables become a report."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from hatools.errors import BadSetting, UnreadableInput
from hatools.reliability import domain
from hatools.reliability.intervals import CONFIDENCE
from hatools.reliability.spans import share_of, span_of
from hatools_availability import past, rows
from hatools_availability.figures import PERIODS
from hatools_availability.measured import Measured, Measurement, document, measure, remarks_of
from hatools_availability.outages import Tally

if TYPE_CHECKING:
    from hatools.plugin.workspace import Workspace
    from hatools_availability.tables import Wanted


class Sources(NamedTuple):
    """Where the past is told: a watch's history, logs, tables; empty for none."""

    history: str = ""
    logs: Sequence[str] = ()
    tables: Sequence[str] = ()


class Chosen(NamedTuple):
    """What is asked of the past, as the user says it: *since*, *until*, *per* a period."""

    since: str = ""
    until: str = ""
    per: str = ""
    confidence: str = ""
    names: Sequence[str] = ()


def report(
    workspace: Workspace,
    sources: Sources,
    chosen: Chosen,
    output: str,
    plot: str,
    wanted: Wanted,
    now: float | None = None,
    zone: tzinfo | None = None,
) -> int:
    """Print what *sources* tell; return 0, or 1 where *wanted* is not reached.

    Raises `HatoolsError` for what cannot be read or asked.
    """
    now = time.time() if now is None else now
    found = gathered(sources, chosen, now, zone)
    remarks = list(remarks_of(found))
    if plot:
        from hatools_availability.measured_plot import plot as draw

        workspace.write(plot, draw(found, zone))
    missed = [one for one in _promised(found) if _misses(one, wanted)]
    if output == "json":
        import json

        shape = document(found, remarks, list(workspace.problems))
        workspace.answer([("", json.dumps(shape, indent=2, ensure_ascii=True))], {})
    else:
        from hatools_availability.columns import COLOURS
        from hatools_availability.measured_tables import lines

        for problem in workspace.problems:
            workspace.say(f"hatools: {problem}", "warning")
        workspace.answer(lines(found, wanted, remarks, zone), COLOURS)
    return int(bool(missed))


def gathered(
    sources: Sources, chosen: Chosen, now: float, zone: tzinfo | None = None
) -> Measurement:
    """Return what *sources* come to; *now* is the present, *zone* that of times without one."""
    if chosen.per and chosen.per not in PERIODS:
        raise BadSetting(f"--per {chosen.per}: no such period", f"write {', '.join(PERIODS)}")
    confidence = CONFIDENCE
    if chosen.confidence:
        confidence = domain.inside(share_of(chosen.confidence, "--confidence"), "--confidence")
    span = (
        moment_of(chosen.since, "--since", now, zone) if chosen.since else None,
        moment_of(chosen.until, "--until", now, zone) if chosen.until else None,
    )
    if span[0] is not None and span[0] >= (now if span[1] is None else span[1]):
        raise BadSetting("--since is not before --until", "ask for a time that is not empty")
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and passing over the growing heap costs half
    try:
        return _gathered(sources, chosen, span, confidence, now, zone)
    finally:
        if collecting:
            gc.enable()


def _gathered(
    sources: Sources,
    chosen: Chosen,
    span: past.Range,
    confidence: float,
    now: float,
    zone: tzinfo | None,
) -> Measurement:
    tally = Tally()
    pasts, names = [], []
    if sources.history:
        pasts.append(past.from_history(sources.history, span, tally))
        names.append(sources.history)
    if sources.logs:
        pasts.append(past.from_logs(list(dict.fromkeys(sources.logs)), now, span, tally, zone))
        names += sources.logs
    for path in dict.fromkeys(sources.tables):
        opened = _standard_input if path == "-" else None
        pasts.append(past.from_table(path, opened, now, span, tally, zone))
        names.append(path)
    pasts = [_only(one, chosen.names) for one in pasts]
    if not any(one.things for one in pasts):
        what = (
            f"nothing about {', '.join(chosen.names)}" if chosen.names else "nothing that changed"
        )
        raise UnreadableInput(f"{', '.join(names)}: {what} was found", _why(sources, tally))
    found = measure(names, pasts, tally, confidence, chosen.per, zone)
    if found.until <= found.since:
        raise UnreadableInput(
            f"{', '.join(names)}: all that is known happened at one moment",
            "say --since and --until: from when until when somebody would have noticed",
        )
    return found


def _standard_input(path: str) -> Iterable[str]:
    return sys.stdin if sys.stdin is not None else ()


def _only(one: past.Past, names: Sequence[str]) -> past.Past:
    if not names:
        return one
    return one._replace(things=[thing for thing in one.things if thing.name in names])


def _why(sources: Sources, tally: Tally) -> str:
    if tally.not_understood and sources.tables:
        return f"{tally.not_understood} rows could not be understood; {rows.ADVICE}"
    if tally.without_time and sources.logs:
        return (
            f"{tally.without_time} of {tally.lines} lines have no time: take the log from syslog "
            "or the journal (journalctl -o short-iso)"
        )
    if sources.logs:
        return (
            f"of {tally.lines} lines none is about servers or virtual routers; keepalived says "
            "more with -D, haproxy needs a 'log' line"
        )
    return "leave --service out to see what there is"


def moment_of(text: str, what: str, now: float, zone: tzinfo | None = None) -> float:
    """Return the time that *text* says: ISO 8601, or so long ago (``30d``); raises `BadSetting`."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or zone).timestamp()
    except (ValueError, OverflowError):
        pass
    if text.strip().lower() == "now":
        return now
    advice = "write 2026-11-21, 2026-11-21T20:37 or 30d (so long ago)"
    try:
        found = now - span_of(text, what)
    except BadSetting:
        raise BadSetting(f"{what} {text}: no time", advice) from None
    if found < rows.EARLIEST:
        raise BadSetting(f"{what} {text}: before anything was logged", advice)
    return found


def _promised(found: Measurement) -> list[Measured]:
    from hatools_availability.measured import services

    return services(found.objects)


def _misses(one: Measured, wanted: Wanted) -> bool:
    share = one.total.availability
    return wanted.at_least is not None and share is not None and share < wanted.at_least
