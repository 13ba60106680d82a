"""What a scheduler sees and is: the members of a pool, a new connection, the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from hatools.model import topology

NO_FACTS: Mapping[str, str] = MappingProxyType({})
FULL_WARMTH = 16


class Connection(NamedTuple):
    """A new connection as a scheduler sees it: who asks, for what, when.

    Addresses are text in canonical form, *time* is seconds since the start.
    *facts* is what the payload says, by the name of what fetches it: ``uri``
    (path and query as sent), ``hdr(host)`` (names in lower case),
    ``url_param(id)``, ``cookie(NAME)``, ``rdp-cookie(NAME)``.
    """

    client: str
    client_port: int = 0
    address: str = ""
    port: int = 0
    protocol: str = "tcp"
    time: float = 0.0
    facts: Mapping[str, str] = NO_FACTS


class Member:
    """A server at work in one pool: what the engine keeps and a scheduler reads.

    *number* is its place as written, from 1, or the ``id`` that a proxy's
    server is given.  *weight* is the configured or changed weight; *warmth* is
    how far a slow start has come, in sixteenths.  *up*: it is in the scheduler's
    set.  Taking it down means that it leaves the kernel's list (coming up, it
    enters at the head, as a new one does), or the proxy's trees.  *overloaded*
    is the flag of the upper threshold.  *limit* is how many connections it may
    have at once (0: any number), *queue_limit* how many more may wait for it
    (0: any number).
    The counters: *active* and *inactive* connections (a proxy has no inactive
    ones), *queued* requests that wait for it.
    """

    __slots__ = (
        "active",
        "address",
        "inactive",
        "limit",
        "name",
        "number",
        "overloaded",
        "port",
        "queue_limit",
        "queued",
        "role",
        "up",
        "warmth",
        "weight",
    )

    def __init__(
        self,
        name: str,
        address: str,
        port: int,
        weight: int = 1,
        number: int = 1,
        role: str = "active",
        limit: int = 0,
    ) -> None:
        self.name = name
        self.address = address
        self.port = port
        self.weight = weight
        self.number = number
        self.role = role
        self.limit = limit
        self.queue_limit = 0
        self.warmth = FULL_WARMTH
        self.up = False
        self.overloaded = False
        self.active = 0
        self.inactive = 0
        self.queued = 0

    @property
    def usable(self) -> bool:
        """Tell whether new connections may be balanced to it."""
        return self.up and self.weight > 0 and not self.overloaded

    def __repr__(self) -> str:
        return f"Member({self.name!r}, weight={self.weight}, active={self.active}, up={self.up})"


class Balancing(NamedTuple):
    """What a scheduler is made for: the pool's scheduler as the model has it, and the programs.

    *programs* gives versions by name where they matter to the algorithm
    (``{"kernel": "6.1", "haproxy": "2.6"}``); a missing one is the newest.
    *fallback_all*: with only backups left, all of them are used, not the first.
    *present* are the servers that are already there, in the order they came,
    when a service changes its scheduler while it runs.
    """

    scheduler: topology.Scheduler
    protocol: str = "tcp"
    programs: Mapping[str, str] = NO_FACTS
    fallback_all: bool = False
    present: tuple[Member, ...] = ()


class Pool(Protocol):
    """One scheduler at work on one pool.

    Where its choices do not depend on the counters it may have an attribute
    ``heedless = True``: then it need not be told of `opened` and `closed`, and
    the counters may lag behind when it picks.
    """

    def changed(self, server: Member) -> None:
        """Note that *server* came, left (``up``), or changed in weight, warmth or overload."""

    def opened(self, server: Member) -> None:
        """Note that a counter of *server* rose."""

    def closed(self, server: Member) -> None:
        """Note that a counter of *server* fell, or that a connection became inactive."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server for *connection*, None when none is usable; *draw* is in [0, 1)."""


class Avoiding(Pool, Protocol):
    """A scheduler that can look for another server than the one that just failed."""

    def pick_avoiding(
        self, connection: Connection, draw: float, avoid: Member | None
    ) -> Member | None:
        """Return the server for *connection*, *avoid* only where its algorithm has no other."""


class Scheduler(NamedTuple):
    """Which server is next: a registry name and a maker of one object per pool.

    ``balance hdr(Host)`` is the scheduler ``hdr``: what stands in parentheses
    is not part of the registry name and is found in `Balancing.scheduler`.
    *random*: its picks depend on the draw, so they can only be told as shares.
    """

    name: str
    make: Callable[[Balancing], Pool]
    title: str = ""
    random: bool = False
