"""Has pages of plugins made: one at a time, each in a thread that may take long, or hang."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from threading import Thread

from hatools.plugin.pages import Page, PageAnswer, PageAsked

LONGEST = 20.0  # seconds that a page may take


class PageMaking:
    """The one turn that there is: who hangs keeps other pages waiting, and nothing else."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def make(self, page: Page, asked: PageAsked) -> PageAnswer:
        """Return what *page* says; raises TimeoutError, and whatever the plugin raises."""
        async with asyncio.timeout(LONGEST):
            await self._turn.acquire()
            try:
                made = _in_thread(page, asked)
            except RuntimeError:  # there is no room for a thread now; the next one may have it
                self._turn.release()
                raise
            made.add_done_callback(lambda _: self._turn.release())
            return await asyncio.shield(made)


def _in_thread(page: Page, asked: PageAsked) -> asyncio.Future[PageAnswer]:
    """Return what *page* will say; a thread that hangs keeps no process from ending."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[PageAnswer] = loop.create_future()

    def run() -> None:
        try:
            settle = partial(found.set_result, PageAnswer(*page.answer(asked)))
        except Exception as error:  # the plugin border
            settle = partial(found.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
            loop.call_soon_threadsafe(settle)

    Thread(target=run, name="page", daemon=True).start()
    return found
