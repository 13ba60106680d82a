"""Observers that run inside a network namespace, beside the real programs that they observe."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import Any

from vrrp_live import inside

from hatools.model import Topology
from hatools.model.event import Event
from hatools.plugin import Watched

PATIENCE = 20.0  # seconds that one waits for what has to come


class Observing:
    """Runs the observer of module *name* in *namespace*, until it is left; *events* are its own."""

    def __init__(
        self,
        name: str,
        namespace: str = "",
        topologies: Sequence[Topology] = (),
        **settings: Any,
    ) -> None:
        self.events: list[Event] = []
        self.said: list[str] = []
        self.fault: Exception | None = None
        module = import_module(f"hatools_observers.{name}")
        watched = Watched(
            "lb1",
            lambda: topologies,
            settings=settings,
            say=lambda level, text: self.said.append(text),
        )

        async def take() -> None:
            async for event in module.observe(watched):
                self.events.append(event)

        def work() -> None:
            try:
                self._loop = asyncio.new_event_loop()
                self._task = self._loop.create_task(take())
                self._began.set()
                self._loop.run_until_complete(self._task)
            except asyncio.CancelledError:
                pass
            except Exception as fault:  # whoever asks for what it saw is told
                self.fault = fault
            finally:
                self._began.set()
                self._loop.close()

        self._began = threading.Event()
        target = (lambda: inside(namespace, work)) if namespace else work
        self._thread = threading.Thread(target=target)

    def __enter__(self) -> Observing:
        self._thread.start()
        self._began.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def last(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the latest word on each object of *kind*."""
        return {one.subject: dict(one.details) for one in list(self.events) if one.kind == kind}

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until what is observed is *so*."""
        end = time.monotonic() + PATIENCE
        while not so():
            if self.fault is not None:
                raise self.fault
            assert time.monotonic() < end, "\n".join([*map(str, self.events[-8:]), *self.said])
            time.sleep(0.02)
