"""fo: the heaviest usable server takes everything (``ip_vs_fo.c``)."""

from __future__ import annotations

from hatools.plugin import Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler


class WeightedFailover(KernelScheduler):
    """The first in the list among equally heavy ones."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the heaviest usable server."""
        best = None
        for server in self.servers:
            if not server.overloaded and server.weight > (best.weight if best else 0):
                best = server
        return best
