"""What happens, and what follows: the records that observers, detectors and the engine exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: *time* in seconds, *kind*, the object concerned, details."""

    time: float
    kind: str
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """Base of what follows from an event."""


@dataclass(frozen=True, slots=True)
class SetTimer(Action):
    """Deliver an event of kind ``timer`` about *name* after *delay* seconds, once.

    Setting a timer again moves it.
    """

    name: str
    delay: float


@dataclass(frozen=True, slots=True)
class Publish(Action):
    """Make *event* known to everyone else."""

    event: Event
