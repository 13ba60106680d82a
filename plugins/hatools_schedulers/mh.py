"""mh: Maglev hashing (``ip_vs_mh.c``; Eisenbud and others, NSDI 2016)."""

from __future__ import annotations

from math import gcd

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_hash import number, siphash
from hatools_schedulers.kernel_list import KernelScheduler

PRIMES = (251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071)  # TAB_INDEX 8..17
TAB_INDEX = 12
WORD = 0xFFFFFFFF


def fill(slots: int, servers: list[tuple[int, int, int]]) -> list[int]:
    """Return which server has each of *slots* slots.

    A server is (offset, skip, turns): in each round it claims *turns* free
    slots, walking from *offset* by *skip*.
    """
    table = [-1] * slots
    walks = [[offset, skip, turns] for offset, skip, turns in servers]
    free = slots if any(turns for _, _, turns in servers) else 0
    while free:
        for index, walk in enumerate(walks):
            at, skip, turns = walk
            for _ in range(turns):
                while table[at] >= 0:
                    at = (at + skip) % slots
                table[at] = index
                at = (at + skip) % slots
                free -= 1
                if not free:
                    return table
            walk[0] = at
    return table


class Maglev(KernelScheduler):
    """A table of 4093 slots that moves few clients when a server leaves.

    The last weight that was not 0 counts: draining a server does not rebuild
    the table, and its clients get nothing without ``mh-fallback``.
    ``mh-port`` hashes the client's port, too.
    """

    heedless = True

    def __init__(self, balancing: Balancing, index: int = TAB_INDEX) -> None:
        super().__init__(balancing)
        flags = balancing.scheduler.parameters
        self._with_port = "mh-port" in flags or "flag-2" in flags
        self._fallback = "mh-fallback" in flags or "flag-1" in flags
        self._slots = PRIMES[index - 8]
        self._bits = index // 2
        self._weights = {id(one): one.weight for one in self.servers}
        self._table: list[int] = []

    def added(self, server: Member) -> None:
        """Note its weight; the table is made anew when it is needed."""
        self._weights[id(server)] = server.weight
        self._table = []

    def removed(self, server: Member, at: int) -> None:
        """Forget its weight."""
        del self._weights[id(server)]
        self._table = []

    def edited(self, server: Member) -> None:
        """Note a new weight; 0 leaves the table as it is."""
        if server.weight > 0 and self._weights[id(server)] != server.weight:
            self._weights[id(server)] = server.weight
            self._table = []

    def walks(self) -> list[tuple[int, int, int]]:
        """Return offset, skip and turns of each server, in list order."""
        weights = [self._weights[id(server)] for server in self.servers]
        divisor = gcd(*weights) or 1
        shift = max((max(weights, default=0) // divisor).bit_length() - self._bits, 0)
        slots = self._slots
        found = []
        for server, weight in zip(self.servers, weights, strict=True):
            value = number(server.address) + server.port & WORD
            turns = (weight // divisor >> shift) or (1 if weight else 0)
            found.append((siphash(value, 0) % slots, siphash(value, 1) % (slots - 1) + 1, turns))
        return found

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server of the client's slot."""
        if not self._table:
            if not self.servers or len(self.servers) > self._slots:
                return None
            self._table = fill(self._slots, self.walks())
        value = number(connection.client) + (connection.client_port if self._with_port else 0)
        home = siphash(value & WORD, 0) % self._slots
        server = self._server(home)
        if server is not None and server.usable:
            return server
        if not self._fallback:
            return None
        for offset in range(self._slots):
            slot = siphash((offset + home) % self._slots + value & WORD, 0) % self._slots
            server = self._server(slot)
            if server is not None and server.usable:
                return server
        return None

    def _server(self, slot: int) -> Member | None:
        index = self._table[slot]
        return self.servers[index] if index >= 0 else None
