"""A backend of a proxy: limits and queues, backups, slow start, stickiness, redispatch."""

from __future__ import annotations

from hatools.engine.pool import PoolMachine
from hatools.plugin.balancing import Connection, Member


class ProxyPool(PoolMachine):
    """One backend and its servers."""

    def open(self, connection: Connection, draw: float) -> Member | None:
        """Give *connection* to a server and count it."""
        server = self.scheduler.pick(connection, draw)
        if server is not None:
            server.active += 1
            self.scheduler.opened(server)
        return server

    def finish(self, connection: Connection, server: Member, aborted: bool = False) -> float:
        """Note that *connection* ended; there is nothing left to expire."""
        server.active -= 1
        self.scheduler.closed(server)
        return 0.0
