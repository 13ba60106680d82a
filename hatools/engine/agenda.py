"""Virtual time: what is to happen, in order, and the timers of machines.

Two runs that are given the same events in the same order take the same
course: events of one instant keep the order in which they were planned.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from hatools.model.event import Event

Happening = Callable[[float], None]


class Agenda:
    """A queue of happenings by time, in seconds since the start.

    A happening is called with its time and may plan others.  A timer is a
    happening with a key; setting it again moves it.
    """

    __slots__ = ("_heap", "_planned", "_timers", "now")

    def __init__(self, start: float = 0.0) -> None:
        self.now = start
        self._heap: list[tuple[float, int, Happening, object]] = []
        self._planned = 0
        self._timers: dict[object, int] = {}

    def plan(self, time: float, happening: Happening) -> None:
        """Let *happening* happen at *time*, not before now."""
        self._planned += 1
        now = self.now
        heappush(self._heap, (time if time > now else now, self._planned, happening, None))

    def set_timer(self, key: object, time: float, happening: Happening) -> None:
        """Let *happening* happen at *time* unless the timer *key* is set anew or stopped."""
        self._planned += 1
        self._timers[key] = self._planned
        now = self.now
        heappush(self._heap, (time if time > now else now, self._planned, happening, key))

    def stop_timer(self, key: object) -> None:
        """Forget the timer *key*; nothing when there is none."""
        self._timers.pop(key, None)

    def move_timer(self, key: object, time: float) -> None:
        """Let the timer *key* be due at *time* instead; nothing when it is not set."""
        wanted = self._timers.get(key)
        found = next((entry[2] for entry in self._heap if entry[1] == wanted), None)
        if found is not None:
            self.set_timer(key, time, found)

    def due(self, key: object) -> float | None:
        """Return when the timer *key* is due, None when it is not set."""
        wanted = self._timers.get(key)
        return next((entry[0] for entry in self._heap if entry[1] == wanted), None)

    def next_time(self) -> float | None:
        """Return when the next happening is due, None when there is none."""
        heap = self._heap
        while heap and not self._due(heap[0]):
            heappop(heap)
        return heap[0][0] if heap else None

    def run(self, until: float) -> None:
        """Let everything happen that is due up to and including *until*; then it is *until*."""
        heap, timers = self._heap, self._timers
        while heap and heap[0][0] <= until:
            time, number, happening, key = heappop(heap)
            if key is not None:
                if timers.get(key) != number:
                    continue
                del timers[key]
            self.now = time
            happening(time)
        self.now = max(self.now, until)

    def _due(self, entry: tuple[float, int, Happening, object]) -> bool:
        return entry[3] is None or self._timers.get(entry[3]) == entry[1]


def timer(time: float, name: str) -> Event:
    """Return the event that a machine gets when its timer *name* fires at *time*."""
    return Event(time, "timer", name)
