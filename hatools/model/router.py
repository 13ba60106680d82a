"""Virtual routers: addresses that move between nodes (RFC 5798, RFC 9568)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hatools.model.origin import NOWHERE, Located, Origin


class VirtualAddress(NamedTuple):
    """An address that the MASTER holds: prefix length, interface, label and the rest as written."""

    address: str
    prefix: int | None = None
    interface: str = ""
    label: str = ""
    scope: str = ""
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authentication:
    """How advertisements are authenticated; *secret* never leaves this object unmasked."""

    kind: str
    secret: str = field(repr=False)


class Tracking(NamedTuple):
    """A reference to a tracker; *weight* belongs to the reference, None: the tracker's own."""

    kind: str
    name: str
    weight: int | None = None
    reverse: bool = False


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Tracker(Located):
    """Something whose failure changes who is MASTER.

    *kind* is ``script``, ``process``, ``file`` or ``bfd``.  Times in seconds.
    """

    kind: str
    name: str
    command: str = ""
    interval: float = 1.0
    timeout: float | None = None
    rise: int = 1
    fall: int = 1
    weight: int = 0
    own: tuple[tuple[str, ...], ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class VirtualRouter(Located):
    """One VRRP instance on one node.

    *virtual_router_id* is 1..255, *priority* 1..255 (255 owns the addresses),
    *advertisement_interval* and *preempt_delay* are seconds.  *initial_state*
    is MASTER or BACKUP as written.  *down_timer_adverts* is how many missed
    advertisements make the master down.
    """

    name: str
    interface: str = ""
    virtual_router_id: int | None = None
    priority: int = 100
    initial_state: str = "BACKUP"
    version: int = 2
    family: int = 4
    advertisement_interval: float = 1.0
    down_timer_adverts: int = 3
    preempt: bool = True
    preempt_delay: float = 0.0
    accept: bool = True
    strict: bool = False
    authentication: Authentication | None = None
    source_address: str = ""
    peers: tuple[str, ...] = ()
    addresses: tuple[VirtualAddress, ...] = ()
    excluded_addresses: tuple[VirtualAddress, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    own: tuple[tuple[str, ...], ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class SyncGroup(Located):
    """Virtual routers that become MASTER together or not at all."""

    name: str
    members: tuple[str, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    own: tuple[tuple[str, ...], ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
