"""Those who wait for a server of a proxy: one queue per server, one for any of them."""

from __future__ import annotations

from hatools.plugin.balancing import Connection, Member


class Waiting:
    """A *connection* in a queue: that of *server*, None for any; *draw* is for another choice.

    *since* is when it came there, in milliseconds, as haproxy orders queues.
    """

    __slots__ = ("connection", "draw", "server", "since")

    def __init__(
        self, connection: Connection, draw: float, server: Member | None, now: float
    ) -> None:
        self.connection = connection
        self.draw = draw
        self.server = server
        self.since = int(now * 1000)


class Queues:
    """First come, first served; true while somebody waits for any server."""

    def __init__(self) -> None:
        self._of: dict[Member | None, dict[int, Waiting]] = {}  # by the connection's identity

    def __bool__(self) -> bool:
        return bool(self._of.get(None))

    def join(self, one: Waiting) -> None:
        """Stand at the end."""
        self._of.setdefault(one.server, {})[id(one.connection)] = one
        if one.server is not None:
            one.server.queued += 1

    def _first(self, server: Member | None) -> Waiting | None:
        queue = self._of.get(server)
        return next(iter(queue.values())) if queue else None

    def next(self, server: Member | None, any_server: bool) -> Waiting | None:
        """Take out who has waited longest for *server*, or for any where *any_server*."""
        own = self._first(server) if server is not None else None
        general = self._first(None) if any_server else None
        one = own or general
        if own is not None and general is not None and general.since < own.since:
            one = general
        if one is not None:
            self._remove(one)
        return one

    def _remove(self, one: Waiting) -> None:
        del self._of[one.server][id(one.connection)]
        if one.server is not None:
            one.server.queued -= 1

    def leave(self, server: Member | None) -> list[Waiting]:
        """Take out all who wait for *server*, None for those who take any."""
        found = list(self._of.get(server, {}).values())
        for one in found:
            self._remove(one)
        return found

    def give_up(self, connection: Connection) -> bool:
        """Take *connection* out; False where it does not wait."""
        for queue in self._of.values():
            if id(connection) in queue:
                self._remove(queue[id(connection)])
                return True
        return False
