"""A node's machines on an asyncio event loop: what `hatools.engine.world` is in virtual time."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping
from heapq import heappop, heappush
from math import frexp, ldexp
from operator import itemgetter
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
LATENESS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)  # seconds late

SLACK = 0.01  # seconds that checks may be late so that fewer wake-ups do …
SHARE = 0.01  # … and which part of the time that they wait
AT_ONCE = 500  # timers that are delivered before sockets get their turn
DUE = itemgetter(0)


class Timer:
    """A timer of a machine: when it is *due* (None: not set), and what it begins if that is known.

    A check's timer begins its probe and nothing else, whatever the check's state is.
    """

    __slots__ = ("begins", "due", "name")

    def __init__(self, name: str, begins: StartProbe | None) -> None:
        self.name = name
        self.begins = begins
        self.due: float | None = None


class RunningNode:
    """A node that runs on the event loop of whoever makes it.

    *heard* gets every event that a machine publishes.  *send* puts an
    advertisement on the wire.  *probe* looks at a server and calls what it is
    given with its `StartProbe`'s name and the details of ``probe answered``,
    later: thousands of probes a second have no time for a task each.  *track*
    looks at what VRRP tracks and returns the details of ``tracker answered``.
    Times are seconds of the loop's clock since it was made, or since *zero* of
    that clock.  A timer is delivered up to *slack* seconds late, and not more than
    a hundredth of its delay, together with others, so that thousands of checks do
    not each wake the process.

    What cannot change anything takes a short way: a check's timer begins its
    probe, and an answer to which the check says that it stays as it is
    (`Checker.unmoved`) sets its timer again.  `tests/test_short_path.py` holds
    that both ways end alike.

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
        self._time = self._loop.time
        self._zero = self._loop.time() if zero is None else zero
        self._timers: dict[str, Timer] = {}
        self._buckets: dict[float, list[tuple[float, Timer]]] = {}  # by when they are delivered
        self._moments: list[float] = []  # a heap of those
        self._slack, self._far = slack, slack / SHARE
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
        self._buckets.clear()
        self._moments.clear()
        self._arm()

    def tell(self, kind: str, subject: str = "", details: Details | None = None) -> None:
        """Tell the machines what happened now, and carry out what they answer."""
        if self.running:
            handlers = self._handlers
            for action in self.node.handle(Event(self.now, kind, subject, details or {})):
                handlers[type(action)](action)

    # Timers: one of asyncio's serves them all, for its own compare in Python --------------------

    def _set_timer(self, action: SetTimer) -> None:
        self._set(action.name, action.delay)

    def _set(self, name: str, delay: float) -> None:
        """Let the timer *name* be delivered in *delay* seconds, instead of when it was to be."""
        timer = self._timers.get(name)
        if timer is None:
            checker = self.node.checkers.get(name)
            timer = self._timers[name] = Timer(name, checker.probe if checker else None)
        timer.due = due = self._time() + delay
        step = self._slack
        if delay < self._far:  # the steps of shorter delays divide those of longer ones
            step = ldexp(step, frexp(delay / self._far)[1] - 1) if delay > 0 else 0.0
        moment = (int(due / step) + 1) * step if step else due
        bucket = self._buckets.get(moment)
        if bucket is not None:
            bucket.append((due, timer))
            return
        self._buckets[moment] = [(due, timer)]
        heappush(self._moments, moment)
        if self._armed is None or moment < self._armed[0]:
            self._arm()

    def _stop_timer(self, name: str) -> None:
        if name in self._timers:
            self._timers[name].due = None

    def _arm(self) -> None:
        """Let `_fire` be called when the first timers are to be delivered."""
        if self._armed is not None:
            self._armed[1].cancel()
        self._armed = None
        if self._moments:
            moment = self._moments[0]
            self._armed = moment, self._loop.call_at(moment, self._fire)

    def _fire(self) -> None:
        """Deliver what is due; a timer that was set anew or stopped is not."""
        assert self._armed is not None
        now = max(self._time(), self._armed[0])  # asyncio may be a tick early
        self._armed = now, self._armed[1]  # whatever is set meanwhile waits for the end of this
        moments, room = self._moments, AT_ONCE
        while room > 0 and moments and moments[0] <= now:
            bucket = self._buckets[moments[0]]
            bucket.sort(key=DUE)
            taken, bucket[:] = bucket[:room], bucket[room:]
            if not bucket:
                del self._buckets[heappop(moments)]
            room -= len(taken)
            for due, timer in taken:
                if timer.due == due:
                    timer.due = None
                    self._deliver(timer, now - due)
        self._armed = None
        self._arm()

    def _deliver(self, timer: Timer, late: float) -> None:
        self.late[bisect_left(LATENESS, late)] += 1
        self.lateness += late
        if timer.begins is not None and self.running:
            self._probe(timer.begins, self._probed)
        else:
            self.tell("timer", timer.name)

    # Answers ------------------------------------------------------------------------------------

    def _probed(self, name: str, details: Details) -> None:
        delay = self.node.checkers[name].unmoved(details)
        if delay is None:
            self.tell("probe answered", name, details)
        elif self.running:
            self._set(name, delay)

    def _look(self, action: RunTracker) -> None:
        async def looking() -> None:
            self.tell("tracker answered", action.name, await self._track(action))

        task = self._loop.create_task(looking())
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
