"""Runs one bond in virtual time: what is done to its ports, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hatools.engine.agenda import Agenda, timer
from hatools.engine.bonding import BondMachine
from hatools.engine.machine import Action, Event, Publish, SetTimer, StopTimer
from hatools.model.bond import Bond, BondPort


def bond(mode: str, options: Mapping[str, str] | None = None, ports: str = "eth0 eth1") -> Bond:
    """Return a bond of *ports*, each ``NAME`` or ``NAME:PRIORITY``."""
    made = []
    for word in ports.split():
        name, _, priority = word.partition(":")
        made.append(BondPort(name, priority=int(priority or "0")))
    return Bond("bond0", mode=mode, options=tuple((options or {}).items()), ports=made)


class Course:
    """A bond that starts at 0 and what it published: (time, details)."""

    def __init__(self, described: Bond, start: bool = True) -> None:
        self.machine = BondMachine(described)
        self.agenda = Agenda()
        self.told: list[tuple[float, dict[str, Any]]] = []
        if start:
            self.tell("start", "bond0")

    def tell(self, kind: str, subject: str, **details: object) -> None:
        self._carry_out(self.machine.handle(Event(self.agenda.now, kind, subject, details)))

    def link(self, port: str, up: bool, **details: object) -> None:
        self.tell("link", port, up=up, **details)

    def run(self, until: float) -> None:
        self.agenda.run(until)

    def changed(self, after: float) -> float:
        """Return when the bond first changed after *after*."""
        return next(time for time, _ in self.told if time > after)

    def now(self) -> dict[str, Any]:
        """Return what was last told of the bond."""
        return self.told[-1][1]

    def _carry_out(self, actions: Any) -> None:
        action: Action
        for action in actions:
            if isinstance(action, Publish):
                self.told.append((self.agenda.now, dict(action.event.details)))
            elif isinstance(action, SetTimer):
                name = action.name
                due = self.agenda.now + action.delay
                self.agenda.set_timer(name, due, lambda now, name=name: self._fire(now, name))  # type: ignore[misc]
            elif isinstance(action, StopTimer):
                self.agenda.stop_timer(action.name)

    def _fire(self, now: float, name: str) -> None:
        self._carry_out(self.machine.handle(timer(now, name)))
