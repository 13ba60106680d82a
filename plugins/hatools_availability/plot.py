"""The picture of a computed availability: block diagrams coloured by downtime, bars per cause.

What colour says the minutes in a block say as well, so that it can be read in
grey; it has its own ground, so that it can be read on a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hatools.plugin.drawing import Sheet, breadth, fitted
from hatools.reliability.spans import said_share, said_span
from hatools_availability.answers import components, minutes
from hatools_availability.parts import Cause, Front, Pool, Server
from hatools_availability.tables import SMALL, Told

WIDTH, EDGE = 1000.0, 24.0
BOX, GAP, ROW = 36.0, 12.0, 22.0  # height of a block, between blocks, from bar to bar
MOST_SERVERS, MOST_BARS, MOST_CHANGES = 10, 12, 10
LABELS = 430.0  # pixels for the words beside a bar
INK, FAINT, RULE, GROUND = "#1d2733", "#5b6673", "#d5dae0", "#ffffff"


class Shade(NamedTuple):
    """How a block is painted that costs at least *share* of what is lost."""

    share: float
    fill: str
    ink: str
    said: str


SHADES = (
    Shade(0.5, "#8c1d18", "#ffffff", "half and more"),
    Shade(0.2, "#d05a2b", "#ffffff", "a fifth and more"),
    Shade(0.05, "#f4b183", INK, "5 % and more"),
    Shade(0.01, "#fbe6cf", INK, "1 % and more"),
    Shade(0.0, "#eef2f6", INK, "less"),
)
BARS = {
    "common": "#8c1d18",
    "several": "#5b3a8c",
    "coverage": "#d05a2b",
    "failover": "#17457a",
    "return": "#5f9e88",
    "node": "#8c1d18",
    "server": "#a0661b",
    "detection": "#c79a2e",
}


def plot(told: Sequence[Told]) -> str:
    """Return the picture of *told* as SVG; the same answers give the same bytes."""
    sheet = Sheet()
    y = 0.0
    for one in told:
        y = _Service(sheet, one, y).draw()
    height = y + 16
    ground = Sheet()
    ground.rect(0.5, 0.5, WIDTH - 1, height - 1, fill=GROUND, stroke=RULE, rx=6)
    sheet.parts[:0] = ground.parts
    title = ", ".join(one.name for one in told) or "availability"
    about = "; ".join(f"{one.name}: {_about(one)}" for one in told)
    return sheet.svg(WIDTH, height, f"Availability of {title}", about)


def _about(one: Told) -> str:
    answer = one.answer
    said = said_share(answer.availability, answer.lost)
    return (
        f"{said} available, {_minutes(answer.lost)} lost in a year of 365.25 days; an outage every"
        f" {said_span(answer.mean_up)}, for {said_span(answer.mean_down)}"
    )


def _minutes(share: float) -> str:
    value = minutes(share)
    return f"{value:.1f} min" if value >= 0.95 else f"{value * 60:.1f} s"


class _Service:
    def __init__(self, sheet: Sheet, told: Told, top: float) -> None:
        self.sheet = sheet
        self.told = told
        self.y = top
        self.lost = {share.component: share.lost for share in components(told.answer.costs)}

    def draw(self) -> float:
        """Draw title, diagram and bars; return where they end."""
        room = WIDTH - 2 * EDGE
        title = fitted(self.told.name, 19, room)
        self.sheet.text(EDGE, self.y + 36, title, font_size=18, font_weight="600")
        about = fitted(_about(self.told), 12.5, room)
        self.sheet.text(EDGE, self.y + 57, about, fill=FAINT, font_size=12.5)
        self.y += 76
        self._diagram()
        self._legend()
        answer = self.told.answer
        costs = [(cost.cause, cost.lost, BARS[cost.kind]) for cost in answer.costs]
        told = sum(cost.lost >= SMALL * answer.lost for cost in answer.costs)
        self._bars("Lost in a year, by cause", costs, min(told, MOST_BARS))
        gains = [(one.said, one.gained, "#17457a") for one in self.told.changes]
        if gains:
            self._bars("Gained in a year by one change", gains[:MOST_CHANGES], MOST_CHANGES)
        return self.y

    # The block diagram -------------------------------------------------------------------------

    def _diagram(self) -> None:
        """Draw clients, what all nodes share, the nodes, the servers, from left to right."""
        setup = self.told.answer.setup
        columns: list[tuple[float, list[list[tuple[str, str]]], str]] = []
        if setup.front is not None:
            if len(setup.front.members) > 1:
                columns.append((150.0, [[("common cause", "common cause")]], "all nodes"))
            columns.append((150.0, _members(setup.front), _front_said(setup.front)))
        if setup.pool is not None:
            columns.append((190.0, _servers(setup.pool), _pool_said(setup.pool)))
        tall = max((len(lanes) for _, lanes, _ in columns), default=1)
        height = tall * (BOX + GAP)
        middle = self.y + 22 + height / 2
        wide = [width * max(map(len, lanes)) + GAP * (max(map(len, lanes)) - 1)
                for width, lanes, _ in columns]  # fmt: skip
        squeeze = min(1.0, (WIDTH - 2 * EDGE - 80 - 44 * len(columns)) / max(sum(wide), 1.0))
        self.sheet.add("circle", cx=EDGE + 30, cy=middle, r=7, fill=GROUND, stroke=INK)
        self.sheet.text(EDGE + 30, middle + 24, "clients", text_anchor="middle", font_size=11.5)
        x = EDGE + 37
        for (width, lanes, said), whole in zip(columns, wide, strict=True):
            whole *= squeeze
            self._column(x, middle, width * squeeze, whole, lanes)
            label = fitted(said, 11.5, whole + 40)
            self.sheet.text(x + 22 + whole / 2, self.y + 10, label, text_anchor="middle",
                            font_size=11.5, fill=FAINT)  # fmt: skip
            x += whole + 44
        self.sheet.line(x, middle, x + 14, middle, stroke=INK)
        self.sheet.add("circle", cx=x + 20, cy=middle, r=6, fill=INK)
        self.y += 22 + height + 10

    def _column(
        self,
        x: float,
        middle: float,
        width: float,
        whole: float,
        lanes: list[list[tuple[str, str]]],
    ) -> None:
        """Draw blocks that stand in for each other, each lane one after the other."""
        top = middle - len(lanes) * (BOX + GAP) / 2 + GAP / 2
        centres = [top + at * (BOX + GAP) + BOX / 2 for at in range(len(lanes))]
        self.sheet.line(x, middle, x + 11, middle, stroke=INK)
        self.sheet.line(x + whole + 33, middle, x + whole + 44, middle, stroke=INK)
        for rail in (x + 11, x + whole + 33):
            self.sheet.line(rail, centres[0], rail, centres[-1], stroke=INK)
        for lane, centre in zip(lanes, centres, strict=True):
            self.sheet.line(x + 11, centre, x + whole + 33, centre, stroke=INK)
            for at, (label, component) in enumerate(lane):
                self._box(x + 22 + at * (width + GAP), centre - BOX / 2, width, label, component)

    def _box(self, x: float, y: float, width: float, label: str, component: str) -> None:
        if not component:  # what had no room
            self.sheet.rect(x, y, width, BOX, fill=GROUND, stroke=RULE, rx=4)
            self.sheet.text(x + width / 2, y + BOX / 2 + 4, fitted(label, 11.5, width - 8),
                            text_anchor="middle", font_size=11.5, fill=FAINT)  # fmt: skip
            return
        lost = self.lost.get(component, 0.0)
        shade = _shade(lost, self.told.answer.lost)
        self.sheet.rect(x, y, width, BOX, fill=shade.fill, stroke=FAINT, rx=4)
        self.sheet.text(x + width / 2, y + 15, fitted(label, 11.5, width - 8), fill=shade.ink,
                        text_anchor="middle", font_size=11.5, font_weight="600")  # fmt: skip
        self.sheet.text(x + width / 2, y + 29, _minutes(lost), fill=shade.ink,
                        text_anchor="middle", font_size=11)  # fmt: skip

    def _legend(self) -> None:
        """Say what the colours mean."""
        x = EDGE
        said = "share of what is lost:"
        self.sheet.text(x, self.y + 14, said, font_size=11, fill=FAINT)
        x += breadth(said, 11) + 6
        for shade in SHADES:
            self.sheet.rect(x, self.y + 4, 16, 12, fill=shade.fill, stroke=FAINT)
            self.sheet.text(x + 21, self.y + 14, shade.said, font_size=11)
            x += 30 + breadth(shade.said, 11)
        self.y += 26

    # Bars --------------------------------------------------------------------------------------

    def _bars(self, title: str, rows: Sequence[tuple[str, float, str]], most: int) -> None:
        """Draw a bar for each of *rows*, the rest as one."""
        self.y += 22
        self.sheet.text(EDGE, self.y, title, font_weight="600", font_size=13)
        self.y += 10
        shown = list(rows[:most])
        rest = sum(lost for _, lost, _ in rows[most:])
        if rest > 0:
            shown.append((f"{len(rows) - most} smaller ones together", rest, FAINT))
        longest = max((lost for _, lost, _ in shown), default=0.0) or 1.0
        left = EDGE + LABELS + 10
        room = WIDTH - EDGE - 70 - left
        for said, lost, fill in shown:
            base = self.y + 12.5
            self.sheet.text(EDGE + LABELS, base, fitted(said, 11.5, LABELS), text_anchor="end",
                            font_size=11.5)  # fmt: skip
            length = max(lost / longest * room, 1.0)
            self.sheet.rect(left, self.y + 2, length, ROW - 8, fill=fill)
            self.sheet.text(left + length + 6, base, _minutes(lost), font_size=11.5)
            self.y += ROW
        self.sheet.line(left, self.y - len(shown) * ROW, left, self.y, stroke=INK)


def _shade(lost: float, whole: float) -> Shade:
    share = lost / whole if whole else 0.0
    return next(shade for shade in SHADES if share >= shade.share)


def _members(front: Front) -> list[list[tuple[str, str]]]:
    """Return a lane for each node: its causes, one after the other."""
    return [[_block(cause) for cause in member.causes[:4]] for member in front.members[:8]]


def _block(cause: Cause) -> tuple[str, str]:
    if cause.ports:
        ports = " | ".join(name for name, _ in cause.ports)
        return f"{cause.label.partition(' of ')[0]}: {ports}", cause.component
    return cause.component.partition(" ")[2].rpartition("/")[2], cause.component


def _servers(pool: Pool) -> list[list[tuple[str, str]]]:
    """Return a lane for each server, of many the first."""
    servers: list[tuple[Server, str]] = [(one, "") for one in pool.servers]
    servers += [(one, " (backup)") for one in pool.backups]
    lanes = [[(one.label + more, f"server {one.label}")] for one, more in servers[:MOST_SERVERS]]
    if len(servers) > MOST_SERVERS:
        lanes.append([(f"and {len(servers) - MOST_SERVERS} more", "")])
    return lanes or [[("no server", pool.name)]]


def _front_said(front: Front) -> str:
    return f"{front.name}: one of {len(front.members)}" if len(front.members) > 1 else front.name


def _pool_said(pool: Pool) -> str:
    if pool.needed <= min((one.weight for one in pool.servers), default=1):
        return f"one of {len(pool.servers)} servers"
    return f"servers of weight {pool.needed} at least"
