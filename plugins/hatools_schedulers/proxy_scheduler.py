"""What HAProxy's schedulers share: who is usable, active servers before backups, effective weights.

Every server is announced once, up or down, before a connection or another
change comes: those are set up at once, as when HAProxy starts.  What comes later
takes the way of a server that comes, leaves or changes its weight while it runs.
"""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member

SCALE = 16  # an effective weight is the weight times this
ACTIVE, BACKUP = 0, 1
WORD = 0xFFFFFFFF


def has_room(server: Member) -> bool:
    """Tell whether *server* can take a connection at once, before those that wait for it."""
    return not server.limit or (not server.queued and server.active < server.limit)


class ProxyScheduler:
    """A scheduler over the servers of one backend.

    *order* is as announced, *weights* has the effective weight of each, 0 where
    it is not usable; *usable* and *total* count and weigh active and backup
    servers; *first_backup* is the one that takes all when no active one is left.
    *running*: the start is over.
    """

    def __init__(self, balancing: Balancing) -> None:
        self.balancing = balancing
        self.order: list[Member] = []
        self.weights: dict[Member, int] = {}
        self.usable = [0, 0]
        self.total = [0, 0]
        self.first_backup: Member | None = None
        self.running = False
        for server in balancing.present:
            self.changed(server)

    def effective(self, server: Member) -> int:
        """Return the weight that counts; a slow start makes it less."""
        return server.weight * server.warmth

    def changed(self, server: Member) -> None:
        """Keep the sums in step; what the change was goes to the method for it."""
        if server not in self.weights:
            self.order.append(server)
            self.weights[server] = 0
            self.announced(server)
        else:
            self.running = True
        before = self.weights[server]
        now = self.effective(server) if server.up else 0
        if now == before:
            return
        kind = BACKUP if server.role == "backup" else ACTIVE
        self.weights[server] = now
        self.total[kind] += now - before
        self.usable[kind] += (now > 0) - (before > 0)
        if kind == BACKUP:
            self._choose_backup()
        if not before:
            self.entered(server, kind)
        elif not now:
            self.left(server, kind, before)
        else:
            self.reweighed(server, kind, before)

    def _choose_backup(self) -> None:
        self.first_backup = None
        if not self.balancing.fallback_all:
            backups = (one for one in self.order if one.role == "backup")
            self.first_backup = next((one for one in backups if self.weights[one]), None)

    @property
    def weight(self) -> int:
        """Return the sum of the weights of the servers in use now."""
        if self.usable[ACTIVE]:
            return self.total[ACTIVE]
        return self.weights[self.first_backup] if self.first_backup else self.total[BACKUP]

    @property
    def alone(self) -> bool:
        """Tell whether exactly one server is in use."""
        if self.usable[ACTIVE]:
            return self.usable[ACTIVE] == 1
        return self.first_backup is not None or self.usable[BACKUP] == 1

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server for *connection*."""
        return self.pick_avoiding(connection, draw, None)

    def pick_avoiding(
        self, connection: Connection, draw: float, avoid: Member | None
    ) -> Member | None:
        """Return the server for *connection*; *avoid* has just failed."""
        self.running = True
        if self.usable[ACTIVE]:
            return self.choose(ACTIVE, draw, avoid)
        if self.first_backup is not None:
            return self.first_backup
        return self.choose(BACKUP, draw, avoid) if self.usable[BACKUP] else None

    def choose(self, kind: int, draw: float, avoid: Member | None) -> Member | None:
        """Return a server among the active ones, or the backups."""
        raise NotImplementedError

    def announced(self, server: Member) -> None:
        """Note a server that was not known before."""

    def entered(self, server: Member, kind: int) -> None:
        """Note that *server* became usable."""

    def left(self, server: Member, kind: int, before: int) -> None:
        """Note that *server* is no longer usable; its effective weight was *before*."""

    def reweighed(self, server: Member, kind: int, before: int) -> None:
        """Note that the effective weight of a usable server was *before*."""

    def opened(self, server: Member) -> None:
        """Counters are read where they are needed."""

    def closed(self, server: Member) -> None:
        """Counters are read where they are needed."""
