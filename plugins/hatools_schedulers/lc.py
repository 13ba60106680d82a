"""lc: the server with the fewest connections (``ip_vs_lc.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Member
from hatools_schedulers.kernel_list import older_cost, overhead
from hatools_schedulers.lazy_heap import LeastCost


class LeastConnection(LeastCost):
    """Weights only say whether a server is used at all."""

    weighted = False

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._older = older_cost(balancing)

    def cost(self, server: Member) -> int:
        """Return the kernel's estimate of what the server's connections cost it."""
        return overhead(server, self._older)
