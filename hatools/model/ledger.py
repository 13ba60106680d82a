"""The ledger of a conversion: what became of every statement of the source."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from hatools.model.origin import Origin
from hatools.text import Span


class Outcome(Enum):
    """What became of a statement, strongest first; *assumed* is for what we added."""

    KEPT = "kept"
    MOVED = "moved"
    APPROXIMATED = "approximated"
    DROPPED = "dropped"
    ASSUMED = "assumed"


class Fate(NamedTuple):
    """An outcome and, for all but `KEPT`, the reason in one sentence without a full stop."""

    outcome: Outcome
    reason: str = ""

    @property
    def weakness(self) -> int:
        """0 for kept, rising as less of the meaning arrives."""
        return _WEAKNESS[self.outcome]


_WEAKNESS = {outcome: rank for rank, outcome in enumerate(Outcome)}
KEPT = Fate(Outcome.KEPT)


def dropped(reason: str) -> Fate:
    """Return the fate of a fact that is left out."""
    return Fate(Outcome.DROPPED, reason)


def approximated(reason: str) -> Fate:
    """Return the fate of a fact that arrives with another meaning."""
    return Fate(Outcome.APPROXIMATED, reason)


def moved(reason: str) -> Fate:
    """Return the fate of a fact that a companion file holds."""
    return Fate(Outcome.MOVED, reason)


Verdict = Mapping[str, Fate]
"""What became of an object's fields: field name to fate.

A dotted field takes the fate of its own name, else of the nearest shorter one
(``checks.0.interval``, ``checks.0``, ``checks``), else of ``"*"``.  A written
field without a fate has been forgotten by the writer and is reported as dropped.
"""


class Record(NamedTuple):
    """A writer's word on one object: its origin, the verdict, where it was written.

    *line* is the line (from 1) of *path* where the object begins, 0 where it
    was not written; *path* is empty for the main file.  Writers that treat
    many objects alike share one verdict between them: adding up is then quick.
    """

    origin: Origin
    verdict: Verdict
    line: int = 0
    path: str = ""


class Part(NamedTuple):
    """One of several facts that a single statement carried."""

    fact: str
    outcome: Outcome
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the part for a machine."""
        return {"fact": self.fact, "outcome": self.outcome.value, "reason": self.reason or None}


class Entry(NamedTuple):
    """One statement of the source and what became of it, or one thing that was added.

    *fact* is the statement as written, secrets masked; *targets* are (path,
    line) pairs; *parts* are given where its facts fared differently.
    """

    fact: str
    outcome: Outcome
    reason: str = ""
    source: Span | None = None
    targets: tuple[tuple[str, int], ...] = ()
    parts: tuple[Part, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the entry in the shape of the JSON report (docs/report.md)."""
        span = self.source
        return {
            "fact": self.fact,
            "outcome": self.outcome.value,
            "reason": self.reason or None,
            "source": span._asdict() if span else None,
            "targets": [{"path": path, "line": line} for path, line in self.targets],
            "parts": [part.as_json() for part in self.parts],
        }
