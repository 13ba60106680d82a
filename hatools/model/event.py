"""What happens, and what follows: the records that observers, detectors and the engine exchange.

Nobody changes them.  They are not frozen because a frozen record takes three
times as long to make, and a simulation makes some millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Event:
    """Something that happened: *time* in seconds, *kind*, the object concerned, details."""

    time: float
    kind: str
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Action:
    """Base of what follows from an event."""


@dataclass(slots=True)
class SetTimer(Action):
    """Deliver an event of kind ``timer`` about *name* after *delay* seconds, once.

    Setting a timer again moves it.
    """

    name: str
    delay: float


@dataclass(slots=True)
class Run(Action):
    """Start a command of the user's, without a shell; *facts* are put into its environment."""

    command: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Publish(Action):
    """Make *event* known to everyone else."""

    event: Event
