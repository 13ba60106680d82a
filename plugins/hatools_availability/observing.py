"""The log readers as observers: lines in, events out, for whoever asks the hook for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from hatools.model.event import Event
from hatools_availability.logs import Log, read
from hatools_availability.outages import Tally


def reader(program: str) -> Callable[[Iterable[str]], Iterable[Event]]:
    """Return what reads the lines of a log for what *program* says in them.

    Where lines have no year, none is taken to be later than now.  All lines
    are read before the first event is returned: they need not be in order.
    """

    def events(lines: Iterable[str]) -> Iterable[Event]:
        kept = list(lines)
        return read([lambda: Log(kept, time.time())], Tally(), programs=(program,)).events()

    return events
