"""What the metrics are made of, as this package sees it: the board, the checks, the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from hatools.plugin.behaviour import Figures


class Standing(Protocol):
    """The state of one object."""

    @property
    def kind(self) -> str:
        """Its kind, such as ``server``."""

    @property
    def subject(self) -> str:
        """Its name."""

    @property
    def since(self) -> float:
        """Since when it is so."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What is known of it."""


class Board(Protocol):
    """The state of all objects."""

    standings: Mapping[tuple[str, str], Standing]


class Check(Protocol):
    """One check of one server, and how its answers were: ``POOL/SERVER#NUMBER``."""

    name: str
    passed: int
    failed: int
    latency: float | None
    expires: float | None
    unknown: str


@dataclass
class State:
    """All that the metrics are made of.  It is read while the daemon changes it.

    Everything is taken at once from the daemon's containers (one step of the
    interpreter); the records in them are never changed, the numbers of a check
    one by one.
    """

    board: Board
    checks: Callable[[], Iterable[Check]] = tuple
    figures: Callable[[], Figures] = Figures
    events: dict[str, int] = field(default_factory=dict)

    def of(self) -> dict[str, list[Standing]]:
        """Return all objects by kind, those of a kind by name."""
        found: dict[str, list[Standing]] = {}
        for one in list(self.board.standings.values()):
            found.setdefault(one.kind, []).append(one)
        for standings in found.values():
            standings.sort(key=lambda one: one.subject)
        return found
