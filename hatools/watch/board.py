"""What is known now: the latest word on every object, made of events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hatools.model.event import Event

RECENT = 1000  # events that are kept for those who ask what happened
KEPT = {  # kind of event -> the details that are its object's state
    "server": ("up", "weight", "reason", "pool", "address", "port"),
    "quorum": ("reached", "weight", "needed"),
    "sorry": ("used",),
    "check": ("up", "reason", "weight", "latency"),
    "role": ("role", "priority", "reason", "source"),
    "address": ("held", "interface"),
    "link": ("up", "speed"),
    "bond": ("active", "up", "ports"),
    "split brain": ("verdict", "evidence", "cause"),
    "peer": ("reachable", "roles", "version"),
    "daemon": ("state", "targets", "problem"),
}


class Standing(NamedTuple):
    """The state of one object: since when, and what was said of it."""

    kind: str
    subject: str
    since: float
    details: Mapping[str, Any]


class Board:
    """All that is known, and what happened lately.  Each event has a number, from 1."""

    def __init__(self) -> None:
        self.standings: dict[tuple[str, str], Standing] = {}
        self.events: deque[tuple[int, Event]] = deque(maxlen=RECENT)
        self.last = 0

    def note(self, event: Event) -> None:
        """Take in *event*."""
        self.last += 1
        self.events.append((self.last, event))
        wanted = KEPT.get(event.kind)
        if wanted is None:
            return
        key = (event.kind, event.subject)
        before = self.standings.get(key)
        details = {name: event.details[name] for name in wanted if name in event.details}
        same = before is not None and _same(before.details, details)
        since = before.since if same and before is not None else event.time
        self.standings[key] = Standing(event.kind, event.subject, since, details)

    def forget(self, kinds: Iterable[str]) -> None:
        """Drop what is known of objects of *kinds* (their configuration changed)."""
        gone = set(kinds)
        for key in [key for key in self.standings if key[0] in gone]:
            del self.standings[key]

    def since(self, number: int) -> list[tuple[int, Event]]:
        """Return the events after *number* that are still known."""
        return [one for one in self.events if one[0] > number]

    def of(self, kind: str) -> list[Standing]:
        """Return the objects of *kind*, by name."""
        found = [standing for (its, _), standing in self.standings.items() if its == kind]
        return sorted(found, key=lambda standing: standing.subject)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two states differ in nothing but what always changes."""
    moving = ("latency", "reason")
    return {k: v for k, v in one.items() if k not in moving} == {
        k: v for k, v in other.items() if k not in moving
    }
