"""ovf: the heaviest server with room; its weight is the room (``ip_vs_ovf.c``)."""

from __future__ import annotations

from hatools.plugin import Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler


class WeightedOverflow(KernelScheduler):
    """A server is admitted while it has no more active connections than its weight."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the heaviest server with room, None when all are over."""
        best = None
        for server in self.servers:
            if (
                not server.overloaded
                and server.active <= server.weight
                and server.weight > (best.weight if best else 0)
            ):
                best = server
        return best
