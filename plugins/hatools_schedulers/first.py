"""first: the server with the lowest number that has room (``lb_fas.c``)."""

from __future__ import annotations

from bisect import insort
from operator import attrgetter

from hatools.plugin import Balancing, Member
from hatools_schedulers.proxy_scheduler import ProxyScheduler, has_room


class FirstAvailable(ProxyScheduler):
    """Weights do not count; without a limit the first server has everything."""

    def __init__(self, balancing: Balancing) -> None:
        self._servers: tuple[list[Member], list[Member]] = ([], [])
        super().__init__(balancing)

    def entered(self, server: Member, kind: int) -> None:
        """Put *server* where its number belongs."""
        insort(self._servers[kind], server, key=attrgetter("number"))

    def left(self, server: Member, kind: int, before: int) -> None:
        """Take *server* out."""
        self._servers[kind].remove(server)

    def choose(self, kind: int, draw: float, avoid: Member | None) -> Member | None:
        """Return the first that has room."""
        avoided = None
        for server in self._servers[kind]:
            if has_room(server):
                if server is not avoid:
                    return server
                avoided = server
        return avoided
