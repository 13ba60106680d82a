"""The moments by which conversations have to be over, for thousands at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Generic, Protocol, TypeVar


class Limited(Protocol):
    """What has a limit: it is to be *over* at *deadline* of the monotonic clock, the loop's."""

    deadline: float
    over: bool


L = TypeVar("L", bound=Limited)


class Limits(Generic[L]):
    """Calls *overdue* with whatever is not over in time.

    Setups have few different limits: all that share one stand in one queue,
    which is in order by itself, and what is over leaves it at the front.  *look*
    is called first, to take the answers that came while this process was busy:
    its own lateness is nobody else's.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        overdue: Callable[[L], None],
        look: Callable[[], None],
    ) -> None:
        self._first_look = look
        self._loop = loop
        self._overdue = overdue
        self._queues: dict[float, deque[tuple[float, L]]] = {}
        self._timers: dict[float, asyncio.TimerHandle] = {}

    def set(self, one: L, limit: float) -> None:
        """Let *one* be over within *limit* seconds from now, instead of what was set before."""
        queue = self._queues.get(limit)
        if queue is None:
            queue = self._queues[limit] = deque()
        while queue and (queue[0][1].over or queue[0][1].deadline != queue[0][0]):
            queue.popleft()
        one.deadline = deadline = monotonic() + limit
        queue.append((deadline, one))
        if limit not in self._timers:
            self._timers[limit] = self._loop.call_at(deadline, self._look, limit)

    def close(self) -> None:
        """Call nobody any more."""
        for timer in self._timers.values():
            timer.cancel()

    def _look(self, limit: float) -> None:
        self._first_look()
        now = monotonic()
        queue = self._queues[limit]
        while queue:  # whoever sets a limit meanwhile finds a timer there still
            deadline, one = queue[0]
            awaited = not one.over and one.deadline == deadline
            if awaited and deadline > now:
                self._timers[limit] = self._loop.call_at(deadline, self._look, limit)
                return
            queue.popleft()
            if awaited:
                self._overdue(one)
        del self._timers[limit], self._queues[limit]
