"""Notices that the clock on the wall was set, by one that nobody sets."""

from __future__ import annotations

LEAST = 1.0  # seconds: less is what keeps a clock right


class Clocks:
    """Both clocks, as whoever asks reads them: `time.time` and `time.monotonic`, in seconds.

    A machine that slept looks like one whose clock was set on: either way that
    time was not lived through here.
    """

    def __init__(self, wall: float, steady: float) -> None:
        self._offset = wall - steady

    def old(self, steady: float) -> float:
        """Return what time it would be on the wall, had nobody set the clock."""
        return self._offset + steady

    def jump(self, wall: float, steady: float) -> float:
        """Return by how much the clock was set since this was last asked, 0 for not at all."""
        by = wall - self.old(steady)
        self._offset += by
        return by if abs(by) >= LEAST else 0.0
