"""What fails, who takes over, and when: every single failure of a cluster, tried out.

Each failure strikes a settled cluster at several moments between two
advertisements, so that the answer has a best, a typical and a worst case.  A
script begins to fail at any moment between two of its runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.election import OWNER, Election
from hatools.engine.health import detection
from hatools.engine.machine import Event
from hatools.engine.world import World
from hatools.model import Check, VirtualRouter

MOMENTS = (0.001, 0.2, 0.4, 0.6, 0.8, 0.999)  # where between two advertisements it strikes
JUST = 1e-6  # seconds before a script's run
Strike = Callable[[World], None]


class Failure(NamedTuple):
    """Something that can fail: its *kind*, what it is, and the node it strikes.

    *kind* is crash, stop, kill, interface, script, process, file, bfd or cut.
    """

    kind: str
    subject: str
    node: str
    strike: Strike

    def __str__(self) -> str:
        said = {
            "crash": "{node} crashes",
            "stop": "keepalived on {node} is stopped",
            "kill": "keepalived on {node} is killed",
            "interface": "{subject} on {node} loses its link",
            "cut": "{node} and {subject} no longer hear each other",
        }.get(self.kind, "{kind} {subject} on {node} fails")
        return said.format(kind=self.kind, subject=self.subject, node=self.node)


class Takeover(NamedTuple):
    """What becomes of one virtual router's addresses.

    *holders* have them afterwards: none, one, or more in a split brain.  The
    times are seconds from the failure until that is so, all None when nothing
    changes.  *reason* tells why, with the arithmetic where nothing changes; it is
    empty where the failure itself says all.
    """

    router: str
    addresses: tuple[str, ...]
    before: str
    holders: tuple[str, ...]
    best: float | None
    typical: float | None
    worst: float | None
    reason: str

    @property
    def never(self) -> bool:
        """Tell whether the role stays with the node that was struck."""
        return self.worst is None


class Consequence(NamedTuple):
    """A failure and what follows for every virtual router whose MASTER it struck."""

    failure: Failure
    takeovers: tuple[Takeover, ...]


class Outage(NamedTuple):
    """How long a silent server is still given connections: least, mean and most seconds."""

    pool: str
    server: str
    best: float
    typical: float
    worst: float


def what_if(cluster: Cluster, kinds: Collection[str] = ()) -> Iterator[Consequence]:
    """Yield the consequence of every single failure of *cluster*, or of those of *kinds*."""
    settled = Course(cluster)
    settled.settle()
    masters = settled.masters()
    for failure in failures(cluster, settled.world):
        if kinds and failure.kind not in kinds:
            continue
        takeovers = tuple(
            takeover
            for name, (node, election) in masters.items()
            if failure.node == node or (failure.kind == "cut" and failure.subject == node)
            for takeover in [takeover_of(cluster, failure, name, node, election)]
        )
        if takeovers:
            yield Consequence(failure, takeovers)


def failures(cluster: Cluster, world: World) -> Iterator[Failure]:
    """Yield every single failure that concerns a virtual router."""
    routers = cluster.routers()
    for name in dict.fromkeys(node for node, _ in routers):
        station = world.stations[name]
        for kind in ("crash", "stop", "kill"):
            yield Failure(kind, name, name, _end(name, kind))
        tracked = {
            tracking.name
            for election in station.node.elections.values()
            for tracking in election.tracks()
            if tracking.kind == "interface"
        }
        own = {router.interface for node, router in routers if node == name}
        for link in sorted(own | tracked):
            yield Failure("interface", link, name, _unplug(name, link))
        for machine in station.node.trackers.values():
            kind = machine.tracker.kind
            yield Failure(
                kind, machine.tracker.name, name, _break(name, kind, machine.tracker.name)
            )
    names = list(dict.fromkeys(node for node, _ in routers))
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            yield Failure("cut", other, one, _cut(one, other))


def _end(name: str, how: str) -> Strike:
    def strike(world: World) -> None:
        {"crash": world.crash, "stop": world.stop, "kill": world.kill}[how](name)

    return strike


def _unplug(name: str, link: str) -> Strike:
    return lambda world: world.link(name, link, False)


def _break(name: str, kind: str, tracker: str) -> Strike:
    if kind == "script":
        return lambda world: world.scripts.__setitem__((name, tracker), "fails")
    return lambda world: world.tracked(name, f"{kind}:{tracker}", False, -1)


def _cut(one: str, other: str) -> Strike:
    def strike(world: World) -> None:
        world.wire.cut(one, other)
        world.wire.cut(other, one)

    return strike


class Course:
    """One run of a cluster: settle, strike, settle again."""

    def __init__(self, cluster: Cluster, start: bool = True) -> None:
        self.world = cluster.world(self._heard, balancing=False)
        self.changed = 0.0
        self.roles: dict[tuple[str, str], tuple[float, str, str]] = {}
        self._calm = cluster.calm()
        self._networks = cluster.networks()
        for name in cluster.nodes if start else ():
            self.world.start(name)

    def _heard(self, node: str, event: Event) -> None:
        if event.kind == "role":
            self.changed = event.time
            role, why = str(event.details["role"]), str(event.details["reason"])
            self.roles[node, event.subject] = (event.time, role, why)

    def settle(self) -> None:
        """Run until nothing has changed for longer than any timer takes."""
        start = self.world.now
        for _ in range(100):
            calm = max(self.changed, start) + self._calm
            if self.world.now >= calm:
                return
            self.world.run(calm)

    def masters(self) -> dict[str, tuple[str, Election]]:
        """Return the virtual routers that have a MASTER: by name, its node and machine."""
        found = {}
        for name, station in self.world.stations.items():
            for router, election in station.node.elections.items():
                if election.role == "MASTER":
                    found[f"{name} {router}"] = (name, election)
        return found

    def holders(self, election: Election) -> list[str]:
        """Return the nodes that are MASTER of the virtual router of *election* and are heard of."""
        mine = self._identity(self._owner(election), election.router)
        addresses = {address.address for address in election.router.addresses}
        found = []
        for name, station in self.world.stations.items():
            for other in station.node.elections.values():
                same = self._identity(name, other.router) == mine
                shares = addresses & {address.address for address in other.router.addresses}
                if (same or shares) and station.running and other.role == "MASTER":
                    found.append(name)
                    break
        return found

    def since(self, node: str, election: Election) -> tuple[float, str]:
        """Return when and why *node* took its present role for the router of *election*."""
        mine = self._identity(self._owner(election), election.router)
        for other in self.world.stations[node].node.elections.values():
            same = self._identity(node, other.router) == mine
            if same and (node, other.name) in self.roles:
                at, _, why = self.roles[node, other.name]
                return at, why
        return 0.0, ""

    def rivals(self, node: str, election: Election) -> list[tuple[int, str, VirtualRouter]]:
        """Return the priority, node and router of those that may take over, the highest first."""
        mine = self._identity(node, election.router)
        found = [
            (other.priority, name, other.router)
            for name, station in self.world.stations.items()
            for other in station.node.elections.values()
            if name != node and station.running and self._identity(name, other.router) == mine
        ]
        return sorted(found, key=lambda rival: -rival[0])

    def _owner(self, election: Election) -> str:
        return next(
            name
            for name, station in self.world.stations.items()
            if election in station.node.elections.values()
        )

    def _identity(self, node: str, router: VirtualRouter) -> tuple[object, ...]:
        """Return what virtual routers of several nodes know each other by."""
        network = self._networks[node, router.interface]
        return network, router.virtual_router_id, router.family


def takeover_of(
    cluster: Cluster,
    failure: Failure,
    name: str,
    node: str,
    master: Election,
    prepare: Callable[[], Course] | None = None,
) -> Takeover:
    """Return what becomes of the router of *master* on *node* when *failure* strikes.

    *prepare* makes the settled cluster that it strikes, all nodes running
    where it is None.
    """
    times: list[float] = []
    holders: list[str] = []
    reason = ""
    earlier = 0.0
    for moment in MOMENTS:
        course = prepare() if prepare else _settled(cluster)
        election = course.world.stations[node].node.elections[master.name]
        before = course.holders(election)
        earlier = _wait_for(course, node, election, failure, moment)
        struck = course.world.now
        failure.strike(course.world)
        course.settle()
        holders = course.holders(election)
        if holders == before:
            continue
        new = [one for one in holders if one not in before] or [node]
        at, why = course.since(new[0], election)
        if at >= struck:  # a node that is gone changed its role for the last time before
            reason = reason or why
        times.append(max(at - struck, 0.0))
    addresses = tuple(address.address for address in master.router.addresses)
    if not times:
        stays = _arithmetic(cluster, failure, node, master, prepare)
        return Takeover(name, addresses, node, tuple(holders), None, None, None, stays)
    typical = _middle(times) + earlier / 2
    worst = max(times) + earlier
    return Takeover(name, addresses, node, tuple(holders), min(times), typical, worst, reason)


def _middle(times: list[float]) -> float:
    """Return the median; the module `statistics` costs more to import than a trial."""
    times, half = sorted(times), len(times) // 2
    return times[half] if len(times) % 2 else (times[half - 1] + times[half]) / 2


def _settled(cluster: Cluster) -> Course:
    course = Course(cluster)
    course.settle()
    return course


def _wait_for(
    course: Course, node: str, election: Election, failure: Failure, moment: float
) -> float:
    """Run on to *moment* of the way from one advertisement to the next.

    A script runs just then; return by how many seconds earlier, at most, it
    may have begun to fail.
    """
    world = course.world
    interval = election.router.advertisement_interval
    due = world.agenda.due((node, f"{election.name} advertise"))
    strike = (due if due is not None else world.now) + moment * interval
    machine = world.stations[failure.node].node.trackers.get(f"script:{failure.subject}")
    if failure.kind != "script" or machine is None:
        world.run(strike)
        return 0.0
    world.agenda.move_timer((failure.node, machine.name), strike)
    world.run(strike - JUST)
    return machine.tracker.interval


def _arithmetic(
    cluster: Cluster,
    failure: Failure,
    node: str,
    master: Election,
    prepare: Callable[[], Course] | None,
) -> str:
    """Say in numbers why the role stays where it is."""
    course = prepare() if prepare else _settled(cluster)
    rivals = course.rivals(node, master)
    if not rivals:
        return "no other node has this virtual router"
    failure.strike(course.world)
    course.settle()
    struck = course.world.stations[node].node.elections[master.name]
    priority, rival, router = rivals[0]
    before, after = master.priority, struck.priority
    moved = (
        f"{node} goes from {before} to {after}" if after != before else f"{node} stays at {after}"
    )
    if before == after == OWNER:
        return f"{node} has {OWNER}, the priority of an owner, which no tracker moves"
    if after == before and struck.ignores(failure.kind, failure.subject):
        return f"{moved}: in its sync group weights do not count"
    if after >= priority:
        return f"{moved}, {rival} has {priority}: not below it"
    if not router.preempt:
        return f"{moved}, below {rival}'s {priority}, but {rival} has nopreempt"
    return f"{moved}, {rival} has {priority}"


def outages(cluster: Cluster) -> Iterator[Outage]:
    """Yield how long each checked server stays in after it falls silent."""
    for topologies in cluster.nodes.values():
        for topology in topologies:
            for pool in topology.pools:
                for server in pool.servers:
                    if server.checks:
                        times = [
                            detection(check, server.forwarding == "proxy")
                            for check in server.checks
                            if isinstance(check, Check) and check.kind != "agent"
                        ]
                        if times:
                            label = server.name or server.address
                            yield Outage(pool.name, label, *min(times, key=lambda time: time[2]))
