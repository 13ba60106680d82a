"""What real programs did, recorded again where this machine, and not they, was late.

A recording in which the machine kept time is judged once and for all.  One
that fails while the machine was late says nothing: what failed is recorded
anew, by itself, a few times at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from lab import Pacemaker

T = TypeVar("T")
ATTEMPTS = 4
SPARE = 8  # recordings more than the first of each: where that is not enough, time is not the cause
LATE = 0.03  # seconds by which a sleeper may be woken late on a machine that keeps time


class Taken(NamedTuple, Generic[T]):
    """A recording, and how late this machine was at worst meanwhile, in seconds."""

    what: T
    late: float


class Recordings(Generic[T]):
    """The recordings of *names*: all of them are taken by one call of *record* at first.

    What has to be taken again is taken by itself, or, where all hold or fail
    *together*, with all others.
    """

    def __init__(
        self,
        names: Sequence[str],
        record: Callable[[Sequence[str]], Mapping[str, T]],
        together: bool = False,
    ) -> None:
        self._record = record
        self._together = names if together else ()
        self._spare = ATTEMPTS - 1 if together else SPARE
        self._taken: dict[str, list[Taken[T]]] = {name: [] for name in names}
        self._take(names)

    def _take(self, names: Sequence[str]) -> None:
        with Pacemaker() as pace:
            found = self._record(names)
        for name in names:
            self._taken[name].append(Taken(found[name], pace.worst))

    def judge(self, name: str, judge: Callable[[T], None]) -> None:
        """Call *judge* on the recording of *name*; again on a new one while that proves nothing.

        Raises the `AssertionError` of *judge* where the machine kept time, or never did.
        """
        taken = self._taken[name]
        for attempt in range(ATTEMPTS):
            if attempt == len(taken):
                self._spare -= 1
                self._take(self._together or [name])
            try:
                return judge(taken[attempt].what)
            except AssertionError:
                late = taken[attempt].late
                last = attempt == len(taken) - 1 and not self._spare
                if late < LATE or attempt == ATTEMPTS - 1 or last:
                    raise
                print(f"{name}, attempt {attempt + 1}: this machine was up to {late:.3f} s late")
        raise AssertionError("unreachable")


def steadily(attempt: Callable[[int], None]) -> None:
    """Call *attempt* with 0, and with 1, 2 … while it fails and this machine was late meanwhile."""
    for number in range(ATTEMPTS):
        with Pacemaker() as pace:
            try:
                attempt(number)
            except AssertionError:
                if pace.worst < LATE or number == ATTEMPTS - 1:
                    raise
            else:
                return
        print(f"attempt {number + 1}: this machine was up to {pace.worst:.3f} s late")
