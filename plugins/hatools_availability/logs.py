"""Logs of keepalived and haproxy, whole: files in any order and form become events in theirs."""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from itertools import chain, islice
from operator import eq, itemgetter
from typing import NamedTuple, TextIO

from hatools.errors import UnreadableInput
from hatools_availability.heard import Heard
from hatools_availability.log_haproxy import Haproxy
from hatools_availability.log_keepalived import Keepalived
from hatools_availability.log_lines import FARTHEST, STEP, Lines, Record, Seen, Taker
from hatools_availability.outages import Tally
from hatools_availability.stamps import Stamps

READERS: dict[str, type[Keepalived | Haproxy]] = {"keepalived": Keepalived, "haproxy": Haproxy}
_ROTATED = re.compile(r"(?:\.log|\.\d+|\.gz|-\d{8})+$")
_ORDER = itemgetter(0)
BLOCK = 1 << 16  # characters read at once


class Log(NamedTuple):
    """A log to read: its lines, of which nobody needs to know the file.

    *latest* is a time that none is later than; *node* is whose it is where lines do not say.
    """

    lines: Iterable[str]
    latest: float
    node: str = ""


def read(
    logs: Iterable[Callable[[], Log]],
    tally: Tally,
    zone: tzinfo | None = None,
    programs: Sequence[str] = tuple(READERS),
) -> Heard:
    """Return what *logs* say of *programs*; each is called for its lines, perhaps twice.

    *zone* is that of times that name none (None: this machine's).
    """
    logs = list(logs)
    streamed = _streamed(logs, tally, zone, programs)
    if streamed is not None:
        return streamed
    heard = Heard()
    records: list[Record] = []
    first: dict[tuple[str, str], float] = {}
    for opened in logs:
        found, lines = _read_one(opened, tally, zone, programs)
        records += found
        for (node, program), seen in lines.seen.items():
            heard.ends[node] = max(seen.last, heard.ends.get(node, seen.last))
            if program in programs:
                key = (node, program)
                first[key] = min(seen.first, first.get(key, seen.first))
    records = _in_order(records, tally)
    tell = {name: READERS[name](heard, first).told for name in programs}
    for time, node, program, process, message in records:
        tell[program](time, node, process, message)
    heard.bound(first)
    return heard


def _streamed(
    logs: Sequence[Callable[[], Log]],
    tally: Tally,
    zone: tzinfo | None,
    programs: Sequence[str],
    back: int = 0,
) -> Heard | None:
    """Return what *logs* say where all lines are in order, and no clock was set; else None.

    Nothing is kept but what is heard: in half the time, and in far less memory.
    """
    heard, own = Heard(), Tally()
    seen: dict[tuple[str, str], Seen] = {}
    first: dict[tuple[str, str], float] = {}
    readers = {name: READERS[name](heard, first) for name in programs}
    takers = {name: Taker(reader.starts, reader.told) for name, reader in readers.items()}
    for opened in logs:
        log = opened()
        lines = Lines(Stamps(log.latest, zone, back), own, log.node, seen, first)
        lines.read(log.lines, takers)
        more = lines.stamps.year_to_come(lines.newest)
        if more and not back:
            return _streamed(logs, tally, zone, programs, more)
        if more or lines.steps or any(one.late for one in seen.values()):
            return None
    for (node, _), one in seen.items():
        heard.ends[node] = max(one.last, heard.ends.get(node, one.last))
    heard.bound({key: time for key, time in first.items() if key[1] in programs})
    tally.lines += own.lines
    tally.without_time += own.without_time
    return heard


def _read_one(
    opened: Callable[[], Log],
    tally: Tally,
    zone: tzinfo | None,
    programs: Sequence[str],
) -> tuple[list[Record], Lines]:
    """Read one log; again where its last lines tell that it began years earlier than thought."""
    back = 0
    while True:
        own = Tally()
        log = opened()
        lines = Lines(Stamps(log.latest, zone, back), own, log.node)
        found: list[Record] = []
        lines.read(log.lines, {name: _keeper(name, found) for name in programs})
        more = lines.stamps.year_to_come(lines.newest)
        if not more or back > 50:
            break
        back += more
    tally.lines += own.lines
    tally.without_time += own.without_time
    return _with_one_clock(found, lines, tally), lines


def _keeper(program: str, found: list[Record]) -> Taker:
    """Return a taker that keeps the records of *program* in *found*."""

    def keep(time: float, node: str, process: str, message: str) -> None:
        found.append((time, node, program, process, message))

    return Taker(READERS[program].starts, keep)


def _with_one_clock(records: list[Record], lines: Lines, tally: Tally) -> list[Record]:
    """Return *records* as if clocks that were set had always been right, as they are last.

    What was logged before a clock was set is moved by as much: the time between
    two lines stays what it was.
    """
    late = sum(seen.late for seen in lines.seen.values())
    steps = sorted(lines.steps)
    if late:
        steps = sorted([*steps, *_set_back(records, {node for _, node, _ in steps})])
    if not steps:
        tally.out_of_order += late
        return records
    ahead: dict[str, float] = {}
    for _, _, seconds in steps:
        tally.clock_back += seconds < 0
        tally.clock_forward += seconds > 0
        tally.clock_seconds = max(tally.clock_seconds, abs(seconds))
    found = list(records)
    for at in range(len(records) - 1, -1, -1):
        while steps and steps[-1][0] > at:
            _, node, seconds = steps.pop()
            ahead[node] = ahead.get(node, 0.0) + seconds
        time, node, *rest = records[at]
        if node in ahead:
            found[at] = (time + ahead[node], node, *rest)  # type: ignore[assignment]
    for _, node, seconds in steps:  # set before the first record
        ahead[node] = ahead.get(node, 0.0) + seconds
    for (node, _), seen in lines.seen.items():
        seen.first += ahead.get(node, 0.0)
    return found


def _set_back(records: Sequence[Record], told: set[str]) -> list[tuple[int, str, float]]:
    """Return where the clock of a process went back for good, though no line says so.

    One process writes its lines in order.  A line or two that come late are no
    such step, nor is a log that has no order at all.
    """
    own: dict[tuple[str, str, str], list[int]] = {}
    for at, (_, node, program, process, _) in enumerate(records):
        if process and node not in told:
            own.setdefault((node, program, process), []).append(at)
    found: dict[str, tuple[int, str, float]] = {}
    for (node, _, _), places in own.items():
        times = [records[at][0] for at in places]
        back = [
            number
            for number in range(1, len(times))
            if STEP < times[number - 1] - times[number] <= FARTHEST
            and records[places[number]][4] != records[places[number - 1]][4]
        ]
        if not back or len(back) > 1 + len(times) // 20:
            continue
        for number in back:
            if number + 1 < len(times) and times[number + 1] >= times[number - 1]:
                continue  # one line that came late
            step = (places[number], node, times[number] - times[number - 1])
            found.setdefault(node, step)
    return list(found.values())


def _in_order(records: list[Record], tally: Tally) -> list[Record]:
    """Return *records* by time, each once."""
    records.sort(key=_ORDER)  # those of one time stay as they came
    times = [record[0] for record in records]
    if not any(map(eq, times, islice(times, 1, None))):
        return records
    found: list[Record] = []
    now: list[Record] = []  # all of one time
    time = float("-inf")
    for record in records:
        if record[0] != time:
            time = record[0]
            now = [record]
        elif record in now:
            tally.duplicates += bool(record[4])
            continue
        else:
            now.append(record)
        found.append(record)
    return found


# Files --------------------------------------------------------------------------------------------


def node_of(path: str) -> str:
    """Return what a file is called apart from how logs are named and rotated: ``lb1.log.2.gz``."""
    return _ROTATED.sub("", os.path.basename(path)) or path


def files(told: Sequence[str], now: float, zone: tzinfo | None = None) -> list[Callable[[], Log]]:
    """Return the logs that ``[NODE=]FILE`` and ``-`` name, the oldest first.

    Raises `UnreadableInput`.
    """
    found: list[tuple[float, Callable[[], Log]]] = []
    for one in told:
        node, equals, path = one.partition("=")
        if not equals or os.path.exists(one):
            node, path = "", one
        if path == "-":
            lines = sys.stdin.read().splitlines() if sys.stdin is not None else []
            found.append((now, lambda lines=lines, node=node: Log(lines, now, node)))  # type: ignore[misc]
            continue
        try:
            latest = min(os.stat(path).st_mtime, now)
        except OSError as error:
            raise UnreadableInput(f"{path}: cannot be read: {error.strerror}") from None
        if os.path.isdir(path):
            raise UnreadableInput(f"{path}: is a directory", "name the log files in it")
        opened = _opener(path, latest, node or node_of(path))
        found.append((_begins(opened, zone), opened))
    found.sort(key=_ORDER)
    return [opened for _, opened in found]


def _opener(path: str, latest: float, node: str) -> Callable[[], Log]:
    return lambda: Log(_lines_of(path), latest, node)


def _begins(opened: Callable[[], Log], zone: tzinfo | None) -> float:
    """Return the time of the first line that has one."""
    log = opened()
    lines = Lines(Stamps(log.latest, zone), Tally(), log.node)
    for number, line in enumerate(log.lines):
        if number > 1000:
            break
        lines.read([line], {})
        if lines.newest > float("-inf"):
            return lines.newest
    return log.latest


def _lines_of(path: str) -> Iterator[str]:
    """Return the lines of a file; block by block, which is faster than one by one."""
    return chain.from_iterable(_blocks(path))


def _blocks(path: str) -> Iterator[list[str]]:
    with text_of(path) as file:
        rest = ""
        try:
            while block := file.read(BLOCK):
                lines = (rest + block).split("\n")
                rest = lines.pop()
                yield lines
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableInput(f"{path}: cannot be read: {error}") from None
        if rest:
            yield [rest]


@contextmanager
def text_of(path: str) -> Iterator[TextIO]:
    """Open a text, packed by gzip or not; what is not UTF-8 stays as it is.

    Raises `UnreadableInput`.
    """
    try:
        with open(path, "rb") as head:
            packed = head.read(2) == b"\x1f\x8b"
        way = gzip.open if packed else open
        file: TextIO = way(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n")
    except OSError as error:
        raise UnreadableInput(f"{path}: cannot be read: {error.strerror or error}") from None
    with file:
        yield file
