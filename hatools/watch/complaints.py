"""Tells the log of what keeps coming: at once, and then what it came to in a minute."""

from __future__ import annotations

import time
from collections.abc import Callable

REMINDER = 60.0  # seconds until the same complaint is told again


class Complaints:
    """What was complained of; *say* is the log: level, message."""

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self._say = say
        self._known: dict[str, tuple[float, int]] = {}  # what -> until when, how many since

    def tell(self, what: str, whom: str) -> None:
        """Tell that *what* came, the last time from, or because of, *whom*."""
        now = time.monotonic()
        until, count = self._known.get(what, (0.0, 0))
        if now < until:
            self._known[what] = until, count + 1
            return
        more = f", {count + 1} of them" if count else ""
        self._say("warning", f"interface: {what}{more}; the last: {whom}")
        self._known[what] = now + REMINDER, 0
