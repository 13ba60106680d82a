"""sh: the client's address chooses a bucket, and the bucket a server (``ip_vs_sh.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_hash import hash32, number
from hatools_schedulers.kernel_list import KernelScheduler

BITS = 8
SIZE = 1 << BITS


class SourceHashing(KernelScheduler):
    """256 buckets, filled by weight.  A server of weight 0 still owns one in each cycle.

    Parameters: ``sh-port`` hashes the client's port, too; ``sh-fallback`` looks
    for another bucket where the server cannot be used, else the client gets none.
    """

    heedless = True

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        flags = balancing.scheduler.parameters
        self._with_port = "sh-port" in flags or "flag-2" in flags
        self._fallback = "sh-fallback" in flags or "flag-1" in flags
        self._buckets: list[Member] = []

    def edited(self, server: Member) -> None:
        """Fill the buckets anew when they are needed."""
        self._buckets = []

    def _fill(self) -> None:
        buckets = self._buckets
        while self.servers and len(buckets) < SIZE:
            for server in self.servers:
                buckets += [server] * max(server.weight, 1)
                if len(buckets) >= SIZE:
                    break
        del buckets[SIZE:]

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server of the client's bucket."""
        if not self._buckets:
            self._fill()
            if not self._buckets:
                return None
        value = number(connection.client)
        if self._with_port:
            value += connection.client_port
        home = hash32(value & 0xFFFFFFFF, BITS)
        server = self._buckets[home]
        if server.usable or not self._fallback:
            return server if server.usable else None
        for offset in range(SIZE):
            # the kernel adds the hash a second time here
            server = self._buckets[((offset + home) % SIZE + home) % SIZE]
            if server.usable:
                return server
        return None
