"""What the metrics are made of, as this package sees it: the board, the checks, the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hatools.plugin.behaviour import Figures

if TYPE_CHECKING:
    from prometheus_client import Metric


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

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def passed(self) -> int:
        """How often it passed."""

    @property
    def failed(self) -> int:
        """How often it failed."""

    @property
    def latency(self) -> float | None:
        """How long the last one took, in seconds."""

    @property
    def expires(self) -> float | None:
        """When the certificate that it was shown ends, in seconds since 1970."""

    @property
    def unknown(self) -> str:
        """Why this host cannot make it; empty where it can."""


class Object(NamedTuple):
    """An object's state at one moment (`Standing`)."""

    kind: str
    subject: str
    since: float
    details: Mapping[str, Any]


class Counted(NamedTuple):
    """A check's figures at one moment (`Check`)."""

    name: str
    passed: int
    failed: int
    latency: float | None
    expires: float | None
    unknown: str


class Known(NamedTuple):
    """All that the metrics of one moment are made of; it can be sent to another process.

    *objects* and *counted* have the fields of `Object` and `Counted` as plain
    tuples: those of thousands of servers are sent in a quarter of the time.
    *process* has the metrics of the daemon's own process: processor time, memory, files.
    """

    objects: Sequence[tuple[Any, ...]] = ()
    counted: Sequence[tuple[Any, ...]] = ()
    figures: Figures = Figures()
    events: Mapping[str, int] = {}
    process: Sequence[Metric] = ()

    def of(self) -> dict[str, list[Standing]]:
        """Return all objects by kind, those of a kind by name."""
        found: dict[str, list[Standing]] = {}
        for one in map(Object._make, self.objects):
            found.setdefault(one.kind, []).append(one)
        for standings in found.values():
            standings.sort(key=lambda one: one.subject)
        return found

    def checks(self) -> list[Check]:
        """Return all checks, by name."""
        return sorted(map(Counted._make, self.counted), key=lambda one: one.name)


OBJECT, COUNTED = attrgetter(*Object._fields), attrgetter(*Counted._fields)


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
    process: Callable[[], Iterable[Metric]] = tuple

    def now(self) -> Known:
        """Return what is known at this moment."""
        return Known(
            list(map(OBJECT, list(self.board.standings.values()))),
            list(map(COUNTED, self.checks())),
            self.figures(),
            dict(self.events),
            list(self.process()),
        )
