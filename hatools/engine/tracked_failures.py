"""What a tracker's failing does to the MASTER role on every node, and the way back.

A node that is not MASTER while all is well is tried, too: started first (with
`nopreempt` it then keeps the role), or with those gone that would have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.engine.election import Election
from hatools.engine.what_if import Course, Failure, Strike, Takeover, takeover_of
from hatools.engine.world import World
from hatools.model import Tracking, VirtualRouter

TRIED = ("script", "process", "bfd", "interface")  # what a file says is up to who writes it
_SCRIPT = "script"


class TrackedFailure(NamedTuple):
    """A tracker of *router* on *node*, what its failing leads to, and its passing again.

    *away* are the nodes that had to be gone for this one to be MASTER; *first*: it
    had to be the first that runs, too, and kept the role then.  *back*
    is how many seconds after what is tracked is well again the node has the
    role, at most; None where others keep it.
    """

    node: str
    router: str
    tracking: Tracking
    takeover: Takeover
    away: tuple[str, ...] = ()
    back: float | None = None
    first: bool = False


def tracked_failures(cluster: Cluster) -> Iterator[TrackedFailure]:
    """Yield what every tracker of every router's node does, where another node could take over.

    Nodes that never are the only MASTER beside a running rival are left out.
    """
    for node, router in cluster.routers():
        if not _tracks(cluster, node, router):
            continue
        trials = _Trials(cluster, node, router.name)
        settled = trials.prepare()
        election = settled.world.stations[node].node.elections[router.name]
        group = election.group.group.tracking if election.group else ()
        for tracking in (*election.router.tracking, *group):
            if tracking.kind in TRIED and trials.possible(settled, election):
                yield trials.of(tracking, election)


def _tracks(cluster: Cluster, node: str, router: VirtualRouter) -> bool:
    groups = [group for topology in cluster.nodes[node] for group in topology.groups]
    return bool(router.tracking) or any(
        group.tracking for group in groups if router.name in group.members
    )


class _Trials:
    """The trials of one router of one node."""

    def __init__(self, cluster: Cluster, node: str, router: str) -> None:
        self.cluster = cluster
        self.node = node
        self.router = router
        self.first = False  # whether the node has to begin alone
        self.away: list[str] = []
        usual = self._course()
        if usual.holders(self._election(usual)) == [node]:
            return
        self.first = True
        course = self._course()
        while (holders := course.holders(self._election(course))) and holders != [node]:
            if node in holders:
                break  # a split brain: another rule's
            self.away.append(holders[0])
            course = self._course()

    def _course(self) -> Course:
        """Return a settled cluster as it is needed for the node to be MASTER."""
        course = Course(self.cluster, start=False)
        names = [name for name in self.cluster.nodes if name not in self.away]
        if self.first:
            names.sort(key=lambda name: name != self.node)
        for name in names:
            self._reverse(course.world, name)  # scripts and links before they are looked at
            course.world.start(name)
            self._reverse(course.world, name)  # the rest is told to a node that runs
            if self.first and name == self.node:
                course.settle()
        course.settle()
        return course

    def _reverse(self, world: World, name: str) -> None:
        """Let what is tracked in reverse be as it is while all is well: failed."""
        for election in world.stations[name].node.elections.values():
            for tracking in election.tracks():
                if tracking.reverse:
                    _set(world, name, tracking, False)

    def _election(self, course: Course) -> Election:
        return course.world.stations[self.node].node.elections[self.router]

    def prepare(self) -> Course:
        """Return a settled cluster in which the node is MASTER, if it ever is."""
        return self._course()

    def possible(self, course: Course, election: Election) -> bool:
        """Tell whether the node alone is MASTER while another that runs could be."""
        router = election.router
        rivals = any(
            other.virtual_router_id == router.virtual_router_id and other.family == router.family
            for name, other in self.cluster.routers()
            if name != self.node and name not in self.away
        )
        return rivals and course.holders(election) == [self.node]

    def of(self, tracking: Tracking, election: Election) -> TrackedFailure:
        """Return what *tracking* leads to."""
        failure = Failure(
            tracking.kind, tracking.name, self.node, self._strike(tracking, tracking.reverse)
        )
        takeover = takeover_of(
            self.cluster, failure, f"{self.node} {self.router}", self.node, election, self.prepare
        )
        back = None if takeover.never else self._back(tracking, failure.strike)
        return TrackedFailure(
            self.node, self.router, tracking, takeover, tuple(self.away), back, self._kept()
        )

    def _kept(self) -> bool:
        """Tell whether the node is MASTER only because it was the first that ran."""
        if not self.first:
            return False
        self.first = False
        course = self._course()
        self.first = True
        return course.holders(self._election(course)) != [self.node]

    def _strike(self, tracking: Tracking, well: bool) -> Strike:
        return lambda world: _set(world, self.node, tracking, well)

    def _back(self, tracking: Tracking, strike: Strike) -> float | None:
        """Return within how many seconds the role comes back; of a script from before a run."""
        course = self.prepare()
        strike(course.world)
        course.settle()
        healed = course.world.now
        course.world.agenda.move_timer((self.node, f"script:{tracking.name}"), healed)
        _set(course.world, self.node, tracking, not tracking.reverse)
        course.settle()
        election = self._election(course)
        if course.holders(election) != [self.node]:
            return None
        machine = course.world.stations[self.node].node.trackers.get(f"script:{tracking.name}")
        between = machine.tracker.interval if machine and tracking.kind == _SCRIPT else 0.0
        at, _ = course.since(self.node, election)
        return max(at - healed, 0.0) + between + election.router.advertisement_interval


def _set(world: World, node: str, tracking: Tracking, up: bool) -> None:
    """Let what *tracking* watches on *node* be well, or fail."""
    if tracking.kind == _SCRIPT:
        if up:
            world.scripts.pop((node, tracking.name), None)
        else:
            world.scripts[node, tracking.name] = "fails"
    elif tracking.kind == "interface":
        world.link(node, tracking.name, up)
    else:
        world.tracked(node, f"{tracking.kind}:{tracking.name}", up)
