"""Shares that add up to all, stacked over time: how connections were spread, and what was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hatools.plugin.drawing import Sheet, fitted
from hatools.simulate.lanes import shares
from hatools.simulate.result import BINS, Traffic

STACK = 130.0  # pixels from nothing to all
MARGIN = 140.0  # pixels to the right of it, for names
MOST_LAYERS = 9  # servers of one service that have a layer of their own
INK, FAINT, RULE = "#1d2733", "#5b6673", "#d5dae0"
LOST = "url(#lost)"
RAMP = ("#16325c", "#1f5a86", "#2a7f9e", "#46a3a4", "#7cc29f", "#b5dba0", "#e6f0b4")


class Stack:
    """The shares of one service, drawn from *left* to *right* below *top*."""

    def __init__(self, sheet: Sheet, left: float, right: float, top: float) -> None:
        self.sheet = sheet
        self.left = left
        self.right = right
        self.top = top

    def draw(self, traffic: Traffic) -> None:
        """Draw the layers, their scale, and their names."""
        top, sheet = self.top, self.sheet
        bottom = top + STACK
        for percent in (0, 50, 100):
            y = bottom - STACK * percent / 100
            sheet.line(self.left - 4, y, self.left, y, stroke=INK, stroke_width=1)
            sheet.text(self.left - 8, y + 4, f"{percent} %", text_anchor="end", font_size=11)
        sheet.rect(self.left, top, self.right - self.left, STACK, fill="none", stroke=RULE)
        parts = shares(traffic, portions(traffic.total))
        layers = list(_layers(traffic))
        heights = [[sum(part.get(name, 0.0) for name in names) for part in parts]
                   for _, names, _ in layers]  # fmt: skip
        base = [0.0] * len(parts)
        named: list[tuple[float, float, str, str]] = []
        for (label, _, fill), course in zip(layers, heights, strict=True):
            upper = [low + high for low, high in zip(base, course, strict=True)]
            sheet.add("path", d=self._outline(parts, base, upper, bottom), fill=fill,
                      stroke="#ffffff", stroke_width=0.4)  # fmt: skip
            at = _last(course)
            middle = bottom - STACK * (base[at] + upper[at]) / 2
            if label != "lost" or any(course):
                named.append((middle if label != "lost" else top + 6, course[at], label, fill))
            base = upper
        self._names(named, top, bottom)

    def _outline(
        self,
        parts: Sequence[object],
        base: Sequence[float],
        upper: Sequence[float],
        bottom: float,
    ) -> str:
        """Return the outline of one layer in steps; parts without connections stay empty."""
        wide = (self.right - self.left) / len(parts)
        found = []
        at = 0
        while at < len(parts):
            if upper[at] <= base[at]:
                at += 1
                continue
            first = at
            while at < len(parts) and upper[at] > base[at]:
                at += 1
            there = _steps(upper[first:at], self.left + first * wide, wide, bottom)
            back = _steps(base[first:at][::-1], self.left + at * wide, -wide, bottom)
            found.append(f"M{there}L{back}Z")
        return "".join(found)

    def _names(
        self, named: Sequence[tuple[float, float, str, str]], top: float, bottom: float
    ) -> None:
        """Write the layers' names beside the end of each, pushed apart where they are close."""
        rows = sorted(named, key=lambda row: -row[0])
        step = min(14.0, (bottom - top + 12) / max(len(rows), 1))
        size = min(11.0, step - 1)
        places: list[float] = []
        for row in rows:
            places.append(min(row[0], places[-1] - step) if places else min(row[0], bottom - 4))
        shift = top + 4 - places[-1] if places and places[-1] < top + 4 else 0.0
        if shift:
            for at in range(len(places) - 1, -1, -1):
                lowest = top + 4 + step * (len(places) - 1 - at)
                places[at] = max(places[at], lowest)
        x = self.right + 6
        for (middle, _, label, fill), y in zip(rows, places, strict=True):
            self.sheet.line(self.right + 1, min(max(middle, top), bottom), x + 3, y, stroke=FAINT,
                            stroke_width=0.7)  # fmt: skip
            self.sheet.rect(x + 4, y - 4.5, 9, 9, fill=fill, stroke=FAINT, stroke_width=0.6)
            room = self.right + MARGIN - x - 17
            self.sheet.text(x + 17, y + 4, fitted(label, size, room), font_size=size)


def _steps(course: Sequence[float], x: float, wide: float, bottom: float) -> str:
    """Return a line in steps as a path says it: from *x*, each *wide*, as high as *course*."""
    parts = []
    before = ""
    for at, high in enumerate(course):
        y = f"{bottom - STACK * high:.1f}"
        if y != before:
            if at:
                parts.append(f"H{x + at * wide:.1f}V{y}")
            else:
                parts.append(f"{x:.1f} {y}")
            before = y
    return "".join(parts) + f"H{x + len(course) * wide:.1f}"


def portions(total: int) -> int:
    """Return into how many parts the time is cut: so that most parts have connections."""
    if total < BINS:
        return max(min(total, 60), 1)
    return min(BINS, max(60, total // 30))


def _layers(traffic: Traffic) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield what is stacked, from the bottom: label, servers, colour; the lost on top."""
    names = sorted(traffic.served, key=lambda name: (-traffic.served[name], name))
    if len(names) > MOST_LAYERS + 1:
        names, rest = names[:MOST_LAYERS], tuple(names[MOST_LAYERS:])
    else:
        rest = ()
    names = sorted(names)
    count = len(names) + bool(rest)
    for at, name in enumerate(names):
        yield name, (name,), shade(at, count)
    if rest:
        yield f"{len(rest)} others", rest, shade(count - 1, count)
    yield "lost", ("",), LOST


def shade(at: int, count: int) -> str:
    """Return the colour of layer *at* of *count*, from dark to light."""
    place = (at + 0.5) / count * (len(RAMP) - 1) if count > 1 else 1.0
    low = min(int(place), len(RAMP) - 2)
    part = place - low
    pairs = zip(_channels(RAMP[low]), _channels(RAMP[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _last(course: Sequence[float]) -> int:
    """Return the last part in which there is anything."""
    return next((at for at in range(len(course) - 1, -1, -1) if course[at]), len(course) - 1)
