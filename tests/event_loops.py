"""Event loops whose clock is not the wall's: one that jumps, one that runs fast."""

from __future__ import annotations

import asyncio
import selectors
import time


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time that it should wait has passed at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time: its clock jumps to whatever is due next."""

    def __init__(self) -> None:
        self._virtual = _Jumping()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


class _Fast(selectors.DefaultSelector):
    speed = 1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout and timeout / self.speed)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop with real timers, whose seconds are shorter by *speed*."""

    def __init__(self, speed: float) -> None:
        selector = _Fast()
        selector.speed = speed
        self._speed = speed
        super().__init__(selector)

    def time(self) -> float:
        return time.monotonic() * self._speed
