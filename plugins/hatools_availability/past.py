"""What is known of the past, from whichever source: objects, each with its course."""

from __future__ import annotations

import math
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import tzinfo
from typing import NamedTuple
from urllib.parse import quote

from hatools.errors import UnreadableInput
from hatools.plugin import history as kept
from hatools_availability import logs, rows
from hatools_availability.column import Column
from hatools_availability.heard import Heard
from hatools_availability.mastership import SILENCE, presence
from hatools_availability.outages import (
    DOWN,
    ONGOING,
    PLANNED,
    UNKNOWN,
    UP,
    Course,
    Outage,
    Tally,
    alternating,
    apart,
    course,
    merged,
    told,
)

Range = tuple[float | None, float | None]  # since, until; None: as far as is known


class Thing(NamedTuple):
    """An object of which something is known."""

    kind: str
    name: str
    course: Course


class Past(NamedTuple):
    """What one source knows: *things* from *since* to *until*."""

    things: list[Thing]
    since: float
    until: float


# Logs ---------------------------------------------------------------------------------------------


def from_logs(
    paths: Sequence[str],
    now: float,
    span: Range,
    tally: Tally,
    zone: tzinfo | None = None,
    silence: float | Mapping[str, float] = SILENCE,
) -> Past:
    """Return what the logs *paths* know; *silence* as `presence` takes it, perhaps per router."""
    heard = logs.read(logs.files(paths, now, zone), tally, zone)
    return from_heard(heard, span, tally, silence)


def from_heard(
    heard: Heard, span: Range, tally: Tally, silence: float | Mapping[str, float] = SILENCE
) -> Past:
    """Return what logs come to.

    Where several nodes speak of one object each has its own: ``web/s1 on lb1``.
    """
    since, until = _range(span, heard.first, heard.last)
    things = []
    several = {key[:2] for key in _several(heard.changes)}
    for (kind, subject, node), found in heard.changes.items():
        end = min(until, heard.ends.get(node, until))
        name = f"{subject} on {node}" if (kind, subject) in several else subject
        things.append(Thing(kind, name, _course(found, end, tally)))
    for router, roles in heard.roles.items():
        if len({one.node for one in roles}) > 1:
            waits = silence if isinstance(silence, float) else silence.get(router, SILENCE)
            present = presence(roles, tally, waits)
            things.append(Thing("router", router, course(present, until, tally)))
    return Past(things, since, until)


def _several(keys: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    nodes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, subject, node in keys:
        nodes[kind, subject].add(node)
    return [(*key, "") for key, found in nodes.items() if len(found) > 1]


def _range(span: Range, first: float, last: float) -> tuple[float, float]:
    since = first if span[0] is None else span[0]
    until = last if span[1] is None else min(span[1], last)
    return since, max(since, until)


# Tables -------------------------------------------------------------------------------------------


def from_table(
    path: str,
    opened: Callable[[str], Iterable[str]] | None,
    now: float,
    span: Range,
    tally: Tally,
    zone: tzinfo | None = None,
) -> Past:
    """Return what the table at *path* knows (*opened*: how to get its lines, by default its text).

    Its objects are taken to be watched from *since*, else from the first row
    on, until *until*, else the last row, or *now* where an outage is not over.
    """
    if opened is not None:
        table = rows.read(opened(path), path, tally, zone)
    else:
        with logs.text_of(path) as lines:
            table = rows.read(lines, path, tally, zone)
    if table.first > table.last:
        return Past([], *_range(span, 0.0, 0.0))
    goes_on = any(ended is None for found in table.outages.values() for _, ended, _ in found)
    last = max(table.last, now) if goes_on else table.last
    since = table.first if span[0] is None else min(span[0], now)
    until = last if span[1] is None else min(span[1], max(now, last))
    things = []
    while table.changes:  # each is let go of when it is dealt with: memory is dear
        (kind, name), column = table.changes.popitem()
        things.append(Thing(kind, name, _course(column, until, tally, since)))
    for (kind, name), found in table.outages.items():
        watched = [(min(since, until), until)]
        whole = told(found, watched, until, tally)
        planned = [(a, min(b, until)) for a, b in table.planned.get((kind, name), ()) if a < until]
        things.append(Thing(kind, name, apart(whole, planned)))
    return Past(things, since, max(since, until))


def _course(column: Column, until: float, tally: Tally, since: float = math.inf) -> Course:
    """Return the course that *column* tells; from *since* on it was what its first row ends."""
    times, states = column.times.tolist(), list(column.states)
    if len(times) > 1 and times[0] < times[1] and times[-1] <= until and times == sorted(times):
        reasons = column.reasons or [""] * len(times)
        if since < times[0]:
            times, states = [since, *times], [_before(states[0]), *states]
            reasons = ["", *reasons]
        plain = alternating(times, states, reasons, until, tally)
        if plain is not None:
            tally.events += len(times)
            return plain
    changes = column.changes()
    if changes and since < min(changes)[0]:
        changes.insert(0, (since, _before(min(changes)[1]), ""))
    return course(changes, until, tally)


def _before(state: int) -> int:
    """Return what an object was before its first change, which was to *state*."""
    return ONGOING if state == UP else UP if state in (DOWN, PLANNED) else UNKNOWN


# The history of a watch ---------------------------------------------------------------------------


def from_history(path: str, span: Range, tally: Tally) -> Past:
    """Return what the history in *path*, a watch's folder or its database, knows.

    Raises `UnreadableInput`.  It is read only: a watch may go on writing.
    """
    if os.path.isdir(path):
        path = os.path.join(path, kept.FILE)
    if not os.path.isfile(path):
        raise UnreadableInput(f"{path}: there is no such file", "name the state folder of a watch")
    try:
        with closing(_opened(path)) as base:
            return _kept(base, span, tally)
    except sqlite3.Error as error:
        advice = "name history.db, or the state folder of a hatools watch"
        raise UnreadableInput(f"{path}: no history can be read: {error}", advice) from None


def _opened(path: str) -> sqlite3.Connection:
    where = f"file:{quote(os.path.abspath(path))}"
    base = sqlite3.connect(f"{where}?mode=ro", uri=True)
    try:
        base.execute("SELECT 1 FROM objects LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        base.close()
        if os.path.exists(f"{path}-wal"):
            raise
        base = sqlite3.connect(f"{where}?immutable=1", uri=True)  # nobody writes, nor may we
    return base


def _kept(base: sqlite3.Connection, span: Range, tally: Tally) -> Past:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version > kept.VERSION:
        raise UnreadableInput("the history was written by a newer hatools", "use that one")
    first, last = base.execute(
        "SELECT MIN(s.began), MAX(MAX(COALESCE(s.ended, 0)), MAX(COALESCE(n.seen, 0)))"
        " FROM spans s LEFT JOIN sessions n ON n.id = s.session"
    ).fetchone()
    if first is None:
        return Past([], *_range(span, 0.0, 0.0))
    since, until = _range(span, first, last)
    planned = merged((a, b) for a, b in kept.maintenance(base, since, until))
    things = []
    for kind, subject in kept.objects(base):
        watched = merged(kept.spans(base, kind, subject, since, until))
        if not watched:
            continue
        ends = {ended for _, ended in watched}
        outages = tuple(
            Outage(began, ended, ended not in ends, continued, reason)
            for began, ended, continued, reason in kept.outages(base, kind, subject, since, until)
        )
        tally.events += len(outages)
        tally.unfinished += bool(outages) and outages[-1].ended >= until
        tally.before += bool(outages) and outages[0].continued
        things.append(Thing(kind, subject, apart(Course(tuple(watched), outages), planned)))
    return Past(things, since, until)
