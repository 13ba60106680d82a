"""dh: the address the client asked for chooses the server (``ip_vs_dh.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_hash import hash32, number
from hatools_schedulers.kernel_list import KernelScheduler

BITS = 8


class DestinationHashing(KernelScheduler):
    """256 buckets, one server each in turn; weights do not count, there is no fallback."""

    heedless = True

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server of the bucket of the address asked for."""
        if not self.servers:
            return None
        server = self.servers[hash32(number(connection.address), BITS) % len(self.servers)]
        return server if server.usable else None
