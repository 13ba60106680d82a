"""The course of a simulation for a person: a timeline drawn in letters, then the facts in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from hatools.simulate.lanes import (
    Band,
    Lane,
    Takeover,
    bond_groups,
    busy,
    few,
    gaps,
    notable,
    router_groups,
    scenario_notes,
    server_groups,
    shares,
    splits,
    takeovers,
)
from hatools.simulate.result import Note, Result, Traffic
from hatools.simulate.words import said, seconds

Line = tuple[str, str]  # kind, text
NARROWEST, WIDEST = 60, 200  # columns
MOST_GROUPS = 20  # pools, and courses of virtual routers, that are drawn
MOST_LANES = 24  # of one pool; more are counted
MOST_SHARES = 12  # servers of one service whose share has a line
MOST_EVENTS = 300
MARKS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400,
         21600, 43200, 86400)  # fmt: skip
WORDS = {"held": "here"}  # what stands in a band instead of what held


class Signs(NamedTuple):
    """What a timeline is drawn with."""

    fills: Mapping[str, str]
    heights: str  # for a share, from hardly any to all
    rule: str
    tick: str
    cut: str  # the end of what was too long
    legend: str
    scale: str


DRAWN = Signs(
    {"MASTER": "█", "held": "█", "BACKUP": "░", "FAULT": "▒", "INIT": "·",
     "in": "█", "out": "·", "down": "·", "some": "▒"},
    "▁▂▃▄▅▆▇█", "─", "┬", "…",
    "█ MASTER, in   ░ BACKUP   ▒ FAULT, in on some nodes   · out, down, INIT   blank: not there",
    "the higher, the more of the connections",
)  # fmt: skip
TYPED = Signs(
    {"MASTER": "#", "held": "#", "BACKUP": "-", "FAULT": "x", "INIT": ".",
     "in": "#", "out": ".", "down": ".", "some": "x"},
    ".123456789#", "-", "+", "~",
    "# MASTER, in   - BACKUP   x FAULT, in on some nodes   . out, down, INIT   blank: not there",
    "tenths of the connections, # all, . hardly any",
)  # fmt: skip


def lines(result: Result, width: int = 100, encoding: str = "utf-8") -> Iterator[Line]:
    """Yield the report on *result* line by line, each with its kind.

    Kinds are title, axis, mark, role, server, share, lost, split, done, event,
    fact, held, failed and empty ones.  *width* counts columns; where *encoding* is none of
    Unicode the drawing is in ASCII.
    """
    signs = DRAWN if encoding.lower().replace("-", "").startswith("utf") else TYPED
    drawing = _Drawing(result, max(NARROWEST, min(width, WIDEST)), signs)
    yield "title", f"{result.name}: {seconds(result.length)}, seed {result.seed}"
    yield "", ""
    yield from drawing.lines()
    for section in (_events, _takeovers, _connections, _availability, _verdicts):
        yield from section(result)


class _Drawing:
    """The timeline: lanes under one axis."""

    def __init__(self, result: Result, width: int, signs: Signs) -> None:
        self.result = result
        self.signs = signs
        self.routers, self.more_routers = notable(router_groups(result), MOST_GROUPS)
        self.servers, self.more_pools = notable(server_groups(result), MOST_GROUPS, busy(result))
        self.bonds = bond_groups(result)
        groups = (*self.routers, *self.bonds, *self.servers)
        labels = [_label(lane) for group in groups for lane in group.lanes]
        labels += [name for traffic in result.traffic for name in traffic.served]
        widest = max((len(label) for label in labels), default=0)
        self.margin = max(14, min(widest + 4, width // 3))
        self.width = width - self.margin
        self.end = result.length or 1.0

    def column(self, time: float) -> int:
        return max(0, min(int(time / self.end * self.width), self.width - 1))

    def label(self, text: str, indent: int = 2) -> str:
        room = self.margin - indent - 1
        if len(text) > room:
            text = text[: room - 1] + self.signs.cut
        return " " * indent + text.ljust(room + 1)

    def lines(self) -> Iterator[Line]:
        """Yield the drawing."""
        yield from self._axis()
        yield from self._marks()
        drawn: set[str] = set()
        for group in self.routers:
            yield "group", group.title
            for lane in group.lanes:
                yield "role", self.label(lane.label) + self.lane(lane.bands, drawn)
        if self.more_routers:
            yield "", f"and {len(self.more_routers)} courses of other virtual routers"
        yield from self._splits()
        for group in self.bonds:
            yield "group", group.title
            for lane in group.lanes:
                yield "role", self.label(lane.label) + self.lane(lane.bands, drawn)
        for group in self.servers:
            yield "group", f"servers of {group.title}" if group.title else "servers"
            for lane in group.lanes[:MOST_LANES]:
                yield "server", self.label(_label(lane)) + self.lane(lane.bands, drawn)
            if len(group.lanes) > MOST_LANES:
                yield "", f"  and {len(group.lanes) - MOST_LANES} more that changed"
        if self.more_pools:
            yield "", f"and {len(self.more_pools)} other pools"
        for traffic in self.result.traffic:
            yield from self._shares(traffic)
        if drawn:
            yield "", ""
            yield "legend", self.signs.legend
        yield "", ""

    def _axis(self) -> Iterator[Line]:
        """Yield the axis: its numbers, and a rule with ticks."""
        numbers, rule = [" "] * (self.width + 8), [self.signs.rule] * self.width
        for time in ticks(self.end, self.width // 9):
            at, text = self.column(time), clock(time, self.end)
            if at + len(text) <= self.width + 2:
                numbers[at : at + len(text)] = text
                rule[at] = self.signs.tick
        yield "axis", (" " * self.margin + "".join(numbers)).rstrip()
        yield "axis", " " * self.margin + "".join(rule)

    def _marks(self) -> Iterator[Line]:
        """Yield a line with a letter where each thing happens, or two where they are close."""
        notes = scenario_notes(self.result)
        if not notes:
            return
        rows: list[list[str]] = []
        for mark, note in zip(marks(notes), notes, strict=True):
            at = self.column(note.time)
            row = next((row for row in rows if row[at] == " "), None)
            if row is None:
                if len(rows) == 4:
                    continue
                row = [" "] * self.width
                rows.append(row)
            row[at] = mark
        for number, row in enumerate(rows):
            label = self.label("what happens", 0) if not number else " " * self.margin
            yield "mark", (label + "".join(row)).rstrip()

    def lane(self, bands: Sequence[Band], drawn: set[str]) -> str:
        """Return *bands* drawn: filled, with a word where there is room."""
        cells = [" "] * self.width
        for what, start, end in sorted(bands, key=lambda band: band[1] - band[2]):
            first, last = self._cells(start, end)
            cells[first:last] = self.signs.fills.get(what, self.signs.rule) * (last - first)
            if what in self.signs.fills:
                drawn.add(what)
        for what, start, end in bands:
            word = f" {WORDS.get(what, what)} "
            first, last = self._cells(start, end)
            if what != "in" and last - first >= len(word) + 2:
                cells[first + 1 : first + 1 + len(word)] = word
        return "".join(cells).rstrip()

    def _cells(self, start: float, end: float) -> tuple[int, int]:
        """Return the columns of a band: from the nearest edge to the nearest, at least one."""
        scale = self.width / self.end
        first, last = round(start * scale), round(end * scale)
        if first == last:
            first = min(int(start * scale), self.width - 1)
            last = first + 1
        return first, min(last, self.width)

    def _splits(self) -> Iterator[Line]:
        found = splits(self.result)
        for addresses, start, end, nodes in found[:MOST_GROUPS]:
            first, last = self._cells(start, end)
            drawn = " " * first + "!" * (last - first)
            yield "split", self.label("split brain", 0) + drawn
            at = f"{seconds(start)} to {seconds(end)}"
            yield "split", f"  {addresses} on {' and '.join(nodes)}, {at}"
        if len(found) > MOST_GROUPS:
            yield "split", f"  and {len(found) - MOST_GROUPS} more"

    def _shares(self, traffic: Traffic) -> Iterator[Line]:
        """Yield each server's share of the connections, and what was lost."""
        if not traffic.total:
            return
        parts = shares(traffic, self.width)
        yield "group", f"connections to {traffic.service} ({self.signs.scale})"
        names = sorted(traffic.served, key=lambda name: (-traffic.served[name], name))
        shown, rest = names[:MOST_SHARES], names[MOST_SHARES:]
        for name in shown:
            yield "share", self._share(name, [part.get(name, 0.0) for part in parts])
        if rest:
            others = [sum(part.get(name, 0.0) for name in rest) for part in parts]
            yield "share", self._share(f"{len(rest)} others", others)
        if any("" in part for part in parts):
            yield "lost", self._share("lost", [part.get("", 0.0) for part in parts])

    def _share(self, label: str, course: Sequence[float]) -> str:
        heights = self.signs.heights
        top = len(heights) - 1
        drawn = "".join(heights[min(round(one * top), top)] if one else " " for one in course)
        return (self.label(label) + drawn).rstrip()


def _label(lane: Lane) -> str:
    """Return a lane's label, with how many others are alike."""
    return lane.label + (f" +{len(lane.alike)}" if lane.alike else "")


def ticks(end: float, most: int) -> list[float]:
    """Return round times from 0 to *end*, at most *most* steps apart."""
    step = next((one for one in STEPS if end / one <= max(most, 1)), STEPS[-1])
    return [number * step for number in range(int(end / step + 1e-9) + 1)]


def clock(time: float, end: float) -> str:
    """Return *time* as an axis says it: seconds, or minutes or hours for a long run."""
    unit, name = next(
        (pair for pair in ((3600.0, "h"), (60.0, "min")) if end >= 5 * pair[0]), (1.0, "s")
    )
    return f"{time / unit:.2f}".rstrip("0").rstrip(".") + f" {name}"


def marks(notes: Sequence[Note]) -> list[str]:
    """Return a letter for each of *notes*; after the last letter of the alphabet, ``*``."""
    return [MARKS[at] if at < len(MARKS) else "*" for at in range(len(notes))]


# In words -------------------------------------------------------------------------------------


def _events(result: Result) -> Iterator[Line]:
    """Yield what happened, and what followed, in order of time."""
    told = list(_told(result))
    if told:
        yield "title", "Events"
    yield from told[:MOST_EVENTS]
    if len(told) > MOST_EVENTS:
        yield "event", f"  … and {len(told) - MOST_EVENTS} more; --trace FILE has all"
    if told:
        yield "", ""


def _told(result: Result) -> Iterator[Line]:
    causes = scenario_notes(result)
    letters = dict(zip(map(id, causes), marks(causes), strict=True))
    for caused, notes in groupby(result.notes, key=lambda note: not note.node):
        for note in notes if caused else _gathered(list(notes)):
            sentence = said(note)
            if sentence:
                mark = letters.get(id(note), " ")
                kind = "done" if caused else "event"
                yield kind, f"  {mark} {seconds(note.time):>11}  {sentence}"


def _gathered(notes: list[Note]) -> list[Note]:
    """Return *notes* with servers of a pool that fare alike in one note, where they are many."""

    def alike(note: Note) -> object:
        details = note.details
        pool = note.subject.rpartition("/")[0]
        return note.node, pool, details.get("up"), details.get("weight"), details.get("reason")

    many: dict[object, list[Note]] = {}
    for note in notes:
        if note.kind == "server":
            many.setdefault(alike(note), []).append(note)
    kept = []
    for note in notes:
        same = many.get(alike(note), []) if note.kind == "server" else []
        if len(same) <= 3:
            kept.append(note)
        elif note is same[0]:
            last = seconds(same[-1].time)
            subject = f"{note.subject} and {len(same) - 1} more, the last at {last},"
            kept.append(note._replace(subject=subject))
    return kept


def _takeovers(result: Result) -> Iterator[Line]:
    """Yield which address went where, how long after what."""
    moved = takeovers(result)
    ended = {(one.address, one.time) for one in moved}
    lonely: dict[tuple[float, float], list[str]] = {}
    for address, start, end in gaps(result):
        if (address, end) not in ended:
            lonely.setdefault((start, end), []).append(address)
    if not moved and not lonely:
        return
    yield "title", "Takeovers"
    alike: dict[object, list[Takeover]] = {}
    for one in moved:
        key = (one.cause_time, one.node, round(one.time, 3), round(one.gap, 3), one.shared)
        alike.setdefault(key, []).append(one)
    for same in alike.values():
        one = same[0]
        free = f"; {seconds(one.gap)} on no node" if one.gap else ""
        if one.shared:
            free = f"; {' and '.join(one.shared)} had it, too"
        who = few([each.address for each in same])
        yield "fact", f"  {who} to {one.node} {seconds(one.seconds)} after {one.cause}{free}"
    for (start, end), addresses in lonely.items():
        until = "the end" if end == result.length else seconds(end)
        yield "lost", f"  {few(addresses)} on no node from {seconds(start)} to {until}"
    yield "", ""


def _connections(result: Result) -> Iterator[Line]:
    """Yield how the connections of each service were spread, and what became of the others."""
    for traffic in result.traffic:
        yield "title", f"Connections to {traffic.service}: {traffic.total}"
        total = traffic.total or 1
        rows = sorted(traffic.served.items(), key=lambda row: (-row[1], row[0]))
        wide = max((len(name) for name, _ in rows), default=0)
        for name, count in rows:
            yield "fact", f"  {name.ljust(wide)} {count:>9} {count / total:>9.2%}"
        for why, count in sorted(traffic.lost.items(), key=lambda row: (-row[1], row[0])):
            yield "lost", f"  lost: {count} ({count / total:.2%}), {why}"
        if traffic.broken:
            share = traffic.broken / total
            yield "lost", f"  broken off: {traffic.broken} ({share:.2%}), begun and not ended well"
        if traffic.waiting:
            yield "fact", f"  without a server yet, at the end: {traffic.waiting}, not counted"
        yield "", ""


def _availability(result: Result) -> Iterator[Line]:
    """Yield of what share of connections, and of the time, each service was there."""
    if not result.answering and not result.traffic:
        return
    yield "title", "Availability"
    services = dict.fromkeys([*result.answering, *(one.service for one in result.traffic)])
    for service in services:
        parts = [
            f"{one.availability:.4%} of {one.total} connections"
            for one in result.traffic
            if one.service == service and one.availability is not None
        ]
        if service in result.answering:
            parts.append(f"{result.answering[service]:.4%} of the time")
        yield "fact", f"  {service}  {', '.join(parts)}"
    yield "", ""


def _verdicts(result: Result) -> Iterator[Line]:
    """Yield each expectation with its verdict, what was found, and where it stands."""
    if not result.verdicts:
        return
    kept = sum(verdict.held for verdict in result.verdicts)
    yield "title", f"Expectations: {kept} of {len(result.verdicts)} held"
    for verdict in result.verdicts:
        word = "held  " if verdict.held else "FAILED"
        where = f" [{verdict.path}:{verdict.line}]" if verdict.line else ""
        text = verdict.text.removeprefix("expect ") or "?"
        yield (
            "held" if verdict.held else "failed",
            f"  {word}  {text}: {verdict.found}{where}",
        )
