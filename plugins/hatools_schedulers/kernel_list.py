"""The list of servers that the kernel's schedulers walk: the newest first.

A server that comes enters at the head (``ip_vs_ctl.c``), so the walk is the
reverse of the order in which servers were added; ties go to the first in the
list, the one added last.
"""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member

NEWER_COST = (6, 12)  # from this kernel on a connection's cost is active x 256 + total


class KernelScheduler:
    """A scheduler over the kernel's list: *servers*, the head first."""

    def __init__(self, balancing: Balancing) -> None:
        self.balancing = balancing
        self.servers: list[Member] = list(reversed(balancing.present))
        # id -> weight and overload last seen
        self._known = {id(one): (one.weight, one.overloaded) for one in self.servers}

    def changed(self, server: Member) -> None:
        """Keep the list in step; what the change was goes to the method for it."""
        known = self._known.get(id(server))
        now = (server.weight, server.overloaded)
        if not server.up:
            if known is not None:
                del self._known[id(server)]
                at = self.servers.index(server)
                del self.servers[at]
                self.removed(server, at)
            return
        self._known[id(server)] = now
        if known is None:
            self.servers.insert(0, server)
            self.added(server)
        elif known[1] != server.overloaded and known[0] == server.weight:
            self.loaded(server)
        else:
            self.edited(server)

    def opened(self, server: Member) -> None:
        """Counters are read where they are needed."""

    def closed(self, server: Member) -> None:
        """Counters are read where they are needed."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server for *connection*."""
        raise NotImplementedError

    def added(self, server: Member) -> None:
        """Note that *server* entered at the head of the list."""
        self.edited(server)

    def removed(self, server: Member, at: int) -> None:
        """Note that *server* left the list; it was at index *at*."""
        self.edited(server)

    def edited(self, server: Member) -> None:
        """Note that *server* was edited: the kernel tells a scheduler so at every edit."""

    def loaded(self, server: Member) -> None:
        """Note that *server* reached its upper threshold, or fell below it."""


def older_cost(balancing: Balancing) -> bool:
    """Tell whether this kernel's cost of a server is active x 256 + inactive."""
    version = balancing.programs.get("kernel", "")
    if not version:
        return False
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return numbers < NEWER_COST


def overhead(server: Member, older: bool) -> int:
    """Return the cost of the connections *server* has (``ip_vs_dest_conn_overhead``)."""
    if older:
        return server.active * 256 + server.inactive
    return server.active * 257 + server.inactive
