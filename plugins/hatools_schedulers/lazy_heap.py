"""The cheapest server from a heap whose entries are corrected only when they surface.

A cost that rises leaves its entry too low: it is corrected when it comes to the
top.  A cost that falls gets a new entry at once; the old one is thrown away
when it surfaces.  So a pick costs the logarithm of the number of servers.
"""

from __future__ import annotations

from fractions import Fraction
from heapq import heapify, heappop, heappush, heapreplace
from math import lcm

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler

LONGEST = 512  # bits of the weights' common multiple; beyond it fractions are cheaper
Cost = int | Fraction


class LeastCost(KernelScheduler):
    """Picks the usable server with the least `cost` per weight, the first in the list among equals.

    A share of the common multiple stands for the division by the weight, so
    that costs are compared as exactly as the kernel does with its products.
    """

    weighted = True

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._heap: list[tuple[Cost, int, Member]] = []
        self._entry: dict[int, Cost] = {}  # id -> the cost of its one valid entry
        # id -> place in the list, the head the smallest
        self._place = {id(one): at for at, one in enumerate(self.servers)}
        self._share: dict[int, Cost] = {}
        self._came = 0
        self._stale = True

    def cost(self, server: Member) -> int:
        """Return what *server* would be charged, before the weight."""
        raise NotImplementedError

    def added(self, server: Member) -> None:
        """Put the newer server before the older ones."""
        self._came -= 1
        self._place[id(server)] = self._came
        self._stale = True

    def edited(self, server: Member) -> None:
        """Make the heap anew when it is needed: a weight changed, or a server left."""
        self._stale = True

    def loaded(self, server: Member) -> None:
        """Take the server out of the heap, or back in: a threshold was crossed."""
        if self._stale:
            return
        if server.overloaded:
            self._entry.pop(id(server), None)
        elif server.weight > 0:
            self._enter(server)

    def closed(self, server: Member) -> None:
        """Note that its cost fell."""
        entry = self._entry.get(id(server))
        if entry is not None and not self._stale and self._key(server) < entry:
            self._enter(server)

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the cheapest server."""
        if self._stale:
            self._fill()
        heap, entries = self._heap, self._entry
        while heap:
            noted, place, server = heap[0]
            if entries.get(id(server)) != noted:
                heappop(heap)
                continue
            now = self.cost(server) * self._share[id(server)]
            if now == noted:
                return server
            entries[id(server)] = now
            heapreplace(heap, (now, place, server))
        return None

    def scan(self) -> Member | None:
        """Return what `pick` returns, by looking at every server, as the kernel does."""
        best: Member | None = None
        for server in self.servers:
            if server.weight <= 0 or server.overloaded:
                continue
            if best is None or (
                self.cost(best) * (server.weight if self.weighted else 1)
                > self.cost(server) * (best.weight if self.weighted else 1)
            ):
                best = server
        return best

    def _key(self, server: Member) -> Cost:
        return self.cost(server) * self._share[id(server)]

    def _enter(self, server: Member) -> None:
        if len(self._heap) > 4 * len(self.servers) + 64:
            self._stale = True
            return
        key = self._entry[id(server)] = self._key(server)
        heappush(self._heap, (key, self._place[id(server)], server))

    def _fill(self) -> None:
        usable = [one for one in self.servers if one.weight > 0]
        whole = lcm(*{one.weight for one in usable}) if self.weighted else 1
        share: dict[int, Cost]
        if not self.weighted:
            share = {id(one): 1 for one in usable}
        elif whole.bit_length() <= LONGEST:
            share = {id(one): whole // one.weight for one in usable}
        else:
            share = {id(one): Fraction(1, one.weight) for one in usable}
        self._share = share
        entering = [one for one in usable if not one.overloaded]
        self._entry = {id(one): self._key(one) for one in entering}
        self._heap = [(self._entry[id(one)], self._place[id(one)], one) for one in entering]
        heapify(self._heap)
        self._stale = False
