"""lblcr: locality with replication; an address has a set of servers (``ip_vs_lblcr.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler, older_cost, overhead
from hatools_schedulers.lblc import FULL_EXPIRATION, TICK, crowded, forget
from hatools_schedulers.wlc import WeightedLeastConnection


class LocalityWithReplication(KernelScheduler):
    """A set of servers for each address: it grows under load and shrinks after a day."""

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self.least = WeightedLeastConnection(balancing)
        self._older = older_cost(balancing)
        self._cache: dict[str, list[object]] = {}  # address -> [servers, last change, last use]
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
        """Return the least loaded of the address's servers, or one more server for it."""
        now = connection.time
        while now >= self._tick:
            self._ticks += 1
            forget(self._cache, self._tick, self._ticks)
            self._tick += TICK
        entry = self._cache.get(connection.address)
        if entry is not None:
            entry[2] = now
            members = _servers(entry)
            best = self._least(members)
            changed = entry[1]
            assert isinstance(changed, float)
            if len(members) > 1 and now > changed + FULL_EXPIRATION:
                self._shrink(members)
                entry[1] = now
            if best is not None and not crowded(best, self.servers):
                return best
        chosen = self.least.pick(connection, draw)
        if chosen is None:
            return None
        if entry is None:
            self._cache[connection.address] = [[chosen], now, now]
        elif chosen not in (members := _servers(entry)):
            members.insert(0, chosen)
            entry[1] = now
        return chosen

    def _least(self, members: list[Member]) -> Member | None:
        best = None
        for server in members:
            if not (server.up and server.usable):
                continue  # one that left stays in the set, and counts when it comes back
            if best is None or (
                overhead(best, self._older) * server.weight
                > overhead(server, self._older) * best.weight
            ):
                best = server
        return best

    def _shrink(self, members: list[Member]) -> None:
        """Drop the most loaded of *members* that has a weight."""
        most: Member | None = None
        for server in members:
            if server.weight > 0 and (
                most is None
                or overhead(most, self._older) * server.weight
                < overhead(server, self._older) * most.weight
            ):
                most = server
        if most is not None:
            members.remove(most)


def _servers(entry: list[object]) -> list[Member]:
    members = entry[0]
    assert isinstance(members, list)
    return members
