"""A high-availability setup in no format's words: what readers fill and writers say.

The records of virtual routers and of bonds are imported when they are first
asked for: many configurations have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.model.check import Check, DnsQuery, Expect, HttpRequest, ScriptRun, Step, UdpProbe
from hatools.model.compare import differences, replace
from hatools.model.ledger import (
    KEPT,
    Entry,
    Fate,
    Outcome,
    Part,
    Record,
    Verdict,
    approximated,
    dropped,
    moved,
)
from hatools.model.origin import NOWHERE, Origin
from hatools.model.topology import (
    Condition,
    Listener,
    Mail,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Rule,
    Scheduler,
    Section,
    Service,
    Topology,
    Tunnel,
)

if TYPE_CHECKING:
    from hatools.model.bond import Address, Bond, BondPort, Route
    from hatools.model.router import (
        Authentication,
        SyncGroup,
        Tracker,
        Tracking,
        VirtualAddress,
        VirtualRouter,
    )

__all__ = [
    "KEPT",
    "NOWHERE",
    "Address",
    "Authentication",
    "Bond",
    "BondPort",
    "Check",
    "Condition",
    "DnsQuery",
    "Entry",
    "Expect",
    "Fate",
    "HttpRequest",
    "Listener",
    "Mail",
    "Origin",
    "Outcome",
    "Part",
    "Persistence",
    "Pool",
    "Quorum",
    "RealServer",
    "Record",
    "Route",
    "Rule",
    "Scheduler",
    "ScriptRun",
    "Section",
    "Service",
    "Step",
    "SyncGroup",
    "Topology",
    "Tracker",
    "Tracking",
    "Tunnel",
    "UdpProbe",
    "Verdict",
    "VirtualAddress",
    "VirtualRouter",
    "approximated",
    "differences",
    "dropped",
    "moved",
    "replace",
]


_LINKS = ("Address", "Bond", "BondPort", "Route")


def __getattr__(name: str) -> object:
    if name in _LINKS:
        from hatools.model import bond

        return getattr(bond, name)
    if name in __all__:
        from hatools.model import router

        return getattr(router, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
