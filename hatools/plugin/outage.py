"""Tells from an event whether the object that it speaks of works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hatools.model.event import Event

Details = Mapping[str, Any]


def _server(details: Details) -> bool | None:
    if not details.get("checked", True):
        return None  # nobody has looked yet
    return _truth(details.get("up"))


def _role(details: Details) -> bool | None:
    role = details.get("role")
    return None if role in (None, "", "INIT") else role != "FAULT"


def _split_brain(details: Details) -> bool | None:
    return details.get("verdict") != "confirmed"


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


WORKS: dict[str, Callable[[Details], bool | None]] = {
    "server": _server,
    "quorum": lambda details: _truth(details.get("reached")),
    "role": _role,
    "split brain": _split_brain,
    "bond": lambda details: _truth(details.get("up")),
    "peer": lambda details: _truth(details.get("reachable")),
}


def present(standings: Mapping[tuple[str, str], Any]) -> set[tuple[str, str]]:
    """Return kind and subject of all that a board knows of: also pools, whose quorum comes later.

    *standings* are those of the board, which the daemon may be changing.
    """
    known = dict(standings)
    pools = {
        ("quorum", str(one.details.get("pool") or subject.rpartition("/")[0]))
        for (kind, subject), one in known.items()
        if kind == "server"
    }
    return pools | known.keys()


def measured_of(subject: str) -> tuple[str, str]:
    """Return kind and subject of the object whose ``availability`` has *subject*."""
    for kind in WORKS:
        if subject.startswith(f"{kind} "):
            return kind, subject[len(kind) + 1 :]
    kind, _, name = subject.partition(" ")
    return kind, name


def works(event: Event) -> bool | None:
    """Return whether the object of *event* works; None where the event does not tell.

    A server that was not checked yet (``checked`` is false) is neither up nor down.
    """
    judge = WORKS.get(event.kind)
    return judge(event.details) if judge else None
