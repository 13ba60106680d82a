"""rr: one server after the other (``ip_vs_rr.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler


class RoundRobin(KernelScheduler):
    """Starts behind the last pick; a weight only says whether a server is used at all."""

    heedless = True

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._last = -1  # index of the last pick; -1 is the head itself

    def added(self, server: Member) -> None:
        """Move on with the list; the head stays where it is."""
        if self._last >= 0:
            self._last += 1

    def removed(self, server: Member, at: int) -> None:
        """Go back to the predecessor where the last pick was removed."""
        if at <= self._last:
            self._last -= 1

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the next usable server."""
        servers, last = self.servers, self._last
        for run in (range(last + 1, len(servers)), range(last + 1)):
            for at in run:
                server = servers[at]
                if server.weight > 0 and not server.overloaded:
                    self._last = at
                    return server
        return None
