"""What an event means to a person: something works, fails, or changed sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from hatools.model.event import Event
from hatools.plugin.outage import works

WELL, FAILED, NOTE = "well", "failed", "note"


class Report(NamedTuple):
    """A word about one object, *key*, at *time* of the clock on the wall.

    *group* is what it is part of: failures of one group belong together.
    A *state* ``note`` tells of a change that is neither failure nor recovery.
    """

    key: str
    group: str
    state: str
    text: str
    time: float


WORDS: dict[str, tuple[str, str]] = {  # kind -> what is said when it works, when it does not
    "server": ("is up", "is down"),
    "quorum": ("has its quorum", "has lost its quorum"),
    "role": ("works", "is in FAULT"),
    "split brain": ("is over", "is confirmed"),
    "bond": ("is up", "is down"),
    "peer": ("answers", "does not answer"),
}
NAMES = {"quorum": "pool", "role": "virtual router"}
REASONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "quorum": lambda details: f"weight {details.get('weight')} of {details.get('needed')}",
    "split brain": lambda details: str(details.get("cause") or ""),
}


def report(event: Event, before: str = "") -> Report | None:
    """Return what *event* means, None where it means nothing to a person.

    *before* is the role that a virtual router had, where that is known.
    """
    if event.kind == "daemon" and "problem" in event.details:
        problem = str(event.details["problem"])
        text = f"the configuration cannot be used: {problem}" if problem else "is in order"
        state = FAILED if problem else WELL
        return Report(f"configuration {event.subject}", "configuration", state, text, event.time)
    well = works(event)
    if well is None:
        return None
    name = name_of(event.kind, event.subject)
    group = event.subject.rpartition("/")[0] or event.subject
    role = str(event.details.get("role", ""))
    moved = event.kind == "role" and well and before not in ("", "INIT", role)
    if moved and "FAULT" not in (before, role):
        return Report(name, group, NOTE, f"is {role}, was {before}", event.time)
    words = WORDS[event.kind][0 if well else 1]
    if event.kind == "role" and well:
        words = f"is {role}"
    tell = REASONS.get(event.kind, _reason)
    reason = tell(event.details)
    text = f"{words}: {reason}" if reason and not (well and event.kind == "server") else words
    return Report(name, group, WELL if well else FAILED, text[:500], event.time)


def _reason(details: Mapping[str, Any]) -> str:
    return str(details.get("reason") or "")


def name_of(kind: str, subject: str) -> str:
    """Return what mails call an object."""
    return f"{NAMES.get(kind, kind)} {subject}"


def role_of(event: Event) -> tuple[str, str] | None:
    """Return the virtual router and the role that *event* speaks of, None for others."""
    if event.kind != "role" or not event.details.get("role"):
        return None
    return event.subject, str(event.details["role"])
