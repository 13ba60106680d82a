"""A ring of nodes, 16 per unit of weight: what consistent hashes and ``random`` look into.

Facts are those of ``lb_chash.c``: a server's nodes follow from its number
alone, and the nearest node has a hash, before or behind it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain

from hatools.plugin import Balancing, Member
from hatools_schedulers.proxy_hash import WORD, avalanche
from hatools_schedulers.proxy_scheduler import ACTIVE, BACKUP, SCALE, ProxyScheduler, has_room

NODES_PER_SERVER = 4096  # numbers kept apart for a server's nodes
KEY = 32  # a node is its key, then when it came


class HashRing(ProxyScheduler):
    """Two rings, of the active servers and of the backups.

    *factor* is ``hash-balance-factor`` in percent, 0 for none; *affinity* is
    ``hash-preserve-affinity``: whether a server that is full keeps its hashes.
    """

    def __init__(self, balancing: Balancing) -> None:
        words = balancing.scheduler.parameters
        self._factor = int(_behind("hash-balance-factor", words) or 0)
        self._affinity = _behind("hash-preserve-affinity", words)
        self._nodes: dict[Member, list[int]] = {}
        self._keys: dict[Member, list[int]] = {}
        self._owners: dict[int, Member] = {}
        self._rings: list[list[int] | None] = [None, None]
        self._before: dict[Member, int] = {}  # weights of those announced before
        self._weighed = [0, 0]
        self._arrivals = 0
        self._last: tuple[int, int] | None = None  # the ring and the node of the last turn
        super().__init__(balancing)

    # The rings ------------------------------------------------------------------------------

    def announced(self, server: Member) -> None:
        """Note where its nodes will be, and what those before it weigh: it has the odd slot."""
        self._keys[server] = []
        self._grow(server, server.weight * SCALE)
        self._nodes[server] = []
        kind = BACKUP if server.role == "backup" else ACTIVE
        self._before[server] = self._weighed[kind] if server.up and not self.running else 0
        if server.up:
            self._weighed[kind] += self.effective(server)

    def _grow(self, server: Member, wanted: int) -> None:
        keys, first = self._keys[server], server.number * NODES_PER_SERVER
        keys += [avalanche(first + at & WORD) for at in range(len(keys), wanted)]

    def entered(self, server: Member, kind: int) -> None:
        """Set the nodes of *server*."""
        self._set(server, kind, self.weights[server])

    def left(self, server: Member, kind: int, before: int) -> None:
        """Take the nodes of *server* away."""
        self._set(server, kind, 0)

    def reweighed(self, server: Member, kind: int, before: int) -> None:
        """Add or take away nodes of *server*, the last ones first."""
        self._set(server, kind, self.weights[server])

    def _set(self, server: Member, kind: int, wanted: int) -> None:
        nodes, keys = self._nodes[server], self._keys[server]
        if len(keys) < wanted:
            self._drop(server, kind, 0)  # a weight never had before: all nodes come anew
            self._grow(server, wanted)
        self._drop(server, kind, wanted)
        for key in keys[len(nodes) : wanted]:
            node = key << KEY | self._arrivals
            self._arrivals += 1
            nodes.append(node)
            self._owners[node] = server
        self._rings[kind] = None

    def _drop(self, server: Member, kind: int, keep: int) -> None:
        nodes = self._nodes[server]
        if self._last is not None and self._last[0] == kind:
            while self._last is not None and self._last[1] in nodes[keep:]:
                # the turn goes to the next node, which may be about to go as well
                at = nodes.index(self._last[1])
                gone = set(nodes[at + 1 :])
                ring = [one for one in self._ring(kind) if one not in gone]
                place = bisect_right(ring, self._last[1]) % len(ring)
                self._last = (kind, ring[place]) if len(ring) > 1 else None
        for node in nodes[keep:]:
            del self._owners[node]
        del nodes[keep:]
        self._rings[kind] = None

    def _ring(self, kind: int) -> list[int]:
        ring = self._rings[kind]
        if ring is None:
            own = (
                nodes
                for one, nodes in self._nodes.items()
                if (one.role == "backup") == (kind == BACKUP)
            )
            ring = self._rings[kind] = sorted(chain.from_iterable(own))
        return ring

    def _kind(self) -> int:
        return ACTIVE if self.usable[ACTIVE] else BACKUP

    # Looking up -----------------------------------------------------------------------------

    def at(self, value: int, avoid: Member | None) -> Member | None:
        """Return the server nearest to the hash *value*, or the next one that may be taken."""
        if not self.usable[ACTIVE] and self.first_backup is not None:
            return self.first_backup
        ring = self._ring(self._kind())
        if not ring:
            return None
        place = bisect_left(ring, value << KEY) % len(ring)
        behind, ahead = ring[place - 1] >> KEY, ring[place] >> KEY
        if value - behind & WORD <= ahead - value & WORD:
            place = (place - 1) % len(ring)
        server = self._owners[ring[place]]
        ends = 0
        while server is avoid or self._passed(server):
            place += 1
            if place == len(ring):
                place, ends = 0, ends + 1
                if ends > 1:
                    break
            server = self._owners[ring[place]]
        return server

    def _passed(self, server: Member) -> bool:
        """Tell whether *server* has more than its share, or is full where that matters."""
        if self._factor and server.active >= self._allowed(server):
            return True
        if self._affinity == "maxconn":
            return 0 < server.limit <= server.active
        if self._affinity == "maxqueue" and server.limit and server.queue_limit:
            return server.active + server.queued >= server.limit + server.queue_limit
        return False

    def _allowed(self, server: Member) -> int:
        """Return how many connections *server* may have; what is left over goes by weight."""
        served = sum(one.active for one in self.order)
        allowed = ((served + 1) * self._factor + 99) // 100
        total, before = self.weight, self._before[server]
        each, rest = divmod(allowed, total)
        weight = self.weights[server]
        own = weight * each + (before + weight) * rest // total - before * rest // total
        return max(own, 1)

    def following(self, avoid: Member | None) -> Member | None:
        """Return the server of the next node that has room."""
        if not self.usable[ACTIVE] and self.first_backup is not None:
            return self.first_backup
        home = self._kind()
        stop = now = self._last
        avoided: tuple[Member, tuple[int, int]] | None = None
        while True:
            now = self._after(now, home)
            self._last = now
            if now is None:
                return None
            stop = stop or now
            server = self._owners[now[1]]
            if has_room(server):
                if server is not avoid:
                    return server
                avoided = (server, now)
            if now == stop:
                break
        self._last = avoided[1] if avoided else None
        return avoided[0] if avoided else None

    def _after(self, turn: tuple[int, int] | None, home: int) -> tuple[int, int] | None:
        """Return the turn after *turn*: a ring is walked to its end before *home* is begun."""
        if turn is not None:
            ring = self._ring(turn[0])
            place = bisect_right(ring, turn[1])
            if place < len(ring):
                return turn[0], ring[place]
        ring = self._ring(home)
        return (home, ring[0]) if ring else None


def _behind(word: str, words: tuple[str, ...]) -> str:
    """Return the word behind *word*, empty where it is not."""
    return next((words[at + 1] for at, one in enumerate(words[:-1]) if one == word), "")
