"""Says what a watch knows in lines: a table, or what changed."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from hatools.cli.messages import printable

# Kinds that only programs want; --output json has them.
UNSHOWN = ("advertisement", "announcement", "check", "counters", "router", "traffic")
TRUTHS = {
    "up": ("up", "down"),
    "held": ("held", "not held"),
    "reached": ("reached", "lost"),
    "reachable": ("up", "down"),
    "used": ("used", "idle"),
}
STATES = ("role", "verdict", "active", "status", "state")
BAD = ("down", "lost", "FAULT", "confirmed")
COLOURS = {"up": "green", "reached": "green", "MASTER": "green", "suspected": "yellow",
           **dict.fromkeys(BAD, "red")}  # fmt: skip
STATE, SINCE = 10, 5  # columns
LEAST = 40  # columns of a terminal that is taken seriously
Object = Mapping[str, Any]


def lines(status: Mapping[str, Any], columns: int, rows: int = 0) -> list[str]:
    """Return the table of *status* for a terminal of *columns*, at most *rows* lines of it.

    Where it is cut, what is not well comes first.
    """
    width = max(columns, LEAST) - 1  # the last column would wrap on some terminals
    now = _number(status.get("now"))
    head = f"{status.get('node')}: watching for {_ago(now - _number(status.get('started')))}"
    found = [click.style(_cut(head, width), bold=True)]
    if status.get("problem"):
        found.append(click.style(_cut(f"problem: {status['problem']}", width), fg="red"))
    shown = [one for one in status["objects"] if one.get("kind") not in UNSHOWN]
    shown.sort(key=lambda one: (str(one.get("kind")), str(one.get("subject"))))
    more = ""
    if rows and len(found) + len(shown) > rows:
        shown.sort(key=lambda one: _state(one) not in BAD)
        room = max(rows - len(found) - 1, 1)
        more = f"… and {len(shown) - room} more"
        shown = shown[:room]
    names = max((len(_name(one)) for one in shown), default=0)
    name_width = min(names, max(width - STATE - SINCE - 24, 16))
    found += [_line(one, now, name_width, width) for one in shown]
    return [*found, _cut(more, width)] if more else found


def _line(one: Object, now: float, name_width: int, width: int) -> str:
    state = _cut(_state(one), STATE)
    name = _name(one)
    if len(name) > name_width:  # both ends tell more than the beginning alone
        half = name_width // 2
        name = f"{name[: name_width - half - 1]}…{name[-half:]}"
    rest = _cut(_reason(one), width - name_width - STATE - SINCE - 4)
    since = _ago(now - _number(one.get("since")))
    coloured = click.style(f"{state:{STATE}}", fg=COLOURS.get(state))
    return f"{name:{name_width}} {coloured} {since:>{SINCE}}  {rest}".rstrip()


class Changes:
    """What of a watch at *source* is other than what was said before, in lines."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._known: dict[str, str] = {}
        self._gone = False

    def status(self, status: Mapping[str, Any]) -> list[str]:
        """Return a line for everything that *status* says otherwise."""
        if self._gone:  # where it was away, everything may have changed twice
            self._gone, self._known = False, {}
        return [line for one in status["objects"] for line in self._told(one, None)]

    def events(self, events: Iterable[Object]) -> list[str]:
        """Return a line for every event that changed something."""
        found: list[str] = []
        for event in events:
            details = event.get("details")
            object_ = {**details, **event} if isinstance(details, dict) else event
            found += self._told(object_, event.get("time"))
        return found

    def gone(self, reason: str) -> list[str]:
        """Return what to say of a watch that does not answer, once."""
        if self._gone:
            return []
        self._gone = True
        return [f"{_clock()} no watch answers at {self._source}; waiting for one ({_flat(reason)})"]

    def _told(self, one: Object, when: object) -> Iterator[str]:
        if one.get("kind") in UNSHOWN:
            return
        name, state, reason = _name(one), _state(one), _reason(one)
        if self._known.get(name) != state:
            self._known[name] = state
            yield f"{_clock(when)} {name} {state}" + (f"  {reason}" if reason else "")


def _name(one: Object) -> str:
    return _flat(f"{one.get('kind')} {one.get('subject')}")


def _reason(one: Object) -> str:
    if one.get("kind") == "availability":
        failures = _number(one.get("failures"))
        outages = f"{failures:g} outage{'s' * (failures != 1)}"
        return f"{outages}, {_ago(_number(one.get('downtime')))} down in all"
    if one.get("kind") == "service":
        return " ".join(map(_flat, map(str, _listed(one.get("listeners")))))
    return _flat(str(one.get("reason") or one.get("cause") or one.get("problem") or ""))


def _state(one: Object) -> str:
    """Return the state of an object in a word."""
    for key in STATES:
        if one.get(key):
            return _flat(str(one[key]))
    for key, words in TRUTHS.items():
        if key in one:
            return words[0] if one[key] else words[1]
    if isinstance(ratio := one.get("ratio"), int | float) and 0 <= ratio <= 1:
        return f"{math.floor(ratio * 1e5) / 1e3:g} %"  # never rounded up to what was not reached
    if "queued" in one:
        return _flat(f"{one['queued']} wait") if one["queued"] else "sent"
    return ""


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _flat(text: str) -> str:
    """Return *text* as one line that does nothing to a terminal."""
    return printable(" ".join(text.split()))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:  # an integer of hundreds of digits: no watch of ours says that
        return 0.0


def _ago(seconds: float) -> str:
    if not seconds < 1e8:  # no time that a watch could tell
        return "?"
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds / size)}{unit}"
    return f"{int(max(seconds, 0.0))}s"


def _clock(moment: object = None) -> str:
    """Return the time of day of *moment*, a time of a watch; of now where it is none."""
    at = _number(moment)
    return time.strftime("%H:%M:%S", time.localtime(at if 0 < at < 1e11 else None))
