"""The parts that a service's availability is computed from: records, without the model's words.

Times are seconds.  `hatools_availability.setup` makes them from configurations,
`hatools_availability.changes` alters them to see what that would gain.
"""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import Check
from hatools.reliability.blocks import Times

SEVERAL = "several at once"  # the component of what is lost because several failed together


class Cause(NamedTuple):
    """Something whose failure keeps a node from serving an address.

    *component* is whose it is (``node lb1``), *times* its MTTF and MTTR.
    *takeover* is how many seconds pass until another node serves, on average;
    *covered* the share of its failures after which one does by itself.
    *ports* are the times of a bond's ports, by name, where it is one.
    *never* tells why nothing takes over, where nothing does.
    """

    label: str
    component: str
    times: Times
    takeover: float = 0.0
    covered: float = 1.0
    ports: tuple[tuple[str, Times], ...] = ()
    never: str = ""


class Member(NamedTuple):
    """A node that can hold a front's addresses, and what may keep it from that.

    *returns*: repaired, it takes the role back from a node that comes after it.
    """

    node: str
    causes: tuple[Cause, ...]
    returns: bool = True


class Front(NamedTuple):
    """Where clients come in: addresses, and the nodes that can hold them, the preferred first.

    *common_cause* is the share of a node's failures that take all nodes,
    *manual* how long it takes at most until somebody moves the addresses by hand,
    *interruption* what a return of the preferred node costs, *crews* how many
    nodes are repaired at once.
    """

    name: str
    members: tuple[Member, ...]
    common_cause: float = 0.0
    manual: float = 0.0
    interruption: float = 0.0
    coverage: float = 1.0
    advertisement_interval: float = 0.0
    crews: int = 1


class Server(NamedTuple):
    """A real server: *detection* seconds it still gets its share of requests, silent.

    *detection* None: nobody checks it, and it keeps its share.  *back* is how
    long it is out after its repair, until its checks have passed.
    """

    label: str
    weight: int
    times: Times
    detection: float | None = None
    back: float = 0.0
    check: Check | None = None
    proxied: bool = False


class Pool(NamedTuple):
    """The servers behind a service; *needed* is the weight below which it counts as down."""

    name: str
    servers: tuple[Server, ...]
    needed: int = 1
    backups: tuple[Server, ...] = ()
    all_backups: bool = False
    sorry: bool = False


class Setup(NamedTuple):
    """A service as clients see it: a front, and a pool behind it where it balances to one."""

    name: str
    front: Front | None
    pool: Pool | None = None


class Cost(NamedTuple):
    """A share of time that a cause costs; *component* groups causes; *kind* colours them.

    Kinds are node, failover, coverage, common, return, server, detection, several.
    """

    cause: str
    component: str
    kind: str
    lost: float


class Loss(NamedTuple):
    """What a part of a service loses: *lost* is the sum of *costs*.

    *down* is the share of time in which nothing is served at all, *frequency*
    how often that begins, per second; the rest of *lost* is requests that meet
    a server which is down and not yet out.
    """

    down: float
    frequency: float
    costs: tuple[Cost, ...]

    @property
    def lost(self) -> float:
        """The share of requests that are lost."""
        return sum(cost.lost for cost in self.costs)
