"""wrr: a falling threshold of weights walks over the list (``ip_vs_wrr.c``)."""

from __future__ import annotations

from math import gcd

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler

HEAD = -1


class WeightedRoundRobin(KernelScheduler):
    """The kernel's interleaved weighted round robin.

    A pass over the list takes every server whose weight reaches the threshold;
    behind it the threshold falls by the weights' greatest common divisor.
    While no server is overloaded every pass is known beforehand: `_passes` has
    the servers of each height of the threshold.
    """

    heedless = True

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._at = HEAD  # index of the last pick
        self._threshold = 0
        self._step = 1
        self._ceiling = 0
        self._overloaded = 0
        self._levels: list[int] = []
        self._passes: dict[int, list[int]] = {}
        self._pass: list[int] = []
        self._next = 0
        if self.servers:
            self.edited(self.servers[0])

    def added(self, server: Member) -> None:
        """Let a new server join the divisor and the ceiling; the walk starts anew."""
        self._overloaded += server.overloaded
        if server.weight > 0:
            biggest = max(self._ceiling + self._step - 1, server.weight) if self._ceiling else 0
            biggest = biggest or server.weight
            self._step = gcd(self._step, server.weight) if self._ceiling else server.weight
            self._ceiling = biggest - (self._step - 1)
        self._restart()

    def edited(self, server: Member) -> None:
        """Start the walk anew, as at any edit."""
        weights = [one.weight for one in self.servers if one.weight > 0]
        self._step = gcd(*weights) or 1
        self._ceiling = max(weights) - (self._step - 1) if weights else 0
        self._overloaded = sum(one.overloaded for one in self.servers)
        self._restart()

    def loaded(self, server: Member) -> None:
        """Step over an overloaded server; the walk goes on."""
        self._settle()
        self._overloaded += 1 if server.overloaded else -1
        self._prepare()

    def _restart(self) -> None:
        self._at = HEAD
        if self._threshold > self._ceiling or self._threshold == 0:
            self._threshold = self._ceiling
        elif self._step > 1:
            self._threshold = self._threshold // self._step * self._step + 1
        self._levels = []
        self._passes.clear()
        self._prepare()

    def _prepare(self) -> None:
        """Find the pass under way from the place of the last pick."""
        self._pass = []
        self._next = 0
        if not self._overloaded and self._levels:
            self._pass = self._of(self._threshold)
            self._next = sum(at <= self._at for at in self._pass)

    def _settle(self) -> None:
        """Note the place of the last pick, which the pass under way knows."""
        if self._next:
            self._at = self._pass[self._next - 1]

    def _of(self, threshold: int) -> list[int]:
        """Return the indices of the servers that reach *threshold*."""
        level = next(weight for weight in self._levels if weight >= threshold)
        found = self._passes.get(level)
        if found is None:
            found = [at for at, one in enumerate(self.servers) if one.weight >= level]
            self._passes[level] = found
        return found

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the next server that reaches the threshold."""
        if self._next < len(self._pass):
            self._next += 1
            return self.servers[self._pass[self._next - 1]]
        if self._overloaded or self._ceiling <= 0:
            return self._walk()
        if not self._levels:  # the first pick after an edit
            self._levels = sorted({one.weight for one in self.servers if one.weight > 0})
            self._prepare()
        while self._next >= len(self._pass):
            self._at = HEAD
            self._threshold -= self._step
            if self._threshold <= 0:
                self._threshold = self._ceiling
            self._pass = self._of(self._threshold)
            self._next = 0
        self._next += 1
        return self.servers[self._pass[self._next - 1]]

    def _walk(self) -> Member | None:
        """Walk as the kernel does, which also finds that nobody is left."""
        if self._ceiling == 0:
            return None
        last = start = self._at
        stop = None
        last_pass = restarted = False
        while True:
            for at in range(start + 1, len(self.servers)):
                one = self.servers[at]
                if not one.overloaded and one.weight >= self._threshold:
                    self._at = at
                    return one
                if at == stop:
                    self._at = at
                    return None
            start = HEAD
            self._threshold -= self._step
            if self._threshold <= 0:
                self._threshold = self._ceiling
                if last_pass or last == HEAD:
                    self._at = HEAD
                    return None
                restarted = True
            last_pass = self._threshold <= self._step
            if last_pass and restarted and last != HEAD:
                stop = last
