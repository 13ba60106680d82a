"""A high-availability setup in no format's words: what readers fill and writers say."""

from hatools.model.check import Check, DnsQuery, Expect, HttpRequest, ScriptRun, Step, UdpProbe
from hatools.model.compare import differences
from hatools.model.ledger import KEPT, Entry, Fate, Ledger, Outcome, Part, Record, Verdict
from hatools.model.origin import NOWHERE, Origin
from hatools.model.router import (
    Authentication,
    SyncGroup,
    Tracker,
    Tracking,
    VirtualAddress,
    VirtualRouter,
)
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

__all__ = [
    "KEPT",
    "NOWHERE",
    "Authentication",
    "Check",
    "Condition",
    "DnsQuery",
    "Entry",
    "Expect",
    "Fate",
    "HttpRequest",
    "Ledger",
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
    "differences",
]
