"""What VRRP tracks: scripts that are run, processes, files and BFD sessions that are watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hatools.engine.machine import Action, Event, Publish, RunTracker, SetTimer, StopTimer
from hatools.model import Tracker, Tracking


def resolved(tracking: Iterable[Tracking], trackers: Iterable[Tracker]) -> tuple[Tracking, ...]:
    """Return *tracking* with ``reverse`` also where its tracker's definition says so.

    A reference that has a weight of its own has its own word on that, too.
    """
    reverse = {(one.kind, one.name) for one in trackers if ("reverse",) in one.own}
    return tuple(
        one._replace(reverse=True)
        if one.weight is None and (one.kind, one.name) in reverse
        else one
        for one in tracking
    )


class TrackerMachine:
    """The machine of one tracker.

    A script is run every *interval* seconds; *rise* passes bring it up, *fall*
    failures take it down, and the first result counts at once.  The others
    are told what they watch, and have no counter.
    """

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.name = f"{tracker.kind}:{tracker.name}"
        self.up = ("init_fail",) not in tracker.own
        self._most = tracker.rise + tracker.fall - 1
        self._count = 0
        self._known = not self.up

    def handle(self, event: Event) -> Iterator[Action]:
        """Take ``start``, ``stop``, ``timer`` and ``tracker answered``."""
        if event.kind == "tracker answered":
            yield from self._answered(event)
        elif event.kind == "stop":
            yield StopTimer(self.name)
        elif self.tracker.kind == "script":
            if event.kind == "start" and not self.up:
                yield self._publish(event.time, None)
            yield RunTracker(self.name, self.tracker)
            yield SetTimer(self.name, self.tracker.interval)

    def _answered(self, event: Event) -> Iterator[Action]:
        passed = bool(event.details["passed"])
        value = event.details.get("value")
        if self.tracker.kind != "script":
            self.up = passed
            yield self._publish(event.time, value if isinstance(value, int) else None)
            return
        before = self.up if self._known else None
        rise = self.tracker.rise
        if not self._known:
            self._count = self._most if passed else 0
            self._known = True
        elif passed:
            self._count += self._count < self._most
            if self._count >= rise:
                self._count = self._most
        else:
            self._count -= self._count > 0
            if self._count < rise:
                self._count = 0
        self.up = self._count >= rise
        if self.up != before:
            yield self._publish(event.time, None)

    def _publish(self, now: float, value: int | None) -> Publish:
        return Publish(Event(now, "tracker", self.name, {"up": self.up, "value": value}))
