"""A node's machines on an asyncio event loop: what `hatools.engine.world` is in virtual time."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping
from heapq import heappop, heappush
from typing import Any

from hatools.engine.machine import (
    Action,
    Event,
    Publish,
    RunTracker,
    Send,
    SetTimer,
    StartProbe,
    StopTimer,
)
from hatools.engine.node import Node

Details = Mapping[str, object]
Answered = Callable[[str, Details], None]
LATENESS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)  # seconds that timers may be late

SLACK = 0.004  # seconds that checks may be late so that fewer wake-ups do
AT_ONCE = 500  # timers that are delivered before sockets get their turn


class RunningNode:
    """A node that runs on the event loop of whoever makes it.

    *heard* gets every event that a machine publishes.  *send* puts an
    advertisement on the wire.  *probe* looks at a server and calls what it is
    given with its `StartProbe`'s name and the details of ``probe answered``,
    later: thousands of probes a second have no time for a task each.  *track*
    looks at what VRRP tracks and returns the details of ``tracker answered``.
    Times are seconds of the loop's clock since it was made, or since *zero* of
    that clock.  Timers that are due within *slack* seconds of each other are
    delivered together, so that thousands of checks do not each wake the process.

    *late* counts the timers by how late they were, in the classes of `LATENESS`
    and one for more; *lateness* is the sum, in seconds.
    """

    def __init__(
        self,
        node: Node,
        heard: Callable[[Event], None],
        *,
        send: Callable[[Send], None],
        probe: Callable[[StartProbe, Answered], None],
        track: Callable[[RunTracker], Awaitable[Details]],
        zero: float | None = None,
        slack: float = 0.0,
    ) -> None:
        self.node = node
        self.running = False
        self._heard = heard
        self._send = send
        self._probe = probe
        self._track = track
        self._loop = asyncio.get_running_loop()
        self._zero = self._loop.time() if zero is None else zero
        self._timers: dict[str, int] = {}  # name -> the number of what counts in the queue
        self._queue: list[tuple[float, int, str]] = []
        self._count = 0
        self._slack = slack
        self._fired = 0.0
        self._handlers: dict[type[Action], Callable[[Any], None]] = {
            Publish: lambda action: self._heard(action.event),
            SetTimer: self._set_timer,
            StopTimer: lambda action: self._stop_timer(action.name),
            Send: self._send,
            StartProbe: lambda action: self._probe(action, self._probed),
            RunTracker: self._look,
        }
        self._armed: tuple[float, asyncio.TimerHandle] | None = None
        self.late = [0] * (len(LATENESS) + 1)
        self.lateness = 0.0
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def now(self) -> float:
        """Return the time, in seconds."""
        return self._loop.time() - self._zero

    def start(self, draw: float = 0.0) -> None:
        """Start all machines; *draw* in [0, 1) says when in its warm-up a check begins."""
        self.running = True
        self.tell("start", self.node.name, {"draw": draw})

    def stop(self) -> None:
        """Stop all machines as their service manager does: they say goodbye."""
        self.tell("stop", self.node.name)
        self.kill()

    def kill(self) -> None:
        """End without a word: no timer fires and no answer is taken any more."""
        self.running = False
        for task in self._asking:
            task.cancel()
        self._timers.clear()
        self._queue.clear()
        self._arm()

    def tell(self, kind: str, subject: str = "", details: Details | None = None) -> None:
        """Tell the machines what happened now, and carry out what they answer."""
        if self.running:
            handlers = self._handlers
            for action in self.node.handle(Event(self.now, kind, subject, details or {})):
                handlers[type(action)](action)

    # Timers: one of asyncio's serves them all, for its own compare in Python --------------------

    def _set_timer(self, action: SetTimer) -> None:
        self._count += 1
        self._timers[action.name] = self._count
        due = self._loop.time() + action.delay
        heappush(self._queue, (due, self._count, action.name))
        if self._armed is None or due < self._armed[0]:
            self._arm()

    def _stop_timer(self, name: str) -> None:
        self._timers.pop(name, None)

    def _arm(self) -> None:
        """Let `_fire` be called when the first timer is due."""
        if self._armed is not None:
            self._armed[1].cancel()
        self._armed = None
        if self._queue:
            due = max(self._queue[0][0], self._fired + self._slack)
            self._armed = due, self._loop.call_at(due, self._fire)

    def _fire(self) -> None:
        """Deliver what is due; a timer that was set anew or stopped is not."""
        assert self._armed is not None
        now = max(self._loop.time(), self._armed[0])  # asyncio may be a tick early
        self._fired = now
        queue, timers, room = self._queue, self._timers, AT_ONCE
        while room and queue and queue[0][0] <= now:
            room -= 1
            due, number, name = heappop(queue)
            if timers.get(name) == number:
                del timers[name]
                self.late[bisect_left(LATENESS, now - due)] += 1
                self.lateness += now - due
                self.tell("timer", name)
        self._arm()

    # Answers ------------------------------------------------------------------------------------

    def _probed(self, name: str, details: Details) -> None:
        self.tell("probe answered", name, details)

    def _look(self, action: RunTracker) -> None:
        async def looking() -> None:
            self.tell("tracker answered", action.name, await self._track(action))

        task = self._loop.create_task(looking())
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
