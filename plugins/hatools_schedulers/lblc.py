"""lblc: locality; an address stays with its server until that is overloaded (``ip_vs_lblc.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler
from hatools_schedulers.wlc import WeightedLeastConnection

MOST_ENTRIES = 16 * 1024
TICK = 60.0  # seconds between two looks at what to forget
FULL_EVERY = 30  # ticks between two looks at the whole table
FULL_EXPIRATION = 24 * 3600.0
IDLE = 6 * 60.0


def crowded(server: Member, others: list[Member]) -> bool:
    """Tell whether *server* has more active connections than weight while another is half idle."""
    return server.active > server.weight and any(
        other.active * 2 < other.weight for other in others
    )


class LocalityBasedLeastConnection(KernelScheduler):
    """A cache of address to server in front of wlc."""

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self.least = WeightedLeastConnection(balancing)
        self._cache: dict[str, list[object]] = {}  # address -> [server, last use]
        self._tick = TICK
        self._ticks = 0

    def changed(self, server: Member) -> None:
        """Keep both lists in step."""
        self.least.changed(server)
        super().changed(server)

    def closed(self, server: Member) -> None:
        """Pass on to wlc."""
        self.least.closed(server)

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the address's server, or the least loaded one, and remember it."""
        now = connection.time
        while now >= self._tick:
            self._expire(self._tick)
        entry = self._cache.get(connection.address)
        if entry is not None:
            entry[1] = now
            server = entry[0]
            assert isinstance(server, Member)
            # one that left stays cached and counts again when it comes back; the kernel
            # does not look at the overload flag of a cached server
            if server.up and server.weight > 0 and not crowded(server, self.servers):
                return server
        chosen = self.least.pick(connection, draw)
        if chosen is not None:
            self._cache[connection.address] = [chosen, now]
        return chosen

    def _expire(self, now: float) -> None:
        self._tick += TICK
        self._ticks += 1
        forget(self._cache, now, self._ticks)


def forget(cache: dict[str, list[object]], now: float, tick: int) -> None:
    """Drop what the kernel's timer drops at *tick*: all that is old, or some when there is much.

    The last thing in an entry is when it was used last.  The kernel starts at a
    bucket of its own each time; here the oldest entries go first.
    """
    if tick % FULL_EVERY == 0:
        old = [key for key, entry in cache.items() if _idle(entry, now) > FULL_EXPIRATION]
    elif len(cache) > MOST_ENTRIES:
        goal = min((len(cache) - MOST_ENTRIES) * 4 // 3, MOST_ENTRIES // 2)
        old = [key for key, entry in cache.items() if _idle(entry, now) > IDLE][:goal]
    else:
        return
    for key in old:
        del cache[key]


def _idle(entry: list[object], now: float) -> float:
    used = entry[-1]
    assert isinstance(used, float)
    return now - used
