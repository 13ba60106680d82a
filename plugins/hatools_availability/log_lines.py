"""The lines of a log apart from what they say: when, which node, which program, which process.

Known forms: syslog's of RFC 3164 and RFC 5424, with and without ``<PRI>``; files with ISO time
stamps; ``journalctl -o short``, ``short-iso``, ``short-full``, ``short-unix``, ``export`` and
``json``; what keepalived (``-l``) and haproxy write themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from hatools_availability.outages import Tally
from hatools_availability.stamps import WITHIN, Stamps

_ISO = r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):(\d\d(?:[.,]\d+)?) ?(Z|UTC|[A-Z]{3,4}|[+-]\d\d:?\d\d)?"
_FROM = r"(?:(\S*[^\s:]) )?([\w./<>-]+?)(?:\[(\d+)\])?: (.*)"  # host, program, process, message
_SHORT = re.compile(
    r"(?:<\d+>)?(?:[A-Z][a-z]{2} (?=[A-Z]))?"  # priority, day of the week
    r"([A-Z][a-z]{2} [ \d]\d \d\d:\d\d):(\d\d(?:\.\d+)?) "
    rf"(?:(\d{{4}}): (.*)|{_FROM})"
)
_WEEKDAY = re.compile(r"[A-Z][a-z]{2} (?=\d{4}-)")
_5424 = re.compile(
    rf"<\d+>1 {_ISO} (\S+) (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?\ufeff?(.*)"
)
_DATED = re.compile(rf"{_ISO} {_FROM}")
_UNIX = re.compile(rf"(\d{{9,11}}(?:\.\d+)?) {_FROM}")
_OWN = re.compile(r"\[[A-Z]+\] +(?:(\d{3})/(\d{6}) )?\((\d+)\) : (.*)")
PROGRAMS = {
    "haproxy": "haproxy",
    "Keepalived": "keepalived",
    "Keepalived_vrrp": "keepalived",
    "Keepalived_healthcheckers": "keepalived",
    "Keepalived_bfd": "keepalived",
    "keepalived": "keepalived",
    "chronyd": "clock",
    "ntpd": "clock",
}
_STEPPED = re.compile(r"(?:System clock was stepped by|time reset) ([+-]?\d+\.\d+)")
STEP = 2.0  # seconds that a clock must be set by to be noticed
FARTHEST = 3 * 3600.0  # a line that is older by more is out of order: no clock was set so far


Record = tuple[float, str, str, str, str]
"""A line of a program that is understood: time, node, program, process, message."""


class Seen:
    """When the lines of one program on one node begin and end; how many came *late*."""

    __slots__ = ("first", "last", "late")

    def __init__(self, time: float) -> None:
        self.first = self.last = time
        self.late = 0

    def see(self, time: float) -> None:
        """Take the time of a line."""
        if time >= self.last:
            self.last = time
        else:
            self.late += 1
            self.first = min(self.first, time)


class Taker(NamedTuple):
    """Who understands a program: how its messages begin, and who takes them.

    It is given time, node, process and message.
    """

    starts: tuple[str, ...]
    take: Callable[[float, str, str, str], None]


def _nobody(time: float, node: str, process: str, message: str) -> None:
    """Take what nobody understands."""


NOBODY = Taker((), _nobody)


class _Head(NamedTuple):
    """What stands before the message of a line is known: whose it is, and who takes it."""

    seen: Seen
    node: str
    process: str
    starts: tuple[str, ...]
    take: Callable[[float, str, str, str], None]


class Lines:
    """Reads the lines of one log, a file or what belongs together, in its order.

    *node* is what lines without a host are said of.  *seen*, by node and
    program, may be that of the log before; *first* is told when each began.
    """

    def __init__(
        self,
        stamps: Stamps,
        tally: Tally,
        node: str = "",
        seen: dict[tuple[str, str], Seen] | None = None,
        first: dict[tuple[str, str], float] | None = None,
    ) -> None:
        self.stamps = stamps
        self.tally = tally
        self.node = node
        self.seen = {} if seen is None else seen
        self.first = {} if first is None else first
        self.taken = 0  # messages, where steps are counted by them
        self.steps: list[tuple[int, str, float]] = []  # records before, node, seconds
        self._clocks: dict[str, tuple[str, float, float]] = {}  # node -> boot, time, since boot
        self._stepped: list[tuple[str, float]] = []  # node, seconds
        self._processes: set[tuple[str, str, str]] = set()
        self._takers: Mapping[str, Taker] = {}

    @property
    def newest(self) -> float:
        """The latest time of all lines."""
        return max((one.last for one in self.seen.values()), default=float("-inf"))

    def read(self, lines: Iterable[str], takers: Mapping[str, Taker]) -> None:
        """Give *takers*, by program, the messages that begin as they say.

        They get the first line of every process, too, with its message or an empty one.
        """
        self._takers = takers
        heads: dict[str, _Head] = {}
        hours = self.stamps.hours
        walk = iter(lines)
        count = 0
        within = WITHIN
        head, at = "\n", 0  # what stands between time and message: none has been seen
        for line in walk:
            try:
                if not line.startswith(head, 15):  # else from whom the line before it is
                    at = line.find(": ", 15) + 2
                    head = line[15:at]
                    seen, node, process, begins, take = heads[head]
                time = hours[line[:9]] + within[line[10:15]]
            except KeyError:
                head = "\n"
                for one in self._parsed(line, walk):
                    known = self._take(*one)
                    end = line.find(": ", 15) + 2
                    if known is not None and line[9:16:3] == ":: " and end > 15:
                        heads[line[15:end]] = known
                continue
            count += 1
            if time >= seen.last:
                seen.last = time
            else:
                seen.see(time)
            if line.startswith(begins, at):
                self.taken += 1
                take(time, node, process, line[at:])
        self.tally.lines += count

    def _take(
        self, time: float, node: str, program: str, process: str, message: str
    ) -> _Head | None:
        """Take a line; return what may be known from its head, None where that is not all."""
        if self._stepped:
            self.steps += [(self.taken, who, seconds) for who, seconds in self._stepped]
            self._stepped.clear()
        known = PROGRAMS.get(program.rpartition("/")[2], "")
        seen = self.seen.get((node, known))
        if seen is None:
            seen = self.seen[node, known] = Seen(time)
            self.first[node, known] = time
        else:
            seen.see(time)
        starts, take = self._takers.get(known, NOBODY)
        told = process
        if message[:1] == "[" and (own := _OWN.match(message)):
            process, message = own[3], own[4]
        if known == "clock":
            if step := _STEPPED.search(message):
                self.steps.append((self.taken, node, float(step[1])))
            return None
        if starts:
            first = (known, node, process) not in self._processes
            self._processes.add((known, node, process))
            if first or message.startswith(starts):
                self.taken += 1
                take(time, node, process, message if message.startswith(starts) else "")
        if told != process:
            return None
        return _Head(seen, node, process, starts, take)

    def _parsed(self, line: str, walk: Iterator[str]) -> Iterator[tuple[float, str, str, str, str]]:
        """Yield time, node, program, process, message; *walk* has the lines that follow."""
        self.tally.lines += 1
        found = _SHORT.match(line)
        if found is None:
            yield from self._other(line, walk)
            return
        minute, second, year, whole, host, program, process, message = found.groups()
        if year:
            time = self.stamps.of_year(minute, second, year)
            host, program, message = self.node, "keepalived", whole
        else:
            time = self.stamps.short(minute, second)
        if time is None:
            self.tally.without_time += 1
        else:
            yield time, host or self.node, program, process or "", message

    def _other(self, line: str, walk: Iterator[str]) -> Iterator[tuple[float, str, str, str, str]]:
        """Yield what a line of any rarer form says."""
        start = line[:1]
        if start == "{":
            yield from self._journal(_object(line))
        elif line.startswith(("__CURSOR=", "__REALTIME_TIMESTAMP=")):
            yield from self._journal(_entry(line, walk, self.tally))
        elif not line.strip() or line.startswith("-- "):
            return  # journalctl's own remarks: "-- Boot ... --"
        elif (weekday := _WEEKDAY.match(line)) is not None:
            yield from self._parsed(line[weekday.end() :], walk)
            self.tally.lines -= 1
        elif (found := _5424.match(line) or _DATED.match(line)) is not None:
            yield from self._at(found, found[4], found[5], found[6], found[7])
        elif (found := _UNIX.match(line)) is not None:
            yield float(found[1]), found[2] or self.node, found[3], found[4] or "", found[5]
        elif (found := _OWN.match(line)) is not None and found[1]:
            time = self.stamps.of_day(found[1], found[2])
            if time is not None:
                yield time, self.node, "haproxy", found[3], found[4]
        else:
            self.tally.without_time += 1

    def _at(
        self, found: re.Match[str], host: str | None, program: str, process: str | None, text: str
    ) -> Iterator[tuple[float, str, str, str, str]]:
        time = self.stamps.dated(found[1], found[2].replace(",", "."), found[3])
        if time is None:
            self.tally.without_time += 1
            return
        process = "" if process in (None, "-") else str(process)
        yield time, self.node if host in (None, "-") else str(host), program, process, text

    def _journal(self, fields: dict[str, str]) -> Iterator[tuple[float, str, str, str, str]]:
        """Yield an entry of the journal; its two clocks tell when one of them was set."""
        try:
            time = int(fields["__REALTIME_TIMESTAMP"]) / 1e6
        except (KeyError, ValueError, OverflowError):
            self.tally.without_time += 1
            return
        node = fields.get("_HOSTNAME") or self.node
        self._compare(node, time, fields)
        program = fields.get("SYSLOG_IDENTIFIER") or fields.get("_COMM") or ""
        process = fields.get("SYSLOG_PID") or fields.get("_PID") or ""
        yield time, node, program, process, fields.get("MESSAGE", "")

    def _compare(self, node: str, time: float, fields: dict[str, str]) -> None:
        boot = fields.get("_BOOT_ID", "")
        try:
            since_boot = int(fields["__MONOTONIC_TIMESTAMP"]) / 1e6
        except (KeyError, ValueError, OverflowError):
            return
        before = self._clocks.get(node)
        self._clocks[node] = (boot, time, since_boot)
        if before is not None and before[0] == boot:
            seconds = (time - before[1]) - (since_boot - before[2])
            if abs(seconds) >= STEP:
                self._stepped.append((node, seconds))


def _object(line: str) -> dict[str, str]:
    """Return the fields of a journal entry in JSON; those that are none are left out."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(entry, dict):
        return {}
    found = {}
    for name, value in entry.items():
        if isinstance(value, list):  # the bytes of what is not UTF-8
            try:
                value = bytes(value).decode("utf-8", "surrogateescape")
            except (TypeError, ValueError):
                continue
        if isinstance(value, str):
            found[name] = value
    return found


def _entry(line: str, walk: Iterator[str], tally: Tally) -> dict[str, str]:
    """Return the fields of a journal entry in the export format, which ends with an empty line."""
    found: dict[str, str] = {}
    while line.strip():
        name, equals, value = line.rstrip("\n").partition("=")
        if equals:
            found[name] = value
        else:
            next(walk, "")  # binary: its length, eight bytes, and then itself
            tally.lines += 1
        line = next(walk, "")
        tally.lines += 1
    return found
