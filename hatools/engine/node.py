"""One node: its virtual routers, trackers, checks, pools and bonds behind one name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from hatools.engine.bonding import BondMachine
from hatools.engine.checking import Checker, spread_checks
from hatools.engine.election import Election
from hatools.engine.kernel_pool import KernelPool, Timeouts
from hatools.engine.machine import Action, Event, Machine, Publish
from hatools.engine.pool import PoolMachine, labels
from hatools.engine.proxy_pool import ProxyPool
from hatools.engine.proxy_settings import proxy_settings
from hatools.engine.sync_group import Group
from hatools.engine.tracking import TrackerMachine, resolved
from hatools.errors import HatoolsError
from hatools.model import Listener, Service, Topology
from hatools.model import Pool as PoolModel
from hatools.model import replace as changed
from hatools.model.bond import Bond
from hatools.plugin.balancing import NO_FACTS, Connection, Scheduler

HEARD = ("check", "tracker", "bond")  # what machines of one node hear of each other


class NoScheduler(HatoolsError):
    """A pool names a scheduler that no plugin has."""


class Node:
    """The machines of one node.

    *topologies* are what its files mean.  *address* is the one its
    advertisements come from where its configuration says none, *schedulers*
    the registry.  Machines are unique by name; what one publishes the others
    of the node hear at once.  Without *balancing* it has no pools and no
    checks, without *electing* no virtual routers and trackers.
    """

    def __init__(
        self,
        name: str,
        topologies: Sequence[Topology],
        schedulers: Mapping[str, Scheduler],
        *,
        address: Callable[[int], str] = lambda family: "",
        programs: Mapping[str, str] = NO_FACTS,
        balancing: bool = True,
        electing: bool = True,
    ) -> None:
        self.name = name
        self.topologies = topologies
        self._schedulers = schedulers
        self._programs = programs
        self.elections: dict[str, Election] = {}
        self.trackers: dict[str, TrackerMachine] = {}
        self.groups: list[Group] = []
        self.bonds: dict[str, BondMachine] = {}
        self.checkers: dict[str, Checker] = {}
        self.pools: dict[str, PoolMachine] = {}
        self.fronts: list[tuple[Listener, Service, dict[str, str]]] = []
        self._links: dict[str, bool] = {}  # of bonds and VLANs over them
        self._timers: dict[str, Machine] = {}
        self._made_of: dict[str, list[PoolMachine]] = {}  # pools by what describes them
        self._checked: dict[str, tuple[str, str]] = {}  # a check's subject: pool, server
        self._followers: dict[str, list[tuple[str, str, int]]] = {}  # of a server: pool, server
        for bond in joined(topologies):
            machine = self.bonds[bond.name] = BondMachine(bond)
            self._timers[f"{bond.name} look"] = self._timers[f"{bond.name} lacp"] = machine
        for topology in topologies:
            if electing:
                self._elect(topology, address)
            if balancing:
                self._balance(topology)
        spread_checks(self.checkers.values())

    # Building -------------------------------------------------------------------------------

    def _elect(self, topology: Topology, address: Callable[[int], str]) -> None:
        weights = {f"{one.kind}:{one.name}": one.weight for one in topology.trackers}
        for written in topology.routers:
            tracking = resolved(written.tracking, topology.trackers)
            router = (
                written if tracking == written.tracking else changed(written, tracking=tracking)
            )
            source = router.source_address or address(router.family)
            election = self.elections[router.name] = Election(router, source, weights)
            self._timers[f"{router.name} down"] = election
            self._timers[f"{router.name} advertise"] = election
        for group in topology.groups:
            members = [self.elections[name] for name in group.members if name in self.elections]
            tracking = resolved(group.tracking, topology.trackers)
            self.groups.append(Group(changed(group, tracking=tracking), members))
        for tracker in topology.trackers:
            machine = TrackerMachine(tracker)
            self.trackers[machine.name] = self._timers[machine.name] = machine

    def _balance(self, topology: Topology) -> None:
        timeouts = _timeouts(topology)
        for service in topology.services:
            for listener in service.listeners:
                self.fronts.append((listener, service, {}))
        for pool in topology.pools:
            if pool.servers and pool.servers[0].forwarding == "proxy":
                self._proxy_pool(pool, topology)
        for listener, service, chosen in self.fronts:
            pool_names = [rule.pool for rule in service.rules] + [service.default_pool]
            for name in pool_names:
                found = topology.pool(name)
                if found is None or not found.servers:
                    continue
                if found.servers[0].forwarding == "proxy":
                    chosen[name] = name
                elif name not in chosen:
                    chosen[name] = self._kernel_pool(found, listener, timeouts)

    def _proxy_pool(self, pool: PoolModel, topology: Topology) -> None:
        machine = ProxyPool(
            pool,
            self._scheduler(pool),
            programs=self._programs,
            settings=proxy_settings(topology, pool),
        )
        self._timers[machine.timer] = machine
        self._enter(machine, pool)

    def _kernel_pool(self, pool: PoolModel, listener: Listener, timeouts: Timeouts) -> str:
        """Make the kernel's service for *listener*: each address has one of its own."""
        name = pool.name
        if name in self.pools:
            name = f"{pool.name} on {listener.address or listener.mark}"
            if listener.ports:
                name += f":{listener.ports[0]}"
        while name in self.pools:
            name += "'"
        machine = KernelPool(
            pool,
            self._scheduler(pool),
            name=name,
            protocol=listener.protocol,
            programs=self._programs,
            mark=listener.mark,
            all_ports=listener.ports is None,
            timeouts=timeouts,
        )
        self._enter(machine, pool)
        return name

    def _scheduler(self, pool: PoolModel) -> Scheduler:
        name = pool.scheduler.name.partition("(")[0]
        if name not in self._schedulers:
            known = ", ".join(sorted(self._schedulers))
            raise NoScheduler(f"pool {pool.name}: no scheduler {name!r} is loaded ({known})")
        return self._schedulers[name]

    def _enter(self, machine: PoolMachine, pool: PoolModel) -> None:
        """Take in a pool.  Pools made of one description share its checks."""
        self.pools[machine.name] = machine
        self._made_of.setdefault(pool.name, []).append(machine)
        if len(self._made_of[pool.name]) > 1:
            return
        for label, server in zip(labels(pool.servers), pool.servers, strict=True):
            for number, check in enumerate(server.checks):
                if check.tracks:  # it has no check of its own: it is as the other one is
                    followers = self._followers.setdefault(check.tracks, [])
                    followers.append((pool.name, label, number))
                    continue
                checker = Checker(pool.name, server, number, label)
                self._checked[checker.subject] = (pool.name, label)
                self.checkers[checker.name] = self._timers[checker.name] = checker

    # Running --------------------------------------------------------------------------------

    def handle(self, event: Event) -> list[Action]:
        """Return what follows from *event*; publications have been heard within the node."""
        done: list[Action] = []
        self._take(self._concerned(event), event, done)
        return done

    def _take(self, machines: Iterable[Machine], event: Event, done: list[Action]) -> None:
        for machine in machines:
            for action in machine.handle(event):
                done.append(action)
                if isinstance(action, Publish) and action.event.kind in HEARD:
                    self._hear(action.event, done)
                elif isinstance(action, Publish) and action.event.subject in self._followers:
                    self._lead(action.event, done)

    def _hear(self, event: Event, done: list[Action]) -> None:
        if event.kind == "bond":
            self._hear_bond(event, done)
            return
        if event.kind == "tracker":
            self._take(self.elections.values(), event, done)
            return
        pool, label = self._checked[event.subject]
        for machine in self._made_of[pool]:
            own = Event(event.time, event.kind, f"{machine.name}/{label}", event.details)
            self._take([machine], own, done)

    def _lead(self, event: Event, done: list[Action]) -> None:
        """Let the servers that track another one be as it is; one of them may lead others."""
        if event.kind != "server":
            return
        reason = f"it tracks {event.subject}"
        for pool, label, number in self._followers[event.subject]:
            details = {"number": number, "up": event.details["up"], "reason": reason}
            for machine in self._made_of[pool]:
                own = Event(event.time, "check", f"{machine.name}/{label}", details)
                self._take([machine], own, done)

    def _hear_bond(self, event: Event, done: list[Action]) -> None:
        """Tell virtual routers of a bond's carrier: those on it, and on VLANs over it."""
        details = {"up": bool(event.details["up"])}
        names = {event.subject}
        for election in self.elections.values():
            if election.router.interface.startswith(f"{event.subject}."):
                names.add(election.router.interface)
        for name in sorted(names):
            own = Event(event.time, "link", name, details)
            if self._links.get(name, True) is not details["up"]:
                self._links[name] = details["up"]
                self._take(self.elections.values(), own, done)

    def keep_bonds(self, before: Node) -> None:
        """Take over the bonds of the node as it was: they outlive a restart of its daemons."""
        for name, machine in before.bonds.items():
            if name in self.bonds:
                self.bonds[name] = machine
                self._timers[f"{name} look"] = self._timers[f"{name} lacp"] = machine

    def bond(self, interface: str) -> BondMachine | None:
        """Return the bond that *interface* is, or a VLAN over; None where it is none."""
        return self.bonds.get(interface) or self.bonds.get(interface.partition(".")[0])

    def _concerned(self, event: Event) -> Iterable[Machine]:
        """Return the machines that an event from outside is for."""
        kind = event.kind
        if kind == "timer":
            machine = self._timers.get(event.subject)
            return [machine] if machine else []
        if kind == "probe answered":
            return [self.checkers[event.subject]]
        if kind == "tracker answered":
            return [self.trackers[event.subject]]
        if kind == "advertisement":
            return [one for one in self.elections.values() if one.router.interface == event.subject]
        if kind in ("link", "arp answered"):
            ports = [one for one in self.bonds.values() if one.has(event.subject)]
            return [*ports, *self.elections.values()] if kind == "link" else ports
        if kind in ("weight", "state"):
            return [one for one in self.pools.values() if event.subject.startswith(f"{one.name}/")]
        return [
            *self.bonds.values(),
            *self.trackers.values(),  # before the routers: a script may begin as failed
            *self.elections.values(),
            *self.checkers.values(),
            *self.pools.values(),
        ]

    def servers_called(self, name: str) -> list[str]:
        """Return the ``POOL/SERVER`` of every server that *name* may mean.

        That is itself, a server's label in any pool, or its address.
        """
        return [
            f"{pool.name}/{label}"
            for pool in self.pools.values()
            for label, member in pool.members.items()
            if name in (f"{pool.name}/{label}", label, member.address)
        ]

    def front(self, connection: Connection) -> tuple[PoolMachine, Service] | None:
        """Return the pool and service for *connection*, None where nobody listens.

        Content rules need facts that a simulated client does not have: the
        default pool is taken, else the first that a rule names.
        """
        best: tuple[int, PoolMachine, Service] | None = None
        for listener, service, chosen in self.fronts:
            rank = _fits(listener, connection)
            if rank and (best is None or rank > best[0]):
                name = chosen.get(service.default_pool) or next(iter(chosen.values()), "")
                if name in self.pools:
                    best = (rank, self.pools[name], service)
        return best and (best[1], best[2])


def joined(topologies: Iterable[Topology]) -> list[Bond]:
    """Return the bonds of a node; what several files say of one bond is one."""
    found: dict[str, Bond] = {}
    for topology in topologies:
        for bond in topology.bonds:
            known = found.get(bond.name)
            if known is None:
                found[bond.name] = replace(bond, ports=list(bond.ports))
                continue
            ports = {port.name: port for port in [*known.ports, *bond.ports]}
            main = known if known.mode else bond
            found[bond.name] = replace(main, ports=list(ports.values()))
    return [bond for bond in found.values() if bond.mode and bond.name]


def _fits(listener: Listener, connection: Connection) -> int:
    """Return how well *listener* fits: 0 not, the more the more exactly."""
    if listener.path or listener.mark is not None:
        return 0
    if listener.protocol not in (connection.protocol, "any"):
        return 0
    if listener.address is not None and listener.address != connection.address:
        return 0
    if listener.ports and not listener.ports[0] <= connection.port <= listener.ports[1]:
        return 0
    return 1 + 2 * (listener.address is not None) + (listener.ports is not None)


def _timeouts(topology: Topology) -> Timeouts:
    """Return the kernel's timeouts as *topology* sets them (``lvs_timeouts``, ``--set``)."""
    fields = {"tcp": "established", "tcpfin": "fin_wait", "udp": "udp"}
    told: dict[str, float] = {}
    for section in topology.sections:
        for words in section.own:
            pairs = words[1:] if words[:1] == ("lvs_timeouts",) else words
            if section.kind not in ("timeouts", "global_defs") or len(pairs) % 2:
                continue
            for key, value in zip(pairs[::2], pairs[1::2], strict=True):
                if key in fields and value.isdigit() and value != "0":
                    told[fields[key]] = float(value)
    return Timeouts()._replace(**told)
