"""Which role the virtual routers of this host have, as its addresses and daemons tell."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hatools.model import Topology, VirtualRouter
from hatools.model.router import VirtualAddress

DAEMON = "keepalived"
LOOPBACK = "lo"


class Role(NamedTuple):
    """The role of a router, and why we say so."""

    role: str
    reason: str


def local_routers(node: str, topologies: Sequence[Topology]) -> Iterator[VirtualRouter]:
    """Yield the routers that are this host's: all, or where there are several nodes, *node*'s."""
    owners = {one.node for one in topologies if one.routers}
    for topology in topologies:
        if len(owners) < 2 or topology.node == node:
            yield from topology.routers


def role_of(
    router: VirtualRouter,
    held: Mapping[str, str],
    links: Mapping[str, bool],
    running: bool | None,
    seen: bool,
) -> Role | None:
    """Return the role of *router*, None where it cannot be told.

    *held* are this host's addresses with their interfaces, *links* its interfaces and whether they
    are up.  *running* tells whether the daemon runs, None: nobody knows;
    *seen* whether it ever did.
    """
    wanted = (*router.addresses, *router.excluded_addresses)
    if not wanted:
        return None
    if any(has(held, one) for one in wanted):
        if running is False and seen:
            return Role("INIT", f"{DAEMON} does not run; its addresses are still here")
        return Role("MASTER", "it holds the addresses")
    if not links.get(router.interface, True):
        return Role("FAULT", f"{router.interface} is down")
    if running is False:
        return Role("INIT", f"{DAEMON} does not run")
    return Role("BACKUP", "it does not hold the addresses")


def has(held: Mapping[str, str], address: VirtualAddress) -> bool:
    """Tell whether *address* is among those that are *held* for others to find.

    On the loopback interface it is a real server's of direct routing, which a
    balancer may be as well: that makes nobody MASTER.
    """
    where = held.get(address.address)
    return where is not None and (where != LOOPBACK or address.interface == LOOPBACK)


class Daemons:
    """Finds the daemon among the processes of this network namespace."""

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc
        self._known: list[str] = []  # process numbers
        self._looked = float("-inf")
        self.seen = False

    def running(self, now: float, every: float = 2.0) -> bool | None:
        """Tell whether it runs at *now*, None where processes are hidden from us.

        All processes are looked at once in *every* seconds at most.
        """
        self._known = [pid for pid in self._known if self._is_daemon(pid)]
        if not self._known and not 0 <= now - self._looked < every:
            self._looked = now
            try:
                pids = [name for name in os.listdir(self._proc) if name.isdigit()]
            except OSError:
                return None
            if "1" not in pids:
                return None
            self._known = [pid for pid in pids if self._is_daemon(pid)]
        self.seen = self.seen or bool(self._known)
        return bool(self._known)

    @property
    def pids(self) -> list[int]:
        """The daemon's processes that were seen."""
        return [int(pid) for pid in self._known]

    def _is_daemon(self, pid: str) -> bool:
        try:
            with open(f"{self._proc}/{pid}/comm", encoding="utf-8", errors="replace") as file:
                if file.read().strip() != DAEMON:
                    return False
        except OSError:
            return False
        try:
            ours = os.readlink(f"{self._proc}/thread-self/ns/net")
            return os.readlink(f"{self._proc}/{pid}/ns/net") == ours
        except PermissionError:  # another user's process: take it for one of this network
            return True
        except OSError:  # it has just ended
            return False
