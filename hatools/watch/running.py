"""A node's machines on an asyncio event loop: what `hatools.engine.world` is in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

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


class RunningNode:
    """A node that runs on the event loop of whoever makes it.

    *heard* gets every event that a machine publishes.  *send* puts an
    advertisement on the wire.  *probe* and *track* look at a server, or at what
    VRRP tracks, and return the details of ``probe answered`` and ``tracker
    answered``.  Times are seconds of the loop's clock since it was made, or
    since *zero* of that clock.
    """

    def __init__(
        self,
        node: Node,
        heard: Callable[[Event], None],
        *,
        send: Callable[[Send], None],
        probe: Callable[[StartProbe], Awaitable[Details]],
        track: Callable[[RunTracker], Awaitable[Details]],
        zero: float | None = None,
    ) -> None:
        self.node = node
        self.running = False
        self._heard = heard
        self._send = send
        self._probe = probe
        self._track = track
        self._loop = asyncio.get_running_loop()
        self._zero = self._loop.time() if zero is None else zero
        self._timers: dict[str, asyncio.TimerHandle] = {}
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
        for handle in self._timers.values():
            handle.cancel()
        for task in self._asking:
            task.cancel()
        self._timers.clear()

    def tell(self, kind: str, subject: str = "", details: Details | None = None) -> None:
        """Tell the machines what happened now, and carry out what they answer."""
        if self.running:
            for action in self.node.handle(Event(self.now, kind, subject, details or {})):
                self._carry_out(action)

    def _carry_out(self, action: Action) -> None:
        if isinstance(action, Publish):
            self._heard(action.event)
        elif isinstance(action, SetTimer):
            self._set_timer(action.name, action.delay)
        elif isinstance(action, StopTimer):
            self._stop_timer(action.name)
        elif isinstance(action, Send):
            self._send(action)
        elif isinstance(action, StartProbe):
            self._ask("probe answered", action.name, self._probe(action))
        elif isinstance(action, RunTracker):
            self._ask("tracker answered", action.name, self._track(action))

    def _set_timer(self, name: str, delay: float) -> None:
        self._stop_timer(name)
        self._timers[name] = self._loop.call_later(delay, self._fire, name)

    def _stop_timer(self, name: str) -> None:
        if handle := self._timers.pop(name, None):
            handle.cancel()

    def _fire(self, name: str) -> None:
        del self._timers[name]
        self.tell("timer", name)

    def _ask(self, kind: str, name: str, answer: Awaitable[Details]) -> None:
        async def asking() -> None:
            self.tell(kind, name, await answer)

        task = self._loop.create_task(asking())
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
