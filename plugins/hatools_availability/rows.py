"""Tables of down and up times, as CSV: a change a row, or an outage a row.

The first row names the columns (`COLUMNS`; any case, ``_`` and ``-`` for blanks); they
may be parted by commas, semicolons or tabs.  A change has a time and a state, an
outage a beginning and an end (empty: not over) or a duration.  Times are ISO 8601,
or seconds or milliseconds since 1970; those without a zone are this machine's, or *zone*'s.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple

from hatools.errors import BadSetting, UnreadableInput
from hatools.reliability.spans import span_of
from hatools_availability.outages import DOWN, PLANNED, UNKNOWN, UP, Change, Interval, Tally
from hatools_availability.stamps import WITHIN

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
Key = tuple[str, str]  # kind, name


class Table(NamedTuple):
    """What a table tells of each object: *changes*, or *outages*, and when it was *planned* out."""

    changes: dict[Key, list[Change]]
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
    columns = _columns(next(csv.reader([head], delimiter=parted), []))
    table = Table(defaultdict(list), defaultdict(list), defaultdict(list), 0.0, 0.0)
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
        self.hours: dict[str, float] = {}

    def seconds(self, text: str) -> float | None:
        """Return *text* as seconds since 1970; None where it is no time."""
        if text[4:5] == "-" and len(text) > 18:
            base = self.hours.get(text[:14] + text[19:])  # its hour and its zone
            past = WITHIN.get(text[14:19])
            if base is not None and past is not None:
                return base + past
            found = self._iso(text)
            if found is not None and past is not None and "." not in text and "," not in text:
                self._note(text, found - past)
            return found
        try:
            value = float(text)
        except ValueError:
            return self._iso(text.strip())
        if not -_MILLISECONDS * 1000 < value < _MILLISECONDS * 1000:
            return None
        return value / 1000 if abs(value) > _MILLISECONDS else value

    def _note(self, text: str, hour: float) -> None:
        """Note when the hour of *text* began, where it has sixty minutes."""
        end = self._iso(f"{text[:14]}59:59{text[19:]}")
        if end is not None and end - hour == 3599.0:
            if len(self.hours) > 100_000:
                self.hours.clear()
            self.hours[text[:14] + text[19:]] = hour

    def _iso(self, text: str) -> float | None:
        try:
            moment = datetime.fromisoformat(text.replace("/", "-").replace(",", "."))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            return moment.timestamp()
        except (ValueError, OverflowError, OSError):
            return None


def _changes(
    rows: Iterator[list[str]],
    columns: dict[str, int],
    table: Table,
    times: Times,
    tally: Tally,
) -> tuple[float, float]:
    """Read a change a row; return the first and the last time."""
    time_at, state_at = columns["time"], columns["state"]
    name_at, kind_at = columns.get("object", -1), columns.get("kind", -1)
    why_at = columns.get("reason", -1)
    last_at = max(columns.values())
    changes, spelled = table.changes, dict(STATES)
    lists: dict[str, list[Change]] = {}
    first, last, count, lost = float("inf"), float("-inf"), 0, 0
    hours, within = times.hours, WITHIN
    for row in rows:
        count += 1
        if len(row) <= last_at:
            if len(row) <= max(time_at, state_at, name_at):
                lost += bool(row)
                continue
            row += [""] * (last_at + 1 - len(row))
        word = row[state_at]
        state = spelled.get(word)
        if state is None:
            state = STATES.get(word.strip().lower())
            if state is None:
                lost += 1
                continue
            spelled[word] = state
        text = row[time_at]
        hour = hours.get(text[:14] + text[19:])
        past = within.get(text[14:19])
        if hour is not None and past is not None:
            time = hour + past
        elif (read_time := times.seconds(text)) is not None:
            time = read_time
        else:
            lost += 1
            continue
        if time > last:
            last = time
        if time < first:
            first = time
        name = row[name_at] if name_at >= 0 else ""
        if kind_at >= 0:
            changes[row[kind_at].strip(), name.strip()].append(
                (time, state, row[why_at] if why_at >= 0 else "")
            )
            continue
        found = lists.get(name)
        if found is None:
            found = lists[name] = changes["", name.strip()]
        found.append((time, state, row[why_at] if why_at >= 0 else ""))
    tally.lines += count
    tally.not_understood += lost
    return first, last


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
        if began is None or not understood or (ended is not None and ended < began):
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
