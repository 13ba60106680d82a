"""sed: the shortest expected delay, (active + 1) / weight (``ip_vs_sed.c``)."""

from __future__ import annotations

from hatools.plugin import Member
from hatools_schedulers.lazy_heap import LeastCost


class ShortestExpectedDelay(LeastCost):
    """Inactive connections do not count, so without active ones the heaviest server has all."""

    def cost(self, server: Member) -> int:
        """Return how many active connections there would be."""
        return server.active + 1
