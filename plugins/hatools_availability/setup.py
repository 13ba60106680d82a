"""The block diagram of a setup: from what nodes' configurations mean to the parts that can fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hatools.engine.naming import where
from hatools.engine.what_if import Takeover
from hatools.model import Listener, Service, Topology, VirtualRouter
from hatools.plugin.components import Given
from hatools.reliability.blocks import Diagram, Parallel, Part, Times
from hatools_availability.parts import Cause, Front, Member, Setup
from hatools_availability.servers import counts, pool_of
from hatools_availability.takeover import Held, Known, Watched

SELF = ("127.", "::1", "localhost")
TRACKERS = ("script", "process", "bfd")
Nodes = Mapping[str, Sequence[Topology]]


class Assumed(NamedTuple):
    """What is assumed of every pair of nodes.

    *coverage*: the share of failures that are taken over; *common_cause*: the
    share that take all nodes; *manual*: seconds until somebody moves what was
    not taken over; *interruption*: seconds that a return of the preferred node
    costs; *failover*: best, mean or worst of what the engine says, or seconds;
    *crews*: how many nodes are repaired at once.
    """

    coverage: float = 0.95
    common_cause: float = 0.05
    manual: float = 1800.0
    interruption: float = 1.0
    failover: str | float = "mean"
    crews: int = 1


class Built(NamedTuple):
    """The setups of all services, and what had to be left out or is amiss."""

    setups: tuple[Setup, ...]
    remarks: tuple[str, ...]


def build(nodes: Nodes, known: Known, given: Given, assumed: Assumed) -> Built:
    """Return what clients see of *nodes*: services behind their addresses, or addresses alone."""
    return _Builder(nodes, known, given, assumed).built()


class _Builder:
    def __init__(self, nodes: Nodes, known: Known, given: Given, assumed: Assumed) -> None:
        self.nodes = nodes
        self.given = given
        self.assumed = assumed
        self.known = known
        self.remarks = list(known.remarks)
        self.held: dict[str, Held] = {}
        for held in known.held:
            for address in held.addresses:
                self.held.setdefault(address, held)
        self.fronts: dict[int, Front] = {}

    def built(self) -> Built:
        """Return the setups of all services; of addresses and nodes where there is no service."""
        found = list(self._services())
        if not found:
            found = [Setup(front.name, front) for front in map(self._front, self.known.held)]
        if not found:
            found = [
                Setup(front.name, front)
                for node in self.nodes
                for front in [self._alone(node)]
                if any(topology.bonds for topology in self.nodes[node])
            ]
        return Built(tuple(_unique(found)), tuple(dict.fromkeys(self.remarks)))

    # Services ---------------------------------------------------------------------------------

    def _services(self) -> Iterator[Setup]:
        seen: dict[object, str] = {}
        for node, topology, service in self._in_order():
            for front, listener in self._fronts(node, service):
                key = (front.name, where(listener), listener.protocol)
                if key in seen:
                    if len(front.members) == 1 and seen[key] != node:
                        self.remarks.append(f"{service.name}: nothing says how its address moves"
                                            f" between {seen[key]} and {node}")  # fmt: skip
                    continue
                seen[key] = node
                yield from self._setups(topology, service, front, listener)

    def _in_order(self) -> Iterator[tuple[str, Topology, Service]]:
        """Yield all services; those of nodes that hold addresses first."""
        holders = dict.fromkeys(held.holder for held in self.known.held)
        for node in [*holders, *(node for node in self.nodes if node not in holders)]:
            for topology in self.nodes[node]:
                for service in topology.services:
                    yield node, topology, service

    def _fronts(self, node: str, service: Service) -> Iterator[tuple[Front, Listener]]:
        """Yield where clients of *service* come in, each front once."""
        seen = set()
        for listener in service.listeners:
            if listener.path or (listener.address or "").startswith(SELF):
                continue
            if listener.address:
                helds = [self.held[listener.address]] if listener.address in self.held else []
            else:
                helds = [one for one in self.known.held
                         if node in dict(one.routers) and _reaches(listener, one)]  # fmt: skip
            for front in map(self._front, helds) if helds else [self._alone(node)]:
                if front not in seen:
                    seen.add(front)
                    yield front, listener

    def _setups(
        self, topology: Topology, service: Service, front: Front, listener: Listener
    ) -> Iterator[Setup]:
        """Yield *service* with each of its pools."""
        names = [service.default_pool, *(rule.pool for rule in service.rules)]
        pools = [topology.pool(name) for name in dict.fromkeys(names) if name]
        there = [pool for pool in pools if pool is not None and pool.servers]
        place = where(listener)
        name = service.name if place in service.name else f"{service.name} ({place})"
        for pool in there:
            own = f"{name}: {pool.name}" if len(there) > 1 else name
            if pool.quorum is not None and pool.quorum.weight > 1 and not counts(pool):
                self.remarks.append(f"{own}: a quorum of {pool.quorum.weight} that nothing follows"
                                    " (no sorry server, no script): the servers that are left"
                                    " go on, which counts as up")  # fmt: skip
            yield Setup(own, front, pool_of(pool, topology, self.given))

    # Fronts -----------------------------------------------------------------------------------

    def _front(self, held: Held) -> Front:
        """Return the nodes that share the addresses of *held*."""
        found = self.fronts.get(id(held))
        if found is None:
            members = tuple(self._member(held, node, router) for node, router in held.routers)
            if held.crash is None or held.crash.never or not held.crash.holders:
                if len(members) > 1:
                    why = held.crash.reason if held.crash else "nothing is known of it"
                    self.remarks.append(f"{held.addresses[0] if held.addresses else held.holder}:"
                                        f" no other node takes over ({why})")  # fmt: skip
                members = members[:1]
            interval = held.routers[0][1].advertisement_interval
            found = self.fronts[id(held)] = Front(
                ", ".join(held.addresses[:3]) or held.routers[0][1].name,
                members,
                self.assumed.common_cause,
                self.assumed.manual,
                self.assumed.interruption,
                self.assumed.coverage,
                interval,
                self.assumed.crews,
            )
        return found

    def _member(self, held: Held, node: str, router: VirtualRouter) -> Member:
        """Return *node* with what may keep it from serving the addresses of *held*."""
        crash = held.crash
        causes = [self._cause(node, f"node {node}", self.given.times("node", (node,)), crash)]
        links = {name: held.links.get(name, crash) for name in held.interfaces[node]}
        for watched in held.watched.get(node, ()):
            if watched.tracking.kind == "interface":
                takeover = watched.takeover or held.links.get(watched.tracking.name)
                links.setdefault(watched.tracking.name, takeover)
            elif watched.tracking.kind in TRACKERS:
                causes.append(self._tracked(held, node, watched))
        for link, takeover in links.items():
            causes.append(self._link(node, link, takeover))
        first = held.routers[0][1]
        returns = held.returns if node == held.holder else router.preempt
        ahead = node == held.holder or router.priority < first.priority
        return Member(node, tuple(causes), returns and ahead)

    def _alone(self, node: str) -> Front:
        """Return *node* as the only one that has its addresses."""
        causes = [self._cause(node, f"node {node}", self.given.times("node", (node,)), None)]
        for topology in self.nodes[node]:
            causes += [self._link(node, bond.name, None) for bond in topology.bonds if bond.mode]
        assumed = self.assumed
        return Front(
            f"node {node}",
            (Member(node, tuple(causes)),),
            assumed.common_cause,
            assumed.manual,
            assumed.interruption,
            assumed.coverage,
        )

    def _cause(
        self,
        label: str,
        component: str,
        times: Times,
        takeover: Takeover | None,
        ports: tuple[tuple[str, Times], ...] = (),
    ) -> Cause:
        """Return a cause; *takeover* is what the engine says follows."""
        if takeover is None or takeover.never or not takeover.holders:
            never = takeover.reason if takeover is not None else ""
            return Cause(label, component, times, 0.0, 0.0, ports, never)
        return Cause(label, component, times, self._seconds(takeover), self.assumed.coverage, ports)

    def _seconds(self, takeover: Takeover) -> float:
        if not isinstance(self.assumed.failover, str):
            return self.assumed.failover
        times = {"best": takeover.best, "mean": takeover.typical, "worst": takeover.worst}
        return times[self.assumed.failover] or 0.0

    def _tracked(self, held: Held, node: str, watched: Watched) -> Cause:
        name = watched.tracking.name
        times = self.given.times("tracked", (f"{node}/{name}", name))
        label = f"{watched.tracking.kind} {name} on {node}"
        takeover = watched.takeover
        if takeover is None:  # not tried on a node that never serves: as on the one that does
            alike = [one.takeover for one in held.watched.get(held.holder, ())
                     if one.tracking.name == name and one.takeover]  # fmt: skip
            takeover = alike[0] if alike else held.crash
        component = f"{watched.tracking.kind} {node}/{name}"
        return self._cause(label, component, times, takeover)

    def _link(self, node: str, link: str, takeover: Takeover | None) -> Cause:
        """Return the cause that *link* is: a bond of ports, or an interface."""
        bonds = {bond.name: bond for topology in self.nodes[node] for bond in topology.bonds}
        bond = bonds.get(link) or bonds.get(link.rpartition(".")[0])
        if bond is None or not bond.ports:
            times = self.given.times("link", (f"{node}/{link}", link))
            return self._cause(f"{link} of {node}", f"link {node}/{link}", times, takeover)
        names = [port.name or port.connection or f"port {at}" for at, port in enumerate(bond.ports)]
        ports = {name: self.given.times("port", (f"{node}/{name}", name)) for name in names}
        whole = Diagram(Parallel(*map(Part, ports))).long_run(ports)
        return self._cause(f"{bond.name} of {node}", f"bond {node}/{bond.name}",
                           Times(whole.mean_up, whole.mean_down), takeover,
                           tuple(ports.items()))  # fmt: skip


def _reaches(listener: Listener, held: Held) -> bool:
    """Tell whether *listener*, on any address, hears those of *held*: ``*`` is IPv4 alone.

    ``::`` hears both, unless it is told otherwise; a mark is of one family.
    """
    families = {6 if ":" in address else 4 for address in held.addresses}
    if listener.family == 6 and listener.mark is None:
        return True
    return not listener.family or not families or listener.family in families


def _unique(setups: Sequence[Setup]) -> Iterator[Setup]:
    """Yield *setups*, those of one name told apart by their fronts, else by number."""
    count: dict[str, int] = {}
    for setup in setups:
        count[setup.name] = count.get(setup.name, 0) + 1
    seen: dict[str, int] = {}
    for setup in setups:
        name = setup.name
        if count[name] > 1 and setup.front is not None:
            name = f"{name} on {setup.front.name}"
        seen[name] = seen.get(name, 0) + 1
        yield setup._replace(name=name if seen[name] == 1 else f"{name} #{seen[name]}")
