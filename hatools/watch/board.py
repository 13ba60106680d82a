"""What is known now: the latest word on every object, made of events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hatools.model.event import Event

RECENT = 10_000  # events that are kept for those who ask what happened
KEPT = {  # kind of event -> the details that are its object's state
    "server": ("up", "weight", "reason", "pool", "address", "port", "checked"),
    "service": ("listeners", "pools"),
    "quorum": ("reached", "weight", "needed"),
    "sorry": ("used",),
    "check": ("up", "reason", "weight", "latency"),
    "router": ("node", "interface", "virtual_router_id", "family", "version", "priority",
               "interval", "addresses", "peers", "authentication"),
    "role": ("role", "priority", "reason", "source", "node", "interface", "virtual_router_id",
             "family", "addresses"),
    "advertisement": ("interface", "source", "mac", "virtual_router_id", "priority", "version",
                      "interval", "family", "addresses", "authentication", "outgoing", "heard"),
    "announcement": ("address", "mac", "interface", "outgoing", "heard"),
    "address": ("held", "interface", "router"),
    "link": ("up", "speed", "reason"),
    "ipvs": ("protocol", "scheduler", "servers"),
    "traffic": ("connections", "incoming_packets", "outgoing_packets", "incoming_bytes",
                "outgoing_bytes", "states"),
    "bond": ("active", "up", "ports", "mode", "failures"),
    "counters": ("counters", "interface", "virtual_router_id"),
    "proxy": ("status", "weight", "sessions", "limit", "queue"),
    "split brain": ("verdict", "evidence", "cause"),
    "peer": ("reachable", "reason", "node", "address", "roles", "version"),
    "daemon": ("state", "targets", "problem"),
    "availability": ("ratio", "downtime", "failures", "mttr", "mttf"),
    "mail": ("queued", "sent", "problem"),
}  # fmt: skip
STEADY = {"server": ("pool", "address", "port"), "daemon": ("targets",)}
# … and of these some are said once and stay
FREQUENT = ("advertisement", "announcement", "peer", "proxy")
# … of these only what changes an object's state is among the recent events
FIGURES = ("availability", "counters", "ipvs", "traffic")
# … and of these, whose numbers go on, nothing
MOVING = ("latency", "reason", "heard", "checked", "sessions", "queue")
# … details that change without a change of state


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
        self.as_of = 0.0  # when the daemon last had the time to learn anything, 0: nobody says

    def note(self, event: Event) -> None:
        """Take in *event*."""
        wanted = KEPT.get(event.kind)
        if wanted is None:
            self._append(event)
            return
        key = (event.kind, event.subject)
        before = self.standings.get(key)
        details = {name: event.details[name] for name in wanted if name in event.details}
        if before is not None:
            for name in STEADY.get(event.kind, ()):
                if name in before.details:
                    details.setdefault(name, before.details[name])
        same = before is not None and _same(before.details, details)
        if event.kind in FREQUENT and not same:  # they say far more than what is kept
            self._append(Event(event.time, event.kind, event.subject, details))
        elif event.kind not in FREQUENT and event.kind not in FIGURES:
            self._append(event)
        since = before.since if same and before is not None else event.time
        self.standings[key] = Standing(event.kind, event.subject, since, details)

    def _append(self, event: Event) -> None:
        self.last += 1
        self.events.append((self.last, event))

    def forget(self, kinds: Iterable[str]) -> None:
        """Drop what is known of objects of *kinds* (their configuration changed)."""
        gone = set(kinds)
        for key in [key for key in self.standings if key[0] in gone]:
            del self.standings[key]

    def drop(self, keys: Iterable[tuple[str, str]]) -> None:
        """Drop what is known of these objects, by kind and subject."""
        for key in keys:
            self.standings.pop(key, None)

    def since(self, number: int) -> list[tuple[int, Event]]:
        """Return the events after *number* that are still known."""
        return [one for one in self.events if one[0] > number]

    def of(self, kind: str) -> list[Standing]:
        """Return the objects of *kind*, by name."""
        found = [standing for (its, _), standing in self.standings.items() if its == kind]
        return sorted(found, key=lambda standing: standing.subject)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two states differ in nothing but what always changes."""
    return {k: v for k, v in one.items() if k not in MOVING} == {
        k: v for k, v in other.items() if k not in MOVING
    }
