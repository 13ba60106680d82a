"""The course of a simulation as a picture: roles, servers and shares of connections over time.

What colour says, lightness, hatching or a word says as well, so that the
picture can be read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hatools.plugin.drawing import Sheet, breadth, fitted
from hatools.simulate.lanes import (
    Group,
    Lane,
    bond_groups,
    busy,
    notable,
    router_groups,
    scenario_notes,
    server_groups,
    splits,
)
from hatools.simulate.result import Note, Result, Traffic
from hatools.simulate.stack import FAINT, INK, RULE, STACK, Stack
from hatools.simulate.timeline import clock, marks, ticks
from hatools.simulate.words import said, seconds

WIDTH = 1000.0
EDGE, LABELS, LEGEND = 20.0, 150.0, 130.0  # pixels left of everything, of the lanes, right of them
BAR, STEP = 16.0, 21.0  # height of a bar, and from one to the next
MOST_GROUPS = 20  # pools, and courses of virtual routers
MOST_LANES = 40  # of one pool
ROW, MOST_ROWS = 18.0, 4  # of marks of what happens
LISTED = 60  # events in words under the picture
HALO = {"stroke": "#ffffff", "stroke_width": 4, "paint_order": "stroke"}  # over lines


class Look(NamedTuple):
    """How a band is painted, and the word in it: its colour, and the border."""

    fill: str
    word: str
    ink: str = INK
    border: str = "none"


LOOKS = {
    "MASTER": Look("#17457a", "MASTER", "#ffffff"),
    "held": Look("#17457a", "here", "#ffffff"),
    "BACKUP": Look("#cfdeed", "BACKUP"),
    "FAULT": Look("url(#fault)", "FAULT", INK, "#8c1d18"),
    "INIT": Look("#ffffff", "INIT", FAINT, "#9aa5b1"),
    "in": Look("#5f9e88", ""),
    "out": Look("#ffffff", "out", INK, "#5b6673"),
    "down": Look("#ffffff", "down", INK, "#5b6673"),
    "some": Look("url(#some)", "", INK, "#5b6673"),
}


def plot(result: Result) -> str:
    """Return the picture of *result* as SVG; the same result gives the same bytes."""
    return _Plot(result).svg()


class _Plot:
    def __init__(self, result: Result) -> None:
        self.result = result
        self.sheet = Sheet()
        self.sheet.hatch("fault", "#ffffff", "#c9483f", 6)
        self.sheet.hatch("some", "#ffffff", "#5f9e88", 5)
        self.sheet.hatch("lost", "#ffffff", "#b3261e", 5, -45)
        self.sheet.hatch("split", "#ffe3a6", "#7a4a00", 7, -45)
        self.left = EDGE + LABELS
        self.right = WIDTH - EDGE - LEGEND
        self.end = result.length or 1.0
        self.y = self._lanes_top = 0.0

    def x(self, time: float) -> float:
        return self.left + time / self.end * (self.right - self.left)

    def svg(self) -> str:
        """Draw everything from top to bottom."""
        sheet, result = self.sheet, self.result
        head = len(sheet.parts)
        self._title()
        top = self.y
        rows = min(max(self._rows(), default=-1) + 1, MOST_ROWS)
        self.y += 6 + rows * ROW
        self._lanes_top = self.y - 2
        routers, more = notable(router_groups(result), MOST_GROUPS)
        for group in routers:
            self._lanes(group.title or "virtual router", group.lanes)
        self._more(len(more), "courses of other virtual routers")
        self._splits()
        for group in bond_groups(result):
            self._lanes(group.title, group.lanes)
        pools, more = notable(server_groups(result), MOST_GROUPS, busy(result))
        for group in pools:
            self._servers(group)
        self._more(len(more), "other pools")
        for traffic in result.traffic:
            if traffic.total:
                self._stack(traffic)
        bottom = self.y
        self._axis(top, bottom, head)
        self._list()
        height = self.y + 14
        ground = Sheet()
        ground.rect(0.5, 0.5, WIDTH - 1, height - 1, fill="#ffffff", stroke=RULE, rx=6)
        sheet.parts[head:head] = ground.parts
        return sheet.svg(WIDTH, height, result.name, self._about())

    # Head and axis -------------------------------------------------------------------------------

    def _title(self) -> None:
        room = WIDTH - 2 * EDGE
        title = fitted(self.result.name, 19, room)
        self.sheet.text(EDGE, 34, title, font_size=18, font_weight="600")
        self.sheet.text(EDGE, 54, fitted(self._about(), 12.5, room), fill=FAINT, font_size=12.5)
        self.y = 70

    def _about(self) -> str:
        result = self.result
        parts = [f"{seconds(result.length)} of {', '.join(result.nodes)}, seed {result.seed}"]
        total = sum(traffic.total for traffic in result.traffic)
        if total:
            lost = sum(sum(traffic.lost.values()) for traffic in result.traffic)
            broken = sum(traffic.broken for traffic in result.traffic)
            parts.append(f"{total} connections, {lost} lost, {broken} broken off")
        if result.verdicts:
            held = sum(verdict.held for verdict in result.verdicts)
            parts.append(f"{held} of {len(result.verdicts)} expectations held")
        return "; ".join(parts)

    def _axis(self, top: float, bottom: float, behind: int) -> None:
        """Draw the time axis, and behind everything else the lines of what happens."""
        back, sheet = Sheet(), self.sheet
        for time in ticks(self.end, 9):
            x = self.x(time)
            back.line(x, self._lanes_top, x, bottom, stroke=RULE, stroke_width=0.7)
            sheet.line(x, bottom, x, bottom + 5, stroke=INK, stroke_width=1)
            text = clock(time, self.end).split()[0]
            sheet.text(x, bottom + 18, text, text_anchor="middle", font_size=11.5)
        sheet.line(self.left, bottom, self.right, bottom, stroke=INK, stroke_width=1)
        unit = {"s": "seconds", "min": "minutes", "h": "hours"}[clock(0, self.end).split()[1]]
        middle = (self.left + self.right) / 2
        sheet.text(middle, bottom + 35, f"time in {unit}", text_anchor="middle", fill=FAINT)
        self._marks(back, top, bottom)
        sheet.parts[behind:behind] = back.parts
        self.y = bottom + 44

    def _marks(self, back: Sheet, top: float, bottom: float) -> None:
        """Draw a letter in a circle where each thing happens, and a line down from it."""
        notes = scenario_notes(self.result)
        for (mark, note), row in zip(self._marked(), self._rows(), strict=True):
            x = self.x(note.time)
            y = top + 8 + row * ROW
            back.line(x, y + 8, x, bottom, stroke=FAINT, stroke_width=0.9,
                      stroke_dasharray="2 3")  # fmt: skip
            if row < MOST_ROWS:
                back.add("circle", cx=x, cy=y, r=8, fill="#ffffff", stroke=INK)
                back.text(x, y + 4, mark, text_anchor="middle", font_size=11.5)
        if notes:
            back.text(EDGE, top + 12, "what happens", font_weight="600")

    def _marked(self) -> list[tuple[str, Note]]:
        notes = scenario_notes(self.result)
        return list(zip(marks(notes), notes, strict=True))

    def _rows(self) -> list[int]:
        """Return the row of each mark, so that none covers another; `MOST_ROWS` for no room."""
        last = [-99.0] * MOST_ROWS
        rows = []
        for _, note in self._marked():
            x = self.x(note.time)
            row = next((at for at, taken in enumerate(last) if x - taken >= 17), MOST_ROWS)
            if row < MOST_ROWS:
                last[row] = x
            rows.append(row)
        return rows

    def _list(self) -> None:
        """Write what happens, in two columns."""
        notes = self._marked()
        listed = notes[:LISTED]
        rows = (len(listed) + 1) // 2
        room = (WIDTH - 2 * EDGE) / 2
        for place, (mark, note) in enumerate(listed):
            x = EDGE + (place // rows) * room
            y = self.y + 14 + place % rows * 17
            self.sheet.text(x, y, mark, font_weight="600")
            self.sheet.text(x + 66, y, seconds(note.time), text_anchor="end", fill=FAINT)
            self.sheet.text(x + 76, y, fitted(said(note), 12, room - 84))
        self.y += rows * 17 + (8 if rows else 0)
        if len(notes) > LISTED:
            self.sheet.text(EDGE, self.y + 14, f"… and {len(notes) - LISTED} more", fill=FAINT)
            self.y += 20

    # Lanes ----------------------------------------------------------------------------------------

    def _heading(self, text: str) -> None:
        self.y += 20
        shown = fitted(text, 12.5, self.right - EDGE)
        self.sheet.text(EDGE, self.y, shown, font_weight="600", **HALO)
        self.y += 8

    def _lanes(
        self, title: str, lanes: Sequence[Lane], bar: float = BAR, step: float = STEP
    ) -> None:
        """Draw *lanes* under a heading."""
        self._heading(title)
        for lane in lanes:
            more = f" +{len(lane.alike)}" if lane.alike else ""
            size = min(12.0, step - 2)
            room = LABELS - 18 - breadth(more, size)
            base = self.y + bar / 2 + size * 0.36
            label = fitted(lane.label, size, room) + more
            self.sheet.text(self.left - 8, base, label, text_anchor="end", font_size=size)
            middle = self.y + bar / 2
            self.sheet.line(self.left, middle, self.right, middle, stroke=RULE,
                            stroke_width=1, stroke_dasharray="1 3")  # fmt: skip
            for what, start, end in lane.bands:
                self._band(what, start, end, bar)
            self.y += step

    def _band(self, what: str, start: float, end: float, bar: float) -> None:
        look = LOOKS.get(what, LOOKS["BACKUP"]._replace(word=what, border="#17457a"))
        x, width = self.x(start), max(self.x(end) - self.x(start), 1.2)
        inset = 0.5 if look.border != "none" else 0.0
        self.sheet.rect(x + inset, self.y + inset, max(width - 2 * inset, 0.6), bar - 2 * inset,
                        fill=look.fill, stroke=look.border)  # fmt: skip
        size = min(11.0, bar - 4)
        long = breadth(look.word, size)
        if look.word and width >= long + 8 and size >= 7:
            if look.fill.startswith("url"):
                self.sheet.rect(x + 3, self.y + 2.5, long + 3, bar - 5, fill="#ffffff")
            base = self.y + bar / 2 + size * 0.36
            self.sheet.text(x + 5, base, look.word, fill=look.ink, font_size=size)

    def _more(self, count: int, what: str) -> None:
        if count:
            self.y += 16
            self.sheet.text(EDGE, self.y, f"and {count} {what}", fill=FAINT, **HALO)

    def _splits(self) -> None:
        """Draw when several nodes had an address at once."""
        found = splits(self.result)
        if not found:
            return
        self._heading("split brain")
        for addresses, start, end, nodes in found[:MOST_GROUPS]:
            x, width = self.x(start), max(self.x(end) - self.x(start), 1.5)
            self.sheet.rect(x, self.y, width, BAR, fill="url(#split)", stroke="#7a4a00")
            told = f"{addresses} on {' and '.join(nodes)}"
            beside = x + width + 6
            base = self.y + BAR / 2 + 4
            if beside + breadth(told, 11) <= WIDTH - EDGE:
                self.sheet.text(beside, base, told, font_size=11, **HALO)
            else:
                self.sheet.text(x - 6, base, fitted(told, 11, x - EDGE), font_size=11,
                                text_anchor="end", **HALO)  # fmt: skip
            self.y += STEP

    def _servers(self, group: Group) -> None:
        title = f"servers of {group.title}" if group.title else "servers"
        lanes = group.lanes[:MOST_LANES]
        small = len(lanes) > 12
        self._lanes(title, lanes, 10.0 if small else BAR, 13.0 if small else STEP)
        if len(group.lanes) > MOST_LANES:
            more = f"and {len(group.lanes) - MOST_LANES} more that changed"
            self.sheet.text(self.left, self.y + 10, more, fill=FAINT, font_size=11)
            self.y += 14
        self._key(lanes)

    def _key(self, lanes: Sequence[Lane]) -> None:
        """Name, beside the heading's end, what no word in a bar says."""
        used = {what for lane in lanes for what, _, _ in lane.bands}
        x = self.right + 10
        y = self.y - STEP * 0.2 - 15 * len(used & {"in", "out", "some"})
        for what, told in (("in", "in"), ("some", "in on some nodes"), ("out", "out")):
            if what in used:
                look = LOOKS[what]
                self.sheet.rect(x, y, 14, 9, fill=look.fill, stroke=look.border)
                self.sheet.text(x + 19, y + 8.5, told, font_size=11)
                y += 15

    def _stack(self, traffic: Traffic) -> None:
        """Draw how the connections of one service were spread."""
        self._heading(f"connections to {traffic.service}: share of each server")
        Stack(self.sheet, self.left, self.right, self.y + 4).draw(traffic)
        self.y += 4 + STACK + 6
