"""Keeps the course of a simulation: spans of roles, addresses, servers and bonds, and all notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from hatools.model.event import Event
from hatools.simulate.result import Note, Span

Told = Callable[[dict[str, object]], None]
BEFORE = 0.0  # what was before the scenario's start is told as though it began there


class Recorder:
    """Hears what machines publish and makes spans of it."""

    def __init__(self, told: Told | None = None) -> None:
        self.told = told
        self.notes: list[Note] = []
        self._open: dict[tuple[str, str, str], tuple[str, float, str]] = {}
        self._closed: dict[str, list[Span]] = {"role": [], "address": [], "server": [], "bond": []}

    def heard(self, node: str, event: Event) -> None:
        """Take in what a machine of *node* published."""
        kind, details, now = event.kind, event.details, max(event.time, BEFORE)
        why = str(details.get("reason", ""))
        if kind == "role":
            self._turn("role", node, event.subject, str(details["role"]), now, why)
        elif kind == "address":
            self._turn("address", node, event.subject, "held" if details["held"] else "", now, why)
        elif kind == "server":
            self._turn("server", node, event.subject, "up" if details["up"] else "down", now, why)
        elif kind == "bond":
            what = _bond_state(details)
            if self._open.get(("bond", node, event.subject), ("",))[0] != what:
                self._turn("bond", node, event.subject, what, now, why)
        self.note(event.time, node, kind, event.subject, dict(details))

    def note(
        self, time: float, node: str, kind: str, subject: str, details: dict[str, object]
    ) -> None:
        """Keep that something happened; what was before the start is not kept."""
        if time < BEFORE:
            return
        self.notes.append(Note(time, node, kind, subject, details))
        if self.told is not None:
            told = {"time": round(time, 6), "kind": kind, "node": node, "subject": subject}
            self.told({**told, **details})

    def begin(self, kind: str, node: str, subject: str, what: str) -> None:
        """Say how something is at the start, before anything was published about it."""
        self._open.setdefault((kind, node, subject), (what, BEFORE, ""))

    def sees(self, node: str, subject: str, what: str, now: float) -> None:
        """Say how a node sees a server now, where that is news; nothing *what* is not at all."""
        before = self._open.get(("server", node, subject))
        if before is not None and before[0] != what:
            self._turn("server", node, subject, what, now, "")

    def gone(self, node: str, now: float, kinds: Collection[str]) -> None:
        """Close everything of *kinds* that a node had."""
        for kind, owner, subject in list(self._open):
            if owner == node and kind in kinds:
                self._turn(kind, node, subject, "", now, "")

    def _turn(self, kind: str, node: str, subject: str, what: str, now: float, why: str) -> None:
        """End the span of what was and begin one of what is; nothing *what* begins none."""
        key = (kind, node, subject)
        before = self._open.pop(key, None)
        if before is not None and now > before[1] and before[0]:
            self._closed[kind].append(Span(node, subject, before[0], before[1], now, before[2]))
        self._open[key] = (what, now, why)

    def spans(self, kind: str, end: float) -> tuple[Span, ...]:
        """Return the spans of *kind* by their start; those still open end at *end*."""
        found = list(self._closed[kind])
        for (what, node, subject), (now, start, why) in self._open.items():
            if what == kind and now and end > start:
                found.append(Span(node, subject, now, start, end, why))
        return tuple(sorted(found, key=lambda span: (span.start, span.node, span.subject)))


def _bond_state(details: Mapping[str, object]) -> str:
    """Return the ports that a bond sends by, joined by ``+``; down or up where there are none."""
    carrying = details.get("carrying")
    if isinstance(carrying, list) and carrying and details["up"]:
        return "+".join(map(str, carrying))
    return "up" if details["up"] else "down"
