"""A map with a slot per unit of weight: what static-rr walks and map-based hashes look into.

Facts are those of ``lb_map.c``.  Only whether a server is usable changes while
it runs: a weight other than 0 counts as the configured one.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace
from math import gcd

from hatools.plugin import Balancing, Member
from hatools_schedulers.proxy_scheduler import ACTIVE, ProxyScheduler, has_room


class WeightMap(ProxyScheduler):
    """The servers in use, each as often as it weighs, evenly mixed."""

    def __init__(self, balancing: Balancing) -> None:
        self._configured: dict[Member, int] = {}
        self._slots: list[Member] | None = None
        self._next = 0
        super().__init__(balancing)

    def announced(self, server: Member) -> None:
        """Note the weight that it starts with."""
        self._configured[server] = server.weight
        self._slots = None

    def effective(self, server: Member) -> int:
        """Return the configured weight, unless the weight is 0 now."""
        return self._configured[server] if server.weight else 0

    def entered(self, server: Member, kind: int) -> None:
        """Have the map filled anew when it is needed."""
        self._slots = None

    def left(self, server: Member, kind: int, before: int) -> None:
        """Have the map filled anew when it is needed."""
        self._slots = None

    @property
    def slots(self) -> list[Member]:
        """Return the map as it is now."""
        if self._slots is None:
            self._slots = self._filled()
        return self._slots

    def _filled(self) -> list[Member]:
        backups = not self.usable[ACTIVE]
        divisor = gcd(*self._configured.values()) or 1
        servers = [
            (one, self.weights[one] // divisor)
            for one in self.order
            if self.weights[one] and (one.role == "backup") == backups
        ]
        length = self.weight // divisor
        shares = [weight for _, weight in servers]
        # With only the first backup counted the map is as long as that one weighs,
        # but all backups compete for its slots.
        numbers = mix(shares) if length == sum(shares) else compete(shares, length)
        return [servers[at][0] for at in numbers]

    def at(self, value: int, avoid: Member | None) -> Member | None:
        """Return the server that a hash leads to; one to avoid is not avoided."""
        slots = self.slots
        return slots[value % len(slots)] if slots else None

    def following(self, avoid: Member | None) -> Member | None:
        """Return the next server of the map that has room."""
        slots = self.slots
        if not slots:
            return None
        start = self._next if self._next < len(slots) else 0
        at, found, found_at = start, None, start
        while True:
            server = slots[at]
            at += 1
            if has_room(server):
                found, found_at = server, at
                if server is not avoid:
                    break
            at %= len(slots)
            if at == start:
                break
        self._next = found_at if found is not None else start
        return found


def compete(shares: list[int], length: int) -> list[int]:
    """Return the *length* slots of a map: who has gathered most in whole maps, the first of equals.

    Each gathers its share per slot; a slot costs the whole length.
    """
    if length == 1:
        return [0]
    gathered = [0] * len(shares)
    found = []
    for _ in range(length):
        best, most = 0, 0
        for at, share in enumerate(shares):
            gathered[at] += share
            whole = int((gathered[at] + length) / length)
            if at == 0 or whole > most:
                best, most = at, whole
        gathered[best] -= length
        found.append(best)
    return found


def mix(shares: list[int]) -> list[int]:
    """Return what `compete` gives for as many slots as *shares* have together.

    There, the whole maps that a server has gathered are those it has earned
    so far less the slots it had, and the slots at which it earns one are known.
    """
    length = sum(shares)
    if length == 1:
        return [0]
    had = [0] * len(shares)
    earned = [1] * len(shares)
    rises = [(-(-length // share), at) for at, share in enumerate(shares)]
    heapify(rises)
    waiting = [(-1, at) for at in range(len(shares))]  # what does not fit had - earned is void
    found: list[int] = []
    for slot in range(1, length + 1):
        while rises[0][0] <= slot:
            at = rises[0][1]
            earned[at] += 1
            heappush(waiting, (had[at] - earned[at], at))
            heapreplace(rises, (-(-earned[at] * length // shares[at]), at))
        while waiting[0][0] != had[waiting[0][1]] - earned[waiting[0][1]]:
            heappop(waiting)
        at = heappop(waiting)[1]
        found.append(at)
        had[at] += 1
        if earned[at] > had[at]:
            heappush(waiting, (had[at] - earned[at], at))
    return found
