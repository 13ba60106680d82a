"""A backend of a proxy at work: limits and queues, stickiness, retries and redispatch.

Facts are those of haproxy's ``backend.c``, ``queue.c`` and ``stream.h``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hatools.engine.machine import Action, Event
from hatools.engine.proxy_queue import Queues, Waiting
from hatools.engine.proxy_servers import HASHES, ProxyServers
from hatools.engine.proxy_settings import Settings
from hatools.engine.stickiness import Cookie, StickTable
from hatools.model import Pool as PoolModel
from hatools.plugin.balancing import NO_FACTS, Connection, Member, Scheduler

TURN_AROUND = 1.0  # seconds before the same server is tried again, unless it connects faster
FULL_WITH_A_QUEUE = {"first", "roundrobin", "static-rr"}  # they know then that all are full
COUNTS_ALL = (3, 2)  # before, a server that came up did not count whom it took from the queue
FLUSHES = (3, 1)  # from this version on queues are emptied when nobody is left to serve them


def _version(programs: Mapping[str, str]) -> tuple[int, ...]:
    """Return the version of haproxy that is meant, the newest where none is."""
    parts = programs.get("haproxy", "").split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit()) or (99,)


class Retry(NamedTuple):
    """What follows a failed attempt: after *delay* seconds the same *server*, None for `reopen`."""

    delay: float
    server: Member | None


class ProxyPool(ProxyServers):
    """One backend and its servers.

    Connections that waited and now have a server are in *handed*, those that
    waited in vain in *refused*, until the driver takes them from there.
    *waits*: the last one that `open` or `reopen` gave no server stands in a
    queue, and leaves it for a server, or by `give_up`.  A driver that does not
    deal with that leaves *queueing* off: nobody waits then, full is full.
    """

    queueing = False

    def __init__(
        self,
        pool: PoolModel,
        scheduler: Scheduler,
        *,
        name: str = "",
        protocol: str = "tcp",
        programs: Mapping[str, str] = NO_FACTS,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(
            pool, scheduler, name=name, protocol=protocol, programs=programs, settings=settings
        )
        self._flushes = _version(programs) >= FLUSHES
        self._counts_all = _version(programs) >= COUNTS_ALL
        self._uncounted: dict[int, Member] = {}
        self._now = 0.0
        self.handed: list[tuple[Connection, Member]] = []
        self.refused: list[Connection] = []
        self.waits = False
        self._connections = 0
        self._direct: set[int] = set()
        self._queues = Queues()
        persistence = pool.persistence
        self.sticks: Cookie | StickTable | None = None
        if persistence is not None and persistence.kind == "cookie":
            self.sticks = Cookie(persistence, {key: one.cookie for key, one in self._said.items()})
        elif persistence is not None and persistence.kind == "address":
            self.sticks = StickTable(persistence)
        self._elastic = [
            (self.members[label], said.least_limit, self._limits[label])
            for label, said in self._said.items()
            if 0 < said.least_limit < self._limits[label] and self.settings.full
        ]

    def handle(self, event: Event) -> Iterator[Action]:
        """Take what its servers take; queues follow."""
        self._now = event.time
        return super().handle(event)

    def came_or_went(self, label: str) -> None:
        """Let the queues follow a change of the server *label*, but not one of its weight."""
        member = self.members[label]
        if not member.usable:
            self._redistribute(label, member)
        elif not self.was_live[label]:  # who was only drained comes back without
            self.grew(member)

    def _redistribute(self, label: str, member: Member) -> None:
        """Let those who wait for a server that left go elsewhere, where redispatch is asked for.

        Since 3.1 maintenance does that always, and nobody waits on when the last server left.
        """
        settings = self.settings
        leaving: list[Waiting] = []
        maintained = self._flushes and self.states[label] == "maintenance"
        if maintained or (settings.redispatch and not settings.persist):
            leaving = self._queues.leave(member)
        if self._flushes and not any(one.usable for one in self.members.values()):
            leaving += self._queues.leave(None)
        for one in leaving:
            server = self._assign(one.connection, one.draw, None, one.server)
            if server is not None:
                self.handed.append((one.connection, server))
            elif not self.waits:
                self._connections -= 1
                self.refused.append(one.connection)

    # Connections --------------------------------------------------------------------------------

    def open(self, connection: Connection, draw: float) -> Member | None:
        """Give *connection* to a server and count it; None where it waits, or is refused."""
        self._connections += 1
        self._now = connection.time
        direct = self._remembered(connection) if self.sticks is not None else None
        server = self._assign(connection, draw, direct, None)
        if server is None and not self.waits:
            self._connections -= 1
        return server

    def _remembered(self, connection: Connection) -> Member | None:
        assert self.sticks is not None
        label = self.sticks.find(connection)
        if label is None or label not in self.members:
            return None
        if not self.live[label] and not self.settings.persist:
            return None  # it is down: another one is chosen
        return self.members[label]

    def _assign(
        self, connection: Connection, draw: float, direct: Member | None, avoid: Member | None
    ) -> Member | None:
        """Choose a server and take a place there, or stand in a queue."""
        self.waits = False
        for member, least, most in self._elastic:
            wanted = max(least, self._connections * most // self.settings.full)
            member.limit = min(wanted, most)
        server = direct
        self.reason = "the client was there before (persistence)"
        if server is None:
            if not self._queues or self.algorithm not in FULL_WITH_A_QUEUE:
                server = self._pick(connection, draw, avoid)
            self.reason = f"{self.pool.scheduler.name} chose it"
            if server is None:
                if not any(one.usable for one in self.members.values()):
                    self.reason = "no server is usable"
                    return None
                self.reason = "every server is full: it waits"
                self._wait(Waiting(connection, draw, None, self._now))
                return None
        if server.limit and (server.queued or server.active >= server.limit):
            if server.queue_limit and server.queued >= server.queue_limit:
                if direct is not None and self.settings.redispatch:
                    return self._assign(connection, draw, None, server)
                self.reason = f"the queue of {server.name} is full"
                return None
            self.reason = f"{server.name} is full: it waits there"
            if direct is not None:
                self._direct.add(id(connection))
            self._wait(Waiting(connection, draw, server, self._now))
            return None
        if direct is not None:
            self._direct.add(id(connection))
        self._take(connection, server)
        return server

    def _pick(self, connection: Connection, draw: float, avoid: Member | None) -> Member | None:
        if avoid is not None and hasattr(self.scheduler, "pick_avoiding"):
            found: Member | None = self.scheduler.pick_avoiding(connection, draw, avoid)
            return found
        return self.scheduler.pick(connection, draw)

    def _wait(self, one: Waiting) -> None:
        self.waits = self.queueing
        if self.queueing:
            self._queues.join(one)
        else:
            self._direct.discard(id(one.connection))

    def _take(self, connection: Connection, server: Member) -> None:
        server.active += 1
        self.scheduler.opened(server)
        if self.sticks is not None:
            self.sticks.note(connection, server.name)

    def _release(self, connection: Connection, server: Member) -> None:
        """Give the place at *server* to who has waited longest for it, or for any server."""
        if self._uncounted.pop(id(connection), None) is None:
            server.active -= 1
            self.scheduler.closed(server)
        uncounted = sum(one is server for one in self._uncounted.values())
        if server.active + uncounted < server.limit:
            self._serve(server)

    def _serve(self, server: Member) -> None:
        while server.active < server.limit:
            one = self._queues.next(server, self._may_serve(server))
            if one is None:
                return
            self._take(one.connection, server)
            self.handed.append((one.connection, server))

    def _may_serve(self, server: Member) -> bool:
        """Tell whether *server* serves those that wait for any server."""
        if not server.usable or server.role != "backup":
            return server.usable
        others = [one for one in self.members.values() if one.usable and one is not server]
        if any(one.role != "backup" for one in others):
            return False
        earlier = [one for one in others if self._order(one) < self._order(server)]
        return self.balancing.fallback_all or not earlier

    def _order(self, server: Member) -> int:
        return list(self.members).index(server.name)

    def grew(self, server: Member) -> None:
        """Let a server that came, or grew, take from those that wait for any server."""
        taken = 0
        while self._queues and self._may_serve(server):
            if server.limit and server.active + taken >= server.limit:
                return
            one = self._queues.next(None, True)
            assert one is not None
            if self._counts_all:
                self._take(one.connection, server)
            else:
                taken += 1
                self._uncounted[id(one.connection)] = server
                if self.sticks is not None:
                    self.sticks.note(one.connection, server.name)
            self.handed.append((one.connection, server))

    def finish(self, connection: Connection, server: Member, aborted: bool = False) -> float:
        """Note that *connection* ended; there is nothing left to expire."""
        self._connections -= 1
        self._direct.discard(id(connection))
        self._release(connection, server)
        return 0.0

    @property
    def patience(self) -> float | None:
        """Return after how many seconds in a queue `give_up` is due, None for never."""
        return self.settings.queue_timeout

    def give_up(self, connection: Connection) -> bool:
        """Let *connection* leave its queue; False where it does not wait any more."""
        if not self._queues.give_up(connection):
            return False
        self._connections -= 1
        self._direct.discard(id(connection))
        return True

    def retry(
        self, connection: Connection, server: Member, failures: int, refused: bool
    ) -> Retry | None:
        """Say what follows the *failures*-th failed attempt, at *server*; None when it is given up.

        *refused*: the server said no, it was not silent.  Where another server is
        to be tried the place at this one is free from now on.
        """
        settings = self.settings
        if failures > settings.retries:
            self.finish(connection, server, aborted=True)
            return None
        actives = sum(one.usable and one.role != "backup" for one in self.members.values())
        away = settings.redispatch != 0 and self._leaves(connection, server, failures, actives)
        delay = 0.0
        if refused and (not away or actives <= 1):
            connect = settings.connect_timeout
            delay = TURN_AROUND if connect is None else min(TURN_AROUND, connect)
        if not away:
            return Retry(delay, server)
        self._direct.discard(id(connection))
        self._release(connection, server)
        return Retry(delay, None)

    def _leaves(self, connection: Connection, server: Member, failures: int, actives: int) -> bool:
        """Tell whether the next attempt is made elsewhere."""
        if not self.live[server.name] or server.name in self._warm:
            return True
        after = self.settings.redispatch
        every = after if after > 0 else self.settings.retries + 1 + after
        if every and failures % every == 0:
            return True
        persistent = id(connection) in self._direct
        return not persistent and actives > 1 and self.algorithm not in HASHES

    def reopen(self, connection: Connection, failed: Member, draw: float) -> Member | None:
        """Give *connection*, which *failed* did not serve, to another server, as `open` does."""
        server = self._assign(connection, draw, None, failed)
        if server is None and not self.waits:
            self._connections -= 1
        return server

    def brings(self, server: Member) -> tuple[str, str] | None:
        """Return the fact that clients of *server* bring along from now on: a cookie."""
        return self.sticks.given(server.name) if self.sticks is not None else None
