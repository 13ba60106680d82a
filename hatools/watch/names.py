"""The addresses of servers that are given by name, asked for beside the event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import NamedTuple

FRESH = 60.0  # seconds that an address is used without asking again
RETRY = 5.0  # seconds after which a name that was not found is asked for again
Then = Callable[[str], None]


class Known(NamedTuple):
    """What a name led to: an address, empty where there is none, and until when it counts."""

    address: str
    until: float


class Names:
    """Finds addresses.  A name service that hangs delays those who wait for it, nobody else.

    What was found once goes on being used while it is asked for anew, and when
    the name service fails.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._known: dict[str, Known] = {}
        self._waiting: dict[str, list[Then]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, name: str, then: Then) -> None:
        """Call *then* with the address of *name*, empty where it has none; perhaps at once."""
        known = self._known.get(name)
        if known is not None:
            then(known.address)
            if known.until > self._loop.time():
                return
        waiting = self._waiting.get(name)
        if waiting is None:
            waiting = self._waiting[name] = []
            task = self._loop.create_task(self._ask(name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if known is None:
            waiting.append(then)

    def close(self) -> None:
        """Forget who waits."""
        for task in self._tasks:
            task.cancel()

    async def _ask(self, name: str) -> None:
        before = self._known.get(name)
        try:
            found = await self._loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            address = str(found[0][4][0])
        except (OSError, UnicodeError):
            address = before.address if before else ""
        pause = FRESH if address else RETRY
        self._known[name] = Known(address, self._loop.time() + pause)
        for then in self._waiting.pop(name):
            then(address)
