"""When a server counts as up: rises, falls, and how long to wait for the next check.

One counter describes HAProxy's checks (``check.c``) and keepalived's
(``check_*.c``), which are the case of one rise: a pass forgives every failure
before it, a failure while down forgets every pass before it.
"""

from __future__ import annotations

from hatools.model import Check


def _start(check: Check) -> int:
    """Return the health that *check* starts with."""
    return {
        "up": check.rise,
        "fully-up": check.rise + check.fall - 1,
        "down": check.rise - 1,
        "fully-down": 0,
    }[check.initial]


class Health:
    """The state of one check.

    *health* runs from 0 to rise + fall - 1; from *rise* on the check is up.
    *stubborn*: also while it is down, a failure is followed by the retries that
    *fall* allows (keepalived's TCP_CHECK and SMTP_CHECK, seen in 2.2.7).  *passes*: so many in a
    row bring it up, an interval apart (keepalived's HTTP_GET: one for each of its
    pages, and one more that finds that there are no more, seen in 2.2.7).
    """

    __slots__ = ("_tried", "check", "health", "most", "passes", "stubborn")

    def __init__(self, check: Check, stubborn: bool = False, passes: int = 0) -> None:
        self.check = check = check._replace(rise=passes) if passes else check
        self.passes = passes
        self.stubborn = stubborn
        self._tried = 0
        self.most = check.rise + check.fall - 1
        self.health = _start(check)

    @property
    def up(self) -> bool:
        """Tell whether the check counts as passed."""
        return self.health >= self.check.rise

    def passed(self) -> bool:
        """Note a pass; tell whether the state changed."""
        if self.health == self.most:
            return False
        before = self.up
        self._tried = 0
        self.health += 1
        if self.health >= self.check.rise:
            self.health = self.most
        return self.up != before

    def failed(self) -> bool:
        """Note a failure; tell whether the state changed."""
        before = self.up
        if self.health == 0:
            self._tried = (self._tried + 1) % self.check.fall
        else:
            self.health -= 1
        if self.health < self.check.rise:
            self.health = 0
        return self.up != before

    def delay(self) -> float:
        """Return how many seconds to wait before the next check."""
        if self.health == self.most or (self.passes and 0 < self.health < self.check.rise):
            return self.check.interval
        if self.health == 0 and not (self.stubborn and self._tried):
            return self.check.down_interval
        return self.check.fast_interval


def limit(check: Check, proxy: bool = False) -> float:
    """Return how many seconds a server that answers nothing keeps *check* busy.

    A *proxy*'s check ends with its interval at the latest; its connect timeout
    counts only where the check has a timeout, too (seen in haproxy 2.6.12).
    """
    connect = check.connect_timeout
    if proxy:
        if connect is None or check.timeout is None:
            return check.interval
        return min(connect, check.interval)
    if check.kind in ("script", "file") or connect is None:
        return check.timeout if check.timeout is not None else check.interval
    return connect


def detection(check: Check, proxy: bool = False) -> tuple[float, float, float]:
    """Return the least, mean and most seconds from a server's silence to its being down.

    The server was steadily up.  The first check that fails begins 0 to
    *interval* seconds later; *fall* checks run into their limit, with the fast
    interval from the end of one to the beginning of the next.
    """
    bound = limit(check, proxy)
    failing = (check.fall - 1) * (bound + check.fast_interval) + bound
    return failing, check.interval / 2 + failing, check.interval + failing
