"""What logs say, gathered: the changes of each object, the roles of each virtual router."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hatools.model.event import Event
from hatools_availability.column import Column
from hatools_availability.mastership import Role
from hatools_availability.outages import (
    ASSUMED,
    DOWN,
    ONGOING,
    PLANNED,
    UNKNOWN,
    UP,
)

Key = tuple[str, str, str]  # kind, subject, node
_DETAILS: dict[int, dict[str, object]] = {
    UP: {"up": True},
    DOWN: {"up": False},
    PLANNED: {"up": False, "planned": True},
    UNKNOWN: {"checked": False},
    ASSUMED: {"up": True, "assumed": True},
    ONGOING: {"up": False, "ongoing": True},
}


class Heard:
    """What was heard from *first* to *last*; *ends* has the time of each node's last line."""

    def __init__(self) -> None:
        self.changes: dict[Key, Column] = {}
        self.roles: dict[str, list[Role]] = {}  # by router
        self.first = self.last = 0.0
        self.ends: dict[str, float] = {}

    def of(self, kind: str, subject: str, node: str) -> Column:
        """Return the changes of an object, to which its reader adds."""
        key = (kind, subject, node)
        found = self.changes.get(key)
        if found is None:
            found = self.changes[key] = Column.new()
        return found

    def bound(self, first: Mapping[tuple[str, str], float]) -> None:
        """Note when the logs began (*first*, of each program on each node) and ended."""
        self.first = min(first.values(), default=0.0)
        self.last = max(self.ends.values(), default=self.first)

    def events(self) -> Iterator[Event]:
        """Yield all of it as events, by time; their kinds are the engine's (docs/engine.md).

        Beside ``up`` (``reached``) they may have ``planned``, ``assumed`` (up, but nobody has
        looked), ``ongoing`` (down, and had been before) and ``checked`` (false: nobody looks).
        """
        found = []
        for (kind, subject, node), changes in self.changes.items():
            if kind == "role":
                continue
            for time, state, reason in changes.changes():
                details: dict[str, object] = {**_DETAILS[state], "node": node}
                if kind == "quorum" and "up" in details:
                    details["reached"] = details.pop("up")
                if reason:
                    details["reason"] = reason
                found.append(Event(time, kind, subject, details))
        for router, roles in self.roles.items():
            for one in roles:
                facts = {"role": one.role, "node": one.node}
                found.append(Event(one.time, "role", f"{one.node}/{router}", facts))
        yield from sorted(found, key=lambda event: event.time)
