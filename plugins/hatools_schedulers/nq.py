"""nq: never queue; an idle server first, else the shortest expected delay (``ip_vs_nq.c``)."""

from __future__ import annotations

from hatools.plugin import Member
from hatools_schedulers.sed import ShortestExpectedDelay


class NeverQueue(ShortestExpectedDelay):
    """The first idle server in the list is taken even where a heavier idle one follows."""

    def cost(self, server: Member) -> int:
        """Return 0 for an idle server, so that idle ones are equal and come first."""
        return server.active + 1 if server.active else 0

    def scan(self) -> Member | None:
        """Return the first idle server, else the one with the shortest delay."""
        for server in self.servers:
            if server.usable and not server.active:
                return server
        return super().scan()
