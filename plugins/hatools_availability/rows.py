"""Tables of down and up times, as CSV: a change a row, or an outage a row.

The first row names the columns (`COLUMNS`; any case, ``_`` and ``-`` for blanks); they
may be parted by commas, semicolons or tabs.  A change has a time and a state, an
outage a beginning and an end (empty: not over) or a duration.  Times are ISO 8601,
or seconds or milliseconds since 1970; those without a zone are this machine's, or *zone*'s.
"""

from __future__ import annotations

import csv
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import islice
from math import isnan
from typing import NamedTuple

from hatools.errors import BadSetting, UnreadableInput
from hatools.reliability.spans import span_of
from hatools_availability.column import Column
from hatools_availability.outages import DOWN, PLANNED, UNKNOWN, UP, Interval, Tally

COLUMNS = {
    "time": ("time", "at", "when", "timestamp", "date"),
    "object": ("object", "name", "subject", "service", "server", "host", "component", "node"),
    "kind": ("kind", "type"),
    "state": ("state", "status", "event", "up"),
    "began": ("began", "down", "down at", "start", "started", "from", "begin", "outage start"),
    "ended": ("ended", "up at", "end", "until", "to", "stop", "recovered", "outage end"),
    "duration": ("duration", "lasted", "length", "seconds"),
    "planned": ("planned", "maintenance"),
    "reason": ("reason", "cause", "comment", "note", "description"),
}
STATES = {
    **dict.fromkeys(("up", "1", "true", "yes", "ok", "running", "recovered", "recovery",
                     "works", "ended"), UP),
    **dict.fromkeys(("down", "0", "false", "no", "fail", "failed", "failure", "critical",
                     "outage", "broken", "began"), DOWN),
    **dict.fromkeys(("planned", "maintenance", "maint"), PLANNED),
    **dict.fromkeys(("unknown", "unwatched", "not watched"), UNKNOWN),
}  # fmt: skip
_YES = frozenset(("1", "true", "yes", "y", "x", "planned", "maintenance"))
ADVICE = (
    "name the columns in the first row: time,object,state or object,began,ended "
    "(docs/outages.md lists all names)"
)
_MILLISECONDS = 1e11  # seconds since 1970 are fewer until the year 5138
EARLIEST = -2_208_988_800.0  # 1900: calendars print what is later
BATCH = 512  # rows that are read at once
Key = tuple[str, str]  # kind, name


class Table(NamedTuple):
    """What a table tells of each object: *changes*, or *outages*, and when it was *planned* out."""

    changes: dict[Key, Column]
    outages: dict[Key, list[tuple[float, float | None, str]]]
    planned: dict[Key, list[Interval]]
    first: float
    last: float


def read(lines: Iterable[str], path: str, tally: Tally, zone: tzinfo | None = None) -> Table:
    """Return what the table in *lines* says; *path* is named in errors.

    Rows that cannot be understood are counted and left out.  Raises
    `UnreadableInput` where there is no table at all.
    """
    walk = iter(lines)
    head = next(walk, "").lstrip("\ufeff")
    parted = max(",;\t", key=head.count)
    try:
        columns = _columns(next(csv.reader([head], delimiter=parted), []))
    except csv.Error as error:
        raise UnreadableInput(f"{path}: line 1: {error}", ADVICE) from None
    table = Table(defaultdict(Column.new), defaultdict(list), defaultdict(list), 0.0, 0.0)
    times = Times(zone)
    rows = csv.reader(walk, delimiter=parted)
    if "time" in columns and "state" in columns:
        read_row = _changes
    elif "began" in columns and ("ended" in columns or "duration" in columns):
        read_row = _outages
    else:
        raise UnreadableInput(f"{path}: no table of down and up times", ADVICE)
    try:
        first, last = read_row(rows, columns, table, times, tally)
    except csv.Error as error:
        raise UnreadableInput(f"{path}: line {rows.line_num + 1}: {error}", ADVICE) from None
    return table._replace(first=first, last=last)


def _columns(names: Iterable[str]) -> dict[str, int]:
    """Return where each known column stands; the first of a meaning counts."""
    found: dict[str, int] = {}
    said = [name.strip().lower().replace("_", " ").replace("-", " ") for name in names]
    known = {word: meaning for meaning, words in COLUMNS.items() for word in words}
    if "down" in said and "up" in said:
        known["up"] = "ended"
    for at, name in enumerate(said):
        meaning = known.get(name)
        if meaning is not None:
            found.setdefault(meaning, at)
    return found


class Times:
    """Reads times as people write them."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def all(self, texts: Sequence[str]) -> list[float] | None:
        """Return *texts* as seconds since 1970; None where they need a closer look."""
        try:
            if texts[0][4:5] == "-":
                return self._of(list(map(datetime.fromisoformat, texts)))
            values = list(map(float, texts))
        except (ValueError, OverflowError, OSError):
            return None
        return None if isnan(sum(values)) else values

    def _of(self, moments: list[datetime]) -> list[float] | None:
        if self._zone is not None and any(one.tzinfo is None for one in moments):
            return None
        return list(map(datetime.timestamp, moments))

    def seconds(self, text: str) -> float | None:
        """Return *text* as seconds since 1970; None where it is no time."""
        try:
            value = float(text)
        except ValueError:
            return self._iso(text.strip())
        if value >= _MILLISECONDS:
            value /= 1000
        return value if EARLIEST <= value < _MILLISECONDS else None

    def _iso(self, text: str) -> float | None:
        try:
            moment = datetime.fromisoformat(text.replace("/", "-").replace(",", "."))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            found = moment.timestamp()
        except (ValueError, OverflowError, OSError):
            return None
        return found if EARLIEST <= found < _MILLISECONDS else None


def _changes(
    rows: Iterator[list[str]],
    columns: dict[str, int],
    table: Table,
    times: Times,
    tally: Tally,
) -> tuple[float, float]:
    """Read a change a row; return the first and the last time.

    Rows are taken many at once, column by column, which is three times as fast as one by one.
    """
    changes = _Changes(table, columns, times)
    while batch := list(islice(rows, BATCH)):
        tally.lines += len(batch)
        if not changes.take_all(batch):
            for row in batch:
                changes.take(row)
    tally.not_understood += changes.lost
    return changes.first, changes.last


class _Changes:
    """Puts rows of changes where they belong."""

    def __init__(self, table: Table, columns: dict[str, int], times: Times) -> None:
        self.table = table
        self.columns = columns
        self.times = times
        self.spelled = dict(STATES)
        self.times_of: dict[str | tuple[str, str], array[float]] = {}  # by name as written
        self.states_of: dict[str | tuple[str, str], bytearray] = {}
        self.reasons_of: dict[str | tuple[str, str], list[str]] = {}
        self.first, self.last = float("inf"), float("-inf")
        self.lost = 0  # rows that could not be understood

    def take_all(self, batch: list[list[str]]) -> bool:
        """Take *batch*, or nothing of it where a row needs a closer look; tell which."""
        columns = self.columns
        if min(map(len, batch)) <= max(columns.values()):
            return False
        cells = list(zip(*batch, strict=False))
        moments = self.times.all(cells[columns["time"]])
        if moments is None:
            return False
        first, last = min(moments), max(moments)
        if not EARLIEST <= first <= last < _MILLISECONDS:
            return False
        try:
            states = list(map(self.spelled.__getitem__, cells[columns["state"]]))
        except KeyError:
            return False
        names = cells[columns["object"]] if "object" in columns else ("",) * len(batch)
        keys: list[str | tuple[str, str]] = list(names)
        if "kind" in columns:
            keys = list(zip(cells[columns["kind"]], names, strict=True))
        for key in set(keys) - self.times_of.keys():
            kind, name = ("", key) if isinstance(key, str) else key
            column = self.table.changes[kind.strip(), name.strip()]
            self.times_of[key], self.states_of[key], self.reasons_of[key] = column
        self.first, self.last = min(self.first, first), max(self.last, last)
        # deque(…, 0) goes through a map without a loop in Python
        deque(map(array.append, map(self.times_of.__getitem__, keys), moments), 0)
        deque(map(bytearray.append, map(self.states_of.__getitem__, keys), states), 0)
        if "reason" in columns:
            reasons = cells[columns["reason"]]
            deque(map(list.append, map(self.reasons_of.__getitem__, keys), reasons), 0)
        return True

    def take(self, row: list[str]) -> None:
        """Take one row; note its spelling for those to come."""
        if not row:
            return
        cell = {name: row[at] if at < len(row) else "" for name, at in self.columns.items()}
        state = STATES.get(cell["state"].strip().lower())
        time = self.times.seconds(cell["time"])
        if state is None or time is None:
            self.lost += 1
            return
        self.spelled[cell["state"]] = state
        self.first, self.last = min(self.first, time), max(self.last, time)
        key = cell.get("kind", "").strip(), cell.get("object", "").strip()
        column = self.table.changes[key]
        column.times.append(time)
        column.states.append(state)
        if "reason" in cell:
            column.reasons.append(cell["reason"])


def _outages(
    rows: Iterator[list[str]],
    columns: dict[str, int],
    table: Table,
    times: Times,
    tally: Tally,
) -> tuple[float, float]:
    """Read an outage a row; return the first and the last time."""
    first, last = float("inf"), float("-inf")
    seconds = times.seconds
    for row in rows:
        tally.lines += 1
        if not row:
            continue
        cell = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        began = seconds(cell["began"])
        ended, understood = _end(cell, began, seconds)
        late = ended is not None and began is not None and not began <= ended < _MILLISECONDS
        if began is None or not understood or late:  # not a number is late, too
            tally.not_understood += 1
            continue
        first = min(first, began)
        last = max(last, began, ended if ended is not None else began)
        key = (cell.get("kind", ""), cell.get("object", ""))
        if cell.get("planned", "").lower() in _YES:
            table.planned[key].append((began, ended if ended is not None else float("inf")))
            table.outages[key].extend(())  # the object is there, though it never failed
        else:
            table.outages[key].append((began, ended, cell.get("reason", "")))
    return first, last


def _end(
    cell: dict[str, str], began: float | None, seconds: Callable[[str], float | None]
) -> tuple[float | None, bool]:
    """Return when an outage ended, None for not yet, and whether that could be read."""
    if cell.get("ended"):
        ended = seconds(cell["ended"])
        return ended, ended is not None
    said = cell.get("duration", "")
    if not said or began is None:
        return None, True
    try:
        return began + float(said), True
    except ValueError:
        pass
    try:
        return began + span_of(said, "a duration"), True
    except BadSetting:
        return None, False
