"""The picture of a measured availability: when each object worked, did not, was not watched.

What colour says, height or hatching says as well, so that it can be read in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from hatools.plugin.drawing import Sheet, fitted
from hatools.reliability.spans import said_share, said_span
from hatools_availability.measured import KINDS, Measured, Measurement
from hatools_availability.outages import Interval

WIDTH, EDGE, LABELS, FIGURES = 1000.0, 24.0, 190.0, 190.0
BAR, STEP = 14.0, 21.0  # height of a lane, and from one to the next
THINNEST = 1.4  # pixels: a second in a year can still be seen
MOST = 40  # lanes of one kind
INK, FAINT, RULE, GROUND = "#1d2733", "#5b6673", "#d5dae0", "#ffffff"
WORKED, FAILED, BORDER = "#a9cfc0", "#a3201a", "#5b6673"
STEPS = (1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400,
         14 * 86400, 30 * 86400, 91 * 86400, 182 * 86400, 365 * 86400)  # fmt: skip
TICKS = 8


def plot(found: Measurement, zone: tzinfo | None = None) -> str:
    """Return the picture of *found* as SVG; times of day are *zone*'s (None: this machine's)."""
    return _Plot(found, zone).svg()


class _Plot:
    def __init__(self, found: Measurement, zone: tzinfo | None) -> None:
        self.found = found
        self.zone = zone
        self.sheet = Sheet()
        self.sheet.hatch("planned", GROUND, "#7d93b2", 5)
        self.left, self.right = EDGE + LABELS, WIDTH - EDGE - FIGURES
        self.span = max(found.until - found.since, 1e-9)
        self.y = 0.0

    def x(self, time: float) -> float:
        """Return the place of *time*."""
        share = (time - self.found.since) / self.span
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def svg(self) -> str:
        """Draw everything from top to bottom."""
        sheet, found = self.sheet, self.found
        title = fitted(f"Availability seen in {', '.join(found.sources)}", 19, WIDTH - 2 * EDGE)
        about = (
            f"{self._time(found.since, '%Y-%m-%d %H:%M:%S')} to "
            f"{self._time(found.until, '%Y-%m-%d %H:%M:%S')}, {said_span(self.span)}"
        )
        sheet.text(EDGE, 36, title, font_size=18, font_weight="600")
        sheet.text(EDGE, 57, about, fill=FAINT, font_size=12.5)
        self.y = 64
        self._key()
        top, behind = self.y, len(sheet.parts)
        for kind, group in groupby(found.objects, key=lambda one: one.kind):
            self._group(KINDS.get(kind, kind), list(group))
        self._axis(top, behind)
        height = self.y + 14
        ground = Sheet()
        ground.rect(0.5, 0.5, WIDTH - 1, height - 1, fill=GROUND, stroke=RULE, rx=6)
        sheet.parts[:0] = ground.parts
        return sheet.svg(WIDTH, height, title, about)

    def _key(self) -> None:
        """Name what the lanes are painted with."""
        x, y = self.left, self.y + 8
        for fill, border, tall, word in (
            (WORKED, "none", False, "worked"),
            (FAILED, "none", True, "did not"),
            ("url(#planned)", BORDER, False, "planned maintenance"),
            (GROUND, RULE, False, "not watched"),
        ):
            inset = 0 if tall else 2
            self.sheet.rect(x, y + inset, 16, 12 - 2 * inset, fill=fill, stroke=border)
            self.sheet.text(x + 22, y + 10, word, font_size=11.5)
            x += 40 + 6.6 * len(word)
        self.y += 20

    def _group(self, title: str, objects: Sequence[Measured]) -> None:
        self.y += 24
        self.sheet.text(EDGE, self.y, title, font_weight="600")
        self.y += 8
        for one in objects[:MOST]:
            self._lane(one)
        if len(objects) > MOST:
            more = f"and {len(objects) - MOST} that did better"
            self.y += 12
            self.sheet.text(self.left, self.y, more, fill=FAINT, font_size=11.5)

    def _lane(self, one: Measured) -> None:
        """Draw one object; what failed is taller than what worked."""
        sheet, y = self.sheet, self.y
        base = y + BAR / 2 + 4
        name = fitted(one.name or "all", 12, LABELS - 12)
        sheet.text(self.left - 8, base, name, text_anchor="end")
        sheet.line(self.left, y + BAR / 2, self.right, y + BAR / 2, stroke=RULE,
                   stroke_width=1, stroke_dasharray="1 3")  # fmt: skip
        for x, width in self._bands(one.course.watched):
            sheet.rect(x, y + 2, width, BAR - 4, fill=WORKED)
        for x, width in self._bands(one.course.planned):
            sheet.rect(x, y + 2, width, BAR - 4, fill="url(#planned)", stroke=BORDER)
        outages = ((outage.began, outage.ended) for outage in one.course.outages)
        for x, width in self._bands(outages):
            sheet.rect(x, y - 1, width, BAR + 2, fill=FAILED)
        sheet.text(self.right + 10, base, _told(one), font_size=11.5)
        self.y += STEP

    def _bands(self, intervals: Iterable[Interval]) -> Iterator[tuple[float, float]]:
        """Yield place and width of *intervals* that are in order; those that meet are one."""
        since, until = self.found.since, self.found.until
        start = end = -1.0
        for began, ended in intervals:
            if ended < since or began > until:
                continue
            x = min(self.x(began), self.right - THINNEST)
            last = max(self.x(ended), x + THINNEST)
            if x > end + 0.3:
                if end > start:
                    yield start, end - start
                start = x
            end = max(end, last)
        if end > start:
            yield start, end - start

    def _axis(self, top: float, behind: int) -> None:
        """Draw the time below, and its lines behind everything."""
        back = Sheet()
        bottom = self.y + 4
        marks = list(ticks(self.found.since, self.found.until, self.zone))
        for time, text in marks:
            x = self.x(time)
            back.line(x, top + 6, x, bottom, stroke=RULE, stroke_width=0.8)
            self.sheet.line(x, bottom, x, bottom + 5, stroke=INK, stroke_width=1)
            self.sheet.text(x, bottom + 18, text, text_anchor="middle", font_size=11)
        self.sheet.line(self.left, bottom, self.right, bottom, stroke=INK, stroke_width=1)
        self.sheet.parts[behind:behind] = back.parts
        self.y = bottom + 26

    def _time(self, time: float, form: str) -> str:
        return datetime.fromtimestamp(time, self.zone).strftime(form)


def _told(one: Measured) -> str:
    share = one.total.availability
    if share is None:
        return "not watched"
    lost = one.total.down / one.total.watched
    text = said_share(share, lost)
    return f"{text}, {said_span(one.total.down)} down" if one.total.down else text


def ticks(since: float, until: float, zone: tzinfo | None = None) -> Iterator[tuple[float, str]]:
    """Yield round times between *since* and *until*, at most some eight, each with its text."""
    span = until - since
    step = next((one for one in STEPS if span / one <= TICKS), STEPS[-1] * 5)
    day = datetime.fromtimestamp(since, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    form = "%Y-%m-%d" if step >= 86400 else "%H:%M:%S" if step < 60 else "%H:%M"
    if step < 86400 < span:
        form = "%m-%d %H:%M"
    if step >= 30 * 86400:
        yield from _months(day, since, until, max(1, round(step / (30.4 * 86400))), zone)
        return
    if step >= 86400:
        moment = day
        while (time := moment.replace(tzinfo=zone).timestamp()) <= until:
            if time >= since:
                yield time, moment.strftime(form)
            moment += timedelta(days=step // 86400)
        return
    first = day.timestamp()
    time = first + -((first - since) // step) * step
    while time <= until:
        if time >= since:
            yield time, datetime.fromtimestamp(time, zone).strftime(form)
        time += step


def _months(
    day: datetime, since: float, until: float, step: int, zone: tzinfo | None
) -> Iterator[tuple[float, str]]:
    """Yield the first of every *step*-th month, counted from January."""
    month = day.year * 12 + (day.month - 1) // step * step
    while True:
        year, number = divmod(month, 12)
        time = datetime(year, number + 1, 1, tzinfo=zone).timestamp()
        if time > until:
            return
        if time >= since:
            yield time, f"{year}-{number + 1:02}"
        month += step
