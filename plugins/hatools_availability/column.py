"""The changes of one object, kept as columns."""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import NamedTuple

from hatools_availability.outages import Change


class Column(NamedTuple):
    """The changes of one object, as columns: a tenth of the memory that a tuple for each takes.

    *reasons* is empty where the source has none.
    """

    times: array[float]
    states: bytearray
    reasons: list[str]

    @classmethod
    def new(cls) -> Column:
        """Return a column without changes."""
        return cls(array("d"), bytearray(), [])

    def changes(self) -> list[Change]:
        """Return the changes, in the source's order."""
        reasons = self.reasons or repeat("", len(self.times))
        return list(zip(self.times, self.states, reasons, strict=True))

    def note(self, time: float, state: int, reason: str) -> None:
        """Add a change, with a reason."""
        self.times.append(time)
        self.states.append(state)
        self.reasons.append(reason)
