"""Finds the services that are the same to a client, and compares what is behind them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from hatools.diff import listeners
from hatools.diff.checks import Names, server_names
from hatools.diff.findings import Findings, Said, Side
from hatools.diff.listeners import Ear, ears, label
from hatools.diff.matching import Key, pair
from hatools.diff.own_words import Words, compare_own, statements
from hatools.diff.pools import Backend, compare_pools
from hatools.diff.values import Seen, compare_fields, compare_values
from hatools.model import Listener, Pool, Rule, Service, Topology

_RULES = "the order of rules"
_SKIP = frozenset(("name", "listeners", "rules", "default_pool", "own"))


class Balancing:
    """The services and pools of both sides, and which of them have been compared."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.left = findings.left.reading.topology
        self.right = findings.right.reading.topology
        self.names: tuple[Names, Names] = server_names(self.left), server_names(self.right)
        self.pools = ({p.name: p for p in self.left.pools}, {p.name: p for p in self.right.pools})
        self.used = _uses(self.left), _uses(self.right)
        self.met: set[tuple[int, int]] = set()
        self.heard: dict[tuple[int, int], int | None] = {}  # services: the one port both listen at

    def compare(self) -> None:
        """Note how the services differ, then the pools that no service leads to."""
        one, other = self.left.services, self.right.services
        mine = list(chain.from_iterable(ears(service, self.findings.left) for service in one))
        theirs = list(chain.from_iterable(ears(service, self.findings.right) for service in other))
        shared, lost, new = pair(mine, theirs, lambda ear: ear.key)
        matches: dict[tuple[int, int], list[tuple[Ear, Ear]]] = {}
        for ear, mate in shared:
            matches.setdefault((id(ear.service), id(mate.service)), []).append((ear, mate))
        known = {id(each.service) for row in shared for each in row}
        pairs, gone, come = pair(
            [service for service in one if id(service) not in known],
            [service for service in other if id(service) not in known],
            lambda service: service.name,
            (_broad(self.findings.left, True), _broad(self.findings.right)),
            (_broad(self.findings.left), _broad(self.findings.right, True)),
            (_servers(self.left), _servers(self.right)),
        )
        self._compare_all(matches, pairs, lost, new)
        for service in gone:
            self.findings.one_sided((_called(service),), left=service.origin)
        for service in come:
            self.findings.one_sided((_called(service),), right=service.origin)
        self._compare_idle_pools()

    def _compare_all(
        self,
        matches: dict[tuple[int, int], list[tuple[Ear, Ear]]],
        pairs: list[tuple[Service, Service]],
        lost: list[Ear],
        new: list[Ear],
    ) -> None:
        """Compare the services that belong together, in the order of the left side."""
        by_left: dict[int, list[tuple[Service, Service, list[tuple[Ear, Ear]]]]] = {}
        for (left, _), rows in matches.items():
            by_left.setdefault(left, []).append((rows[0][0].service, rows[0][1].service, rows))
        for one, other in pairs:
            by_left.setdefault(id(one), []).append((one, other, []))
        deaf = _listeners(lost), _listeners(new)
        for service in self.left.services:
            for one, other, rows in by_left.get(id(service), ()):
                where = (f"service {label(rows[0][0].listener)}" if rows else _called(one),)
                heard = {(id(a.listener), id(b.listener)): (a, b) for a, b in rows}
                for ear, mate in heard.values():
                    listeners.compare_own_of(self.findings, where, ear.listener, mate.listener)
                mine = deaf[0].pop(id(one), [])
                theirs = deaf[1].pop(id(other), [])
                listeners.compare_listeners(self.findings, where, mine, theirs)
                self.heard[id(one), id(other)] = _shared_port(rows)
                self._compare_services(where, one, other)

    def _compare_services(self, where: tuple[str, ...], left: Service, right: Service) -> None:
        findings = self.findings
        mine, theirs = ((left.origin, ""),), ((right.origin, ""),)
        compare_fields(findings, where, Seen(left, mine), Seen(right, theirs), _SKIP)
        self._compare_rules(where, left, right)
        (pool, said_by), (other_pool, other_said_by) = _routes(left)[1], _routes(right)[1]
        # the words of a pool that nothing else leads to may as well stand in its service
        joined = self.used[0].get(pool) == self.used[1].get(other_pool) == 1
        self._compare_references(
            where, "default_pool", (pool, said_by, left), (other_pool, other_said_by, right),
            not joined,
        )  # fmt: skip
        pools = self.pools[0].get(pool), self.pools[1].get(other_pool)
        own = [
            _words(side, service, only if joined else None)
            for side, service, only in (
                (findings.left, left, pools[0]), (findings.right, right, pools[1])
            )
        ]  # fmt: skip
        compare_own(findings, where, *own)

    def _compare_rules(self, where: tuple[str, ...], left: Service, right: Service) -> None:
        if not left.rules and not right.rules:
            return
        rules, other_rules = _routes(left)[0], _routes(right)[0]
        pairs, mine, theirs = pair(
            rules, other_rules,
            lambda rule: (rule.condition, rule.pool),
            lambda rule: (rule.condition.text, rule.condition.negated) if rule.condition else "",
        )  # fmt: skip
        for one, other in pairs:
            at = (*where, _rule(one))
            self._compare_references(at, "pool", (one.pool, one, left), (other.pool, other, right))
        for one in mine:
            self.findings.one_sided((*where, _rule(one)), left=one.origin, text=f"to {one.pool}")
        for one in theirs:
            self.findings.one_sided((*where, _rule(one)), right=one.origin, text=f"to {one.pool}")
        rank = {id(rule): number for number, rule in enumerate(other_rules)}
        order = [rank[id(other)] for _, other in pairs]
        if order != sorted(order):
            turn = next(n for n in range(1, len(order)) if order[n] < order[n - 1])
            one, other = pairs[turn]
            self.findings.add(
                where,
                "order",
                Said(_RULES, _RULES, one.origin.span()),
                Said(_RULES, _RULES, other.origin.span()),
            )

    def _compare_references(
        self,
        where: tuple[str, ...],
        fact: str,
        left: tuple[str, Service | Rule, Service],
        right: tuple[str, Service | Rule, Service],
        own: bool = True,
    ) -> None:
        """Compare the pools that two references lead to; their names count only where none is."""
        pools = self.pools[0].get(left[0]), self.pools[1].get(right[0])
        one, other = pools
        if one is None or other is None:
            mine, theirs = ((left[1].origin, ""),), ((right[1].origin, ""),)
            names = _defined(left[0], one), _defined(right[0], other)
            compare_values(self.findings, where, fact, (names[0], mine), (names[1], theirs))
            return
        port = self.heard.get((id(left[2]), id(right[2])))
        ports = (_port(left[2]), _port(right[2])) if port is None else (port, port)
        self._compare_pools(where, (one, ports[0]), (other, ports[1]), own)

    def _compare_pools(
        self,
        where: tuple[str, ...],
        left: tuple[Pool, int | None],
        right: tuple[Pool, int | None],
        own: bool,
    ) -> None:
        """Compare two pools, each with the port of its service, once; *own*: their words, too."""
        (one, port), (other, other_port) = left, right
        if (id(one), id(other)) in self.met:
            return
        self.met.add((id(one), id(other)))
        mine, theirs = Backend(one, port, self.names[0]), Backend(other, other_port, self.names[1])
        compare_pools(self.findings, where, mine, theirs)
        if own:
            words = [statements(pool.own, ((pool.origin, ""),)) for pool in (one, other)]
            compare_own(self.findings, where, *words)

    def _compare_idle_pools(self) -> None:
        """Compare the pools that nothing led to, by name."""
        met = {each for row in self.met for each in row}
        idle = [
            [pool for pool in topology.pools
             if id(pool) not in met and pool.name not in self.used[side]
             and (pool.servers or pool.own)]
            for side, topology in enumerate((self.left, self.right))
        ]  # fmt: skip
        pairs, gone, come = pair(idle[0], idle[1], lambda pool: pool.name)
        for one, other in pairs:
            self._compare_pools((f"pool {one.name}",), (one, None), (other, None), own=True)
        for pool in gone:
            self.findings.one_sided((f"pool {pool.name}",), left=pool.origin)
        for pool in come:
            self.findings.one_sided((f"pool {pool.name}",), right=pool.origin)


def _uses(topology: Topology) -> dict[str, int]:
    found: dict[str, int] = {}
    for service in topology.services:
        for name in {service.default_pool, *(rule.pool for rule in service.rules)}:
            found[name] = found.get(name, 0) + 1
    return found


def _words(side: Side, service: Service, pool: Pool | None) -> list[Words]:
    """Return the own words of *service*, and those of *pool* that say more."""
    found = statements(service.own, ((service.origin, ""),))
    if pool is not None:
        names = side.names
        found += [
            words
            for words in statements(pool.own, ((pool.origin, ""),))
            if names is None or not names.restates(service, words.lines[0])
        ]
    return found


def _defined(name: str, pool: Pool | None) -> str:
    """Return the name of a pool, with a note where there is none of that name."""
    return f"{name} (not defined)" if name and pool is None else name


def _routes(service: Service) -> tuple[list[Rule], tuple[str, Service | Rule]]:
    """Return the rules that can be reached, and where all else goes: a rule may always hold."""
    for number, rule in enumerate(service.rules):
        if rule.condition is None:
            return service.rules[:number], (rule.pool, rule)
    return service.rules, (service.default_pool, service)


def _called(service: Service) -> str:
    """Return how a service is called that may have no listener."""
    return f"service {label(service.listeners[0]) if service.listeners else service.name}"


def _rule(rule: Rule) -> str:
    condition = rule.condition
    if condition is None:
        return "rule"
    return f"rule {'unless' if condition.negated else 'if'} {condition.text}"


def _shared_port(rows: list[tuple[Ear, Ear]]) -> int | None:
    """Return the one port that two services are both reached at, None where there are several."""
    ports = {ear.ports for ear, _ in rows}
    only = ports.pop() if len(ports) == 1 else None
    return only[0] if only and only[0] == only[1] else None


def _port(service: Service) -> int | None:
    """Return the one port that *service* is reached at, None where there are several."""
    ports = {listener.ports for listener in service.listeners}
    if len(ports) != 1:
        return None
    only = ports.pop()
    return only[0] if only and only[0] == only[1] else None


def _listeners(left_over: Sequence[Ear]) -> dict[int, list[Listener]]:
    """Return the listeners that fitted none, by service."""
    found: dict[int, dict[int, Listener]] = {}
    for ear in left_over:
        found.setdefault(id(ear.service), {})[id(ear.listener)] = ear.listener
    return {service: list(rows.values()) for service, rows in found.items()}


def _broad(side: Side, wild: bool = False) -> Key[Service]:
    """Return a key: ports and protocols; with *wild* only of what listens at any address."""

    def key(service: Service) -> object:
        if wild and any(at.address or at.path for at in service.listeners):
            return None
        return tuple(sorted({str(ear.broad) for ear in ears(service, side)})) or None

    return key


def _servers(topology: Topology) -> Key[Service]:
    """Return a key: the servers of the default pool, whichever way they are reached."""
    pools = {pool.name: pool for pool in topology.pools}

    def key(service: Service) -> object:
        pool = pools.get(service.default_pool)
        if pool is None or not pool.servers:
            return None
        return tuple(sorted(f"{server.address} {server.port}" for server in pool.servers))

    return key
