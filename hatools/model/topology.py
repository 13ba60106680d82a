"""Services, pools and servers: what is balanced to where.

Every object has an *origin* and perhaps an *own* record; origins do not count
for equality.  *own* holds the facts that only one language has, each a tuple
of words in that language, opaque to the others: they are offered back when
the same language is written and accounted for when another is.
Addresses are text in canonical form, names where the source has names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hatools.model.check import Check
from hatools.model.origin import NOWHERE, Located, Origin

if TYPE_CHECKING:
    from hatools.model.bond import Bond
    from hatools.model.router import SyncGroup, Tracker, VirtualRouter

Own = tuple[tuple[str, ...], ...]


class Scheduler(NamedTuple):
    """Which server is next: a name from the scheduler registry and its parameters."""

    name: str
    parameters: tuple[str, ...] = ()


class Persistence(NamedTuple):
    """How a client comes back to the same server.

    *kind* is ``address`` (by client address, *timeout* seconds, *mask* as prefix
    length: 32 or 128 for a whole address, None for whole of either family),
    or the format's own (``cookie``, ``table``) with its words in *words*.
    """

    kind: str
    timeout: float | None = None
    mask: int | None = None
    words: tuple[str, ...] = ()


class Quorum(NamedTuple):
    """The weight that must be up for the pool to count as up, and its slack."""

    weight: int = 1
    hysteresis: int = 0
    up_script: str = ""
    down_script: str = ""


class Tunnel(NamedTuple):
    """How packets to a tunnelled server are wrapped: kind (ipip, gue, gre), port, checksum."""

    kind: str = "ipip"
    port: int | None = None
    checksum: str = ""


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class RealServer(Located):
    """A server behind a service.

    *address* may be a name.  *port* None is the port the client asked for.
    *weight* 0 drains it.  *forwarding* is ``masquerade``, ``direct``, ``tunnel``
    or ``proxy`` (a full proxy opens its own connection).
    *role* is ``active``, ``backup`` (used when no active server is) or ``sorry``
    (used when the pool is below its quorum).  *on_failure* is ``remove`` or
    ``zero-weight``.  *state* is ``ready``, ``drain`` or ``maintenance``.
    *checks* must all pass; none means that it is always taken for up.
    """

    address: str
    port: int | None
    weight: int = 1
    name: str = ""
    forwarding: str = "proxy"
    role: str = "active"
    on_failure: str = "remove"
    state: str = "ready"
    upper_threshold: int | None = None
    lower_threshold: int | None = None
    checks: tuple[Check, ...] = ()
    tunnel: Tunnel | None = None
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Pool(Located):
    """Servers that share a scheduler.

    *fallback_all*: when only backups are left, use all of them, not the first.
    *one_packet*: each datagram is scheduled by itself.
    """

    name: str
    scheduler: Scheduler
    servers: list[RealServer] = field(default_factory=list)
    persistence: Persistence | None = None
    quorum: Quorum | None = None
    fallback_all: bool = False
    one_packet: bool = False
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Listener(Located):
    """Where clients connect.

    *address* None is any address.  *ports* is (first, last); None is all ports.
    *protocol* is ``tcp``, ``udp``, ``sctp`` or ``any``.  *mark* is a firewall mark
    that stands in for address, port and protocol; *family* is 4 or 6, or 0
    where it does not matter.  A listener that is no IP address (a Unix socket,
    a file descriptor) has it in *path*.
    """

    address: str | None = None
    ports: tuple[int, int] | None = None
    protocol: str = "tcp"
    mark: int | None = None
    family: int = 0
    path: str = ""
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule holds: *text* as written, *negated* for ``unless``.

    *parse* makes the tree of the text; it is the format's own and asked only
    when somebody wants the tree, for large files hold thousands of conditions.
    """

    text: str
    negated: bool = False
    parse: Callable[[str], object] | None = field(default=None, compare=False, repr=False)

    @property
    def tree(self) -> object:
        """The parsed text, None where it cannot be parsed.

        Nested tuples: ``("or", …)``, ``("and", …)``, ``("not", x)``,
        ``("acl", name)``, ``("anonymous", words…)``.
        """
        return self.parse(self.text) if self.parse is not None else None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Rule(Located):
    """Leads to *pool* (by name) when *condition* holds, in the order written."""

    pool: str
    condition: Condition | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Service(Located):
    """Something clients reach: listeners in front, pools behind.

    *layer* is 4 or 7.  *rules* are tried in order; *default_pool* names the pool
    when none holds, empty where there is none.  *connection_limit* is how many
    connections are served at once, None where nothing was said.
    """

    name: str
    listeners: list[Listener] = field(default_factory=list)
    layer: int = 4
    rules: list[Rule] = field(default_factory=list)
    default_pool: str = ""
    connection_limit: int | None = None
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Mail(Located):
    """Who is told of changes, and through which server."""

    recipients: tuple[str, ...] = ()
    sender: str = ""
    server: str = ""
    port: int | None = None
    helo: str = ""
    connect_timeout: float | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Section(Located):
    """A part of a configuration that only its own language has, kept whole.

    *kind* and *name* are its heading, *own* its statements in order.
    """

    kind: str
    name: str = ""
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Topology(Located):
    """One node's setup.

    *node* is its name where the configuration says one.  Pools are found by
    name through `pool`.
    """

    node: str = ""
    services: list[Service] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)
    routers: list[VirtualRouter] = field(default_factory=list)
    groups: list[SyncGroup] = field(default_factory=list)
    trackers: list[Tracker] = field(default_factory=list)
    mail: Mail | None = None
    sections: list[Section] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def pool(self, name: str) -> Pool | None:
        """Return the pool called *name*, or None."""
        for pool in self.pools:
            if pool.name == name:
                return pool
        return None
