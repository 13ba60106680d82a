"""leastconn: the fewest connections for its weight (``lb_fwlc.c``)."""

from __future__ import annotations

from contextlib import closing

from hatools.plugin import Balancing, Member
from hatools_schedulers.proxy_scheduler import SCALE, WORD, ProxyScheduler
from hatools_schedulers.proxy_tree import Entry, Tree

HEAVIEST = 256 * SCALE


class ProxyLeastConnection(ProxyScheduler):
    """Idle servers first, whatever they weigh; among equals the one that has waited longest."""

    def __init__(self, balancing: Balancing) -> None:
        self._trees: tuple[Tree[Member], Tree[Member]] = (Tree(), Tree())
        self._entries: dict[Member, tuple[Tree[Member], Entry[Member]]] = {}
        super().__init__(balancing)

    def _key(self, server: Member) -> int:
        busy = server.active + server.queued
        return ((busy + 1) * HEAVIEST & WORD) // self.weights[server] if busy else 0

    def entered(self, server: Member, kind: int) -> None:
        """Put *server* behind its equals."""
        tree = self._trees[kind]
        self._entries[server] = (tree, tree.insert(self._key(server), server))

    def left(self, server: Member, kind: int, before: int) -> None:
        """Take *server* out."""
        tree, entry = self._entries.pop(server)
        tree.remove(entry)

    def reweighed(self, server: Member, kind: int, before: int) -> None:
        """Put *server* where its new weight belongs, behind its equals."""
        self.left(server, kind, before)
        self.entered(server, kind)

    def opened(self, server: Member) -> None:
        """Put *server* behind its new equals, unless its key stays the same."""
        if server not in self._entries:
            return
        tree, entry = self._entries[server]
        key = self._key(server)
        if entry.key != key:
            tree.remove(entry)
            self._entries[server] = (tree, tree.insert(key, server))

    def closed(self, server: Member) -> None:
        """Put *server* behind its new equals."""
        self.opened(server)

    def choose(self, kind: int, draw: float, avoid: Member | None) -> Member | None:
        """Return the first that can take a connection, or let it wait."""
        tree = self._trees[kind]
        first = tree.first()
        if first is not None and not first.limit and first is not avoid:
            return first
        avoided = None
        with closing(tree.walk()) as walk:  # type: ignore[type-var]
            for server in walk:
                busy = server.active + server.queued
                if not server.limit or busy < server.limit + server.queue_limit:
                    if server is not avoid:
                        return server
                    avoided = server
        return avoided
