"""What haproxy's log says of servers and backends, as events.

A server that haproxy begins with counts as up until a check says otherwise; so
it does here, as an assumption.  Maintenance and drain are an operator's doing: planned.
Maintenance because a name has no address is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hatools_availability.column import Column
from hatools_availability.heard import Heard
from hatools_availability.outages import ASSUMED, DOWN, ONGOING, PLANNED, UNKNOWN, UP

_SERVER = re.compile(r"(?:Backup )?Server ([^\s/]+)/(\S+) (.*)")
_PROXY = re.compile(r"Proxy (\S+) (started|stopped)")
_NO_ADDRESS = re.compile(r"\((.*(?:DNS|No IP).*)\)")
_MASTERS = re.compile(
    r"Exiting Master|Former worker|Current worker|All workers|Reloading|haproxy v"
)
_LASTED = ", check duration: "  # what follows in a sentence differs each time
DRAINED = 9  # planned, while checks go on
# How a sentence about a server begins -> what it is from then on; the first that fits.
_SAYS = (
    ("is going DOWN for maintenance", PLANNED),
    ("was DOWN and now enters maintenance", PLANNED),
    ("is stopping", PLANNED),
    ("enters drain state", DRAINED),
    ("remains in", DRAINED),
    ("is leaving forced", DRAINED),  # "… but remains in drain mode"
    ("is UP/DRAIN", DRAINED),
    ("is DOWN/DRAIN", DRAINED),
    ("is UP/READY", ASSUMED),  # nobody has looked since
    ("administratively READY", ASSUMED),
    ("is UP", UP),
    ("is DOWN", DOWN),
)


class _Said(NamedTuple):
    """A sentence about a server: what it is now; *leaves*: maintenance or drain is over."""

    pool: str
    server: str
    state: int
    reason: str
    leaves: bool


def _said(message: str) -> _Said | None:
    found = _SERVER.match(message)
    if found is None:
        return None
    pool, server, rest = found.groups()
    state = next((state for head, state in _SAYS if rest.startswith(head)), None)
    if state is None:
        return None
    reason = rest.partition("reason: ")[2]
    if state == PLANNED and (why := _NO_ADDRESS.search(rest)):
        state, reason = DOWN, why[1]
    return _Said(pool, server, state, reason, "leaving" in rest)


def _left(message: str) -> int | None:
    """Return how many servers are left where a message goes on ``. 1 active and 0 backup …``."""
    counts = message.partition(". ")[2]
    active, found, backup = counts[: counts.find(" backup")].partition(" active and ")
    try:
        return int(active) + int(backup) if found else None
    except ValueError:
        return None


class _Object:
    """A server or a backend: its last *state*, and all its changes."""

    __slots__ = ("changes", "state")

    def __init__(self, changes: Column) -> None:
        self.changes = changes
        self.state = -1  # nothing is known

    def is_now(self, time: float, state: int, reason: str = "") -> None:
        """Note that it is in *state* from *time* on."""
        self.state = state
        self.changes.note(time, PLANNED if state == DRAINED else state, reason)


class _Pool:
    """A backend, its servers, and the *owner*: the process that spoke of it last."""

    def __init__(self, whole: _Object) -> None:
        self.whole = whole
        self.servers: dict[str, _Object] = {}
        self.owner = ""

    def all(self) -> list[_Object]:
        """Return the servers, and the backend itself."""
        return [*self.servers.values(), self.whole]


# A sentence that was said before: of whom; what it says; what notes a time, a state and a reason,
# and the latter two.  Plain tuples: those with names take three times as long to unpack.
_Known = tuple[
    _Pool, _Object, _Said, int,
    Callable[[float], None], Callable[[int], None], Callable[[str], None], int, str,
]  # fmt: skip
MOST = 100_000  # sentences that are known at a time: some tell of something else each time


class _Node:
    """What one node's haproxy has said; *first* is when its log begins."""

    def __init__(self, first: float) -> None:
        self.first = first
        self.pools: dict[str, _Pool] = {}
        self.processes: set[str] = set()
        self.said: dict[str, _Known] = {}  # by the sentence up to how long the check took


class Haproxy:
    """Follows the haproxies of all nodes through their records, which come in order."""

    starts = ("Server ", "Backup Server ", "Proxy ", "New worker ")

    def __init__(self, heard: Heard, first: Mapping[tuple[str, str], float]) -> None:
        """*first* is when each node's log begins to speak of each program."""
        self._heard = heard
        self._first = first
        self._nodes: dict[str, _Node] = {}

    def told(self, time: float, node: str, process: str, message: str) -> None:
        """Take a record."""
        here = self._nodes.get(node)
        if here is None:
            here = self._nodes[node] = _Node(self._first[node, "haproxy"])
        end = message.find(_LASTED)
        known = here.said.get(message[:end]) if end > 0 else None
        if known is not None:
            pool, server, said, state, add_time, add_state, add_reason, shown, reason = known
            if process == pool.owner and server.state != DRAINED:  # no more than it says
                server.state = state
                add_time(time)
                add_state(shown)
                add_reason(reason)
                if pool.whole.state != UP or state == ASSUMED or ". 0 active" in message:
                    self._count(here, time, pool, said, _left(message))
                return
        if process not in here.processes and not _MASTERS.match(message):
            here.processes.add(process)
            self._begun(here, time)
        sentence, lasted, _ = message.partition(". ")[0].partition(_LASTED)
        if (new := _said(sentence)) is not None:
            pool, server = self._server(here, time, node, process, new, _left(message))
            if lasted:
                self._know(here, sentence, pool, server, new)
        elif message.startswith("New worker"):
            here.processes.add(message.partition("(")[2].partition(")")[0])
            self._begun(here, time)
        elif found := _PROXY.match(message):
            self._proxy(here, time, process, found[1], found[2] == "started")

    def _know(self, here: _Node, sentence: str, pool: _Pool, server: _Object, said: _Said) -> None:
        """Keep what *sentence* says: it will be said again."""
        if len(here.said) >= MOST:
            here.said.clear()
        changes, state = server.changes, said.state
        here.said[sentence] = (
            pool, server, said, state,
            changes.times.append, changes.states.append, changes.reasons.append,
            PLANNED if state == DRAINED else state, said.reason,
        )  # fmt: skip

    def _begun(self, here: _Node, time: float) -> None:
        """Take what nobody looked after to be up again: a new process begins."""
        for pool in here.pools.values():
            for one in pool.all():
                if one.state == UNKNOWN:
                    one.is_now(time, ASSUMED)

    def _proxy(self, here: _Node, time: float, process: str, name: str, starts: bool) -> None:
        pool = here.pools.get(name)
        if pool is None:
            return
        if starts:
            pool.owner = process
        elif process and pool.owner and process != pool.owner:
            return  # the old one ends, the new one has spoken already
        for one in pool.all():
            if one.state not in (-1, ASSUMED if starts else UNKNOWN):
                one.is_now(time, ASSUMED if starts else UNKNOWN)

    def _server(
        self, here: _Node, time: float, node: str, process: str, said: _Said, left: int | None
    ) -> tuple[_Pool, _Object]:
        pool = here.pools.get(said.pool)
        if pool is None:
            pool = here.pools[said.pool] = _Pool(_Object(self._heard.of("quorum", said.pool, node)))
        if process != pool.owner:
            if process and pool.owner:  # another process: it began with all of them up
                for one in pool.all():
                    if one.state not in (-1, ASSUMED):
                        one.is_now(time, ASSUMED)
            pool.owner = process
        server = pool.servers.get(said.server)
        if server is None:
            changes = self._heard.of("server", f"{said.pool}/{said.server}", node)
            server = pool.servers[said.server] = _Object(changes)
            if here.first < time:
                server.is_now(here.first, _before(said))
        state = said.state
        if server.state == DRAINED and state in (UP, DOWN) and not said.leaves:
            state = DRAINED  # checks go on, and count neither way
        server.is_now(time, state, said.reason)
        self._count(here, time, pool, said, left)
        return pool, server

    def _count(self, here: _Node, time: float, pool: _Pool, said: _Said, left: int | None) -> None:
        """Note what follows for the backend from how many servers it has *left*."""
        alone = left == 1 and said.state == UP
        if left is None:
            if said.state not in (UP, ASSUMED):
                return
            left = 1
        if left:
            now = ASSUMED if said.state == ASSUMED else UP
        elif all(one.state in (PLANNED, DRAINED) for one in pool.servers.values()):
            now = PLANNED
        else:
            now = DOWN
        whole = pool.whole
        if whole.state < 0 and here.first < time:
            whole.is_now(here.first, ONGOING if alone else ASSUMED)
        if now != whole.state:
            whole.is_now(time, now, f"no server left after {said.server}" if now == DOWN else "")


def _before(said: _Said) -> int:
    """Return what a server was before the first that a log says of it."""
    if said.leaves:
        return PLANNED
    return ONGOING if said.state == UP else ASSUMED
