"""Compares two pools: how a server is chosen, and which servers there are."""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import Any, NamedTuple

from hatools.diff.checks import Names, checks_of, compare_checks
from hatools.diff.findings import Findings, Places, Side
from hatools.diff.matching import pair
from hatools.diff.own_words import compare_own, statements
from hatools.diff.values import Seen, compare_fields, compare_values, said
from hatools.model import Persistence, Pool, Quorum, RealServer
from hatools.plugin.contracts import Alike

_KEEP_PORT = ("direct", "tunnel")
_NO_QUORUM = Quorum()
_SKIP_SERVER = frozenset(("name", "address", "port", "weight", "role", "checks", "own"))


class Backend(NamedTuple):
    """A pool as one side has it: the port that its service is reached at, its servers by name."""

    pool: Pool
    port: int | None
    names: Names


class Member(NamedTuple):
    """A server as it counts in its pool: weight and role in effect, the port it is reached at."""

    server: RealServer
    port: int | None
    weight: int
    role: str


def compare_pools(
    findings: Findings, where: tuple[str, ...], left: Backend, right: Backend
) -> None:
    """Note how two pools differ; their names do not count, and own words are compared apart."""
    one, other = left.pool, right.pool
    mine: Places = ((one.origin, ""),)
    theirs: Places = ((other.origin, ""),)
    _compare_schedulers(findings, where, one, other)
    _compare_persistence(findings, where, (one.persistence, mine), (other.persistence, theirs))
    quorums = one.quorum or _NO_QUORUM, other.quorum or _NO_QUORUM
    compare_values(findings, where, "quorum", (quorums[0], mine), (quorums[1], theirs))
    compare_values(
        findings, where, "one_packet", (one.one_packet, mine), (other.one_packet, theirs)
    )
    if max(_spares(one), _spares(other)) > 1:  # a single spare server is all of them
        both = (one.fallback_all, mine), (other.fallback_all, theirs)
        compare_values(findings, where, "fallback_all", *both)
    compare_servers(findings, where, left, right)


def _spares(pool: Pool) -> int:
    return sum(server.role != "active" for server in pool.servers)


def _alike(side: Side, pool: Pool) -> Alike:
    return side.names.alike(pool.scheduler) if side.names else Alike(pool.scheduler)


def _ways(findings: Findings, left: Pool, right: Pool) -> tuple[Alike, Alike, bool]:
    """Return the schedulers of two pools as they compare, and whether they are one."""
    mine, theirs = _alike(findings.left, left), _alike(findings.right, right)
    if left.scheduler.name == right.scheduler.name:
        plain = mine._replace(scheduler=left.scheduler), theirs._replace(scheduler=right.scheduler)
        return *plain, mine.scheduler == theirs.scheduler
    for way, pool in ((mine, left), (theirs, right)):
        weights = {server.weight for server in pool.servers if server.weight}
        if way.weights == "equal" and len(weights) > 1:
            return mine, theirs, False
    return mine, theirs, mine.scheduler == theirs.scheduler


def _compare_schedulers(
    findings: Findings, where: tuple[str, ...], left: Pool, right: Pool
) -> None:
    if left.scheduler != right.scheduler and not _ways(findings, left, right)[2]:
        findings.add(
            where,
            "scheduler",
            said(findings.left, "scheduler", left.scheduler, ((left.origin, ""),)),
            said(findings.right, "scheduler", right.scheduler, ((right.origin, ""),)),
        )


def _compare_persistence(
    findings: Findings,
    where: tuple[str, ...],
    left: tuple[Persistence | None, Places],
    right: tuple[Persistence | None, Places],
) -> None:
    one, other = left[0], right[0]
    if one is not None and other is not None and one.kind == other.kind:
        own = one.words != other.words and not findings.same_language
        if own and not findings.everything:
            findings.left.skipped += bool(one.words)
            findings.right.skipped += bool(other.words)
            one, other = one._replace(words=()), other._replace(words=())
    compare_values(findings, where, "persistence", (one, left[1]), (other, right[1]))


def compare_servers(
    findings: Findings, where: tuple[str, ...], left: Backend, right: Backend
) -> None:
    """Note the servers that one pool lacks, how the others differ, and another order."""
    one, other = left.pool, right.pool
    alike = one.servers == other.servers and one.scheduler == other.scheduler
    if alike and left.port == right.port and not _copies(one.servers):
        return
    mine, theirs = _members(findings, left, right)
    pairs, lost, new = pair(
        mine, theirs,
        lambda member: (member.server.address, member.port, member.role),
        lambda member: (member.server.address, member.port),
        lambda member: (member.server.address, member.server.name),
        lambda member: member.server.address,
    )  # fmt: skip
    for member, mate in pairs:
        at = (*where, f"server {_label(member)}")
        _compare_members(findings, at, (member, left), (mate, right))
    for member in lost:
        at = (*where, f"server {_label(member)}")
        findings.one_sided(at, left=member.server.origin, text=f"weight {member.server.weight}")
    for member in new:
        at = (*where, f"server {_label(member)}")
        findings.one_sided(at, right=member.server.origin, text=f"weight {member.server.weight}")
    if _ways(findings, one, other)[2]:  # two ways to choose each have a use of their own for it
        _compare_order(findings, where, pairs, theirs)


def _copies(servers: list[RealServer]) -> bool:
    """Tell whether a server copies another's state: then what it copies counts."""
    return any(check.tracks for server in servers for check in server.checks)


def _label(member: Member) -> str:
    address = member.server.address
    if ":" in address and member.port is not None:
        address = f"[{address}]"
    return address if member.port is None else f"{address}:{member.port}"


def _members(
    findings: Findings, left: Backend, right: Backend
) -> tuple[list[Member], list[Member]]:
    """Return the servers of two pools with what counts where they are chosen so."""
    mine, theirs, joined = _ways(findings, left.pool, right.pool)
    same = left.pool.scheduler.name == right.pool.scheduler.name
    made = []
    for backend, way in ((left, mine), (right, theirs)):
        pool = backend.pool
        servers = list(pool.servers)
        roles = _roles(pool)
        weights = [server.weight for server in servers]
        if not same and joined and way.weights == "order":
            ranks = sorted(range(len(servers)),
                           key=lambda n: (roles[n] != "active", -weights[n], -n))  # fmt: skip
            servers = [servers[n] for n in ranks]
            weights = [min(1, weights[n]) for n in ranks]
            roles = ["active" if not rank else roles[n] for rank, n in enumerate(ranks)]
            roles[1:] = ["backup" if role == "active" else role for role in roles[1:]]
        elif way.weights == "ignored" and (joined or not same) and pool.quorum is None:
            weights = [min(1, weight) for weight in weights]
        elif not same:
            counted = [w for w, role in zip(weights, roles, strict=True) if role == "active"]
            # shares count, not numbers; one server has all of it whatever its weight
            divisor = (reduce(gcd, counted, 0) or 1) if len(counted) > 1 else 1
            weights = [weight // divisor if weight >= divisor else weight for weight in weights]
        made.append(
            [
                Member(server, _port(server, backend), weight, role)
                for server, weight, role in zip(servers, weights, roles, strict=True)
            ]
        )
    return made[0], made[1]


def _port(server: RealServer, backend: Backend) -> int | None:
    """Return the port *server* is reached at: the client's where packets are only passed on."""
    return backend.port if server.port is None or server.forwarding in _KEEP_PORT else server.port


def _roles(pool: Pool) -> list[str]:
    """Return what each server is in effect.

    Without a quorum over 1 a sorry server is used when no other is up, as a
    backup is; where all are spare, the first is the one that works.
    """
    quorum = pool.quorum
    plain = quorum is None or quorum.weight <= 1
    roles = ["backup" if plain and s.role == "sorry" else s.role for s in pool.servers]
    if roles and all(role == "backup" for role in roles) and not pool.fallback_all:
        roles[0] = "active"
    return roles


def _compare_members(
    findings: Findings,
    where: tuple[str, ...],
    left: tuple[Member, Backend],
    right: tuple[Member, Backend],
) -> None:
    (member, backend), (mate, other_backend) = left, right
    one, other = member.server, mate.server
    mine: Places = ((one.origin, ""), (backend.pool.origin, "servers."))
    theirs: Places = ((other.origin, ""), (other_backend.pool.origin, "servers."))

    def compare(fact: str, a: Any, b: Any) -> None:
        compare_values(findings, where, fact, (a, mine), (b, theirs))

    if member.port != mate.port:
        compare("port", member.port, mate.port)
    if member.weight != mate.weight:
        compare("weight", one.weight, other.weight)
    if member.role != mate.role and one.role != other.role:
        compare("role", one.role, other.role)
    if one == other and member.port == mate.port and not _copies([one]):
        return
    compare_fields(findings, where, Seen(one, mine), Seen(other, theirs), _SKIP_SERVER)
    checks = (
        checks_of(one, backend.pool, member.port, backend.names, findings.left),
        checks_of(other, other_backend.pool, mate.port, other_backend.names, findings.right),
    )
    compare_checks(findings, where, *checks, (one, other))
    if one.own != other.own:
        compare_own(findings, where, statements(one.own, mine), statements(other.own, theirs))


def _compare_order(
    findings: Findings,
    where: tuple[str, ...],
    pairs: list[tuple[Member, Member]],
    right: list[Member],
) -> None:
    """Note when servers of one role stand in another order."""
    rank = {id(member): number for number, member in enumerate(right)}
    for role in ("active", "backup", "sorry"):
        rows = [row for row in pairs if row[0].role == role == row[1].role]
        order = [rank[id(mate)] for _, mate in rows]
        if order == sorted(order):
            continue
        orders = [
            [_label(member) for member, _ in rows],
            [_label(mate) for _, mate in sorted(rows, key=lambda row: rank[id(row[1])])],
        ]
        at = next(n for n, names in enumerate(zip(*orders, strict=True)) if names[0] != names[1])
        first = rows[at][0].server.origin
        second = sorted(rows, key=lambda row: rank[id(row[1])])[at][1].server.origin
        findings.add(
            where,
            "order" if role == "active" else f"order of {role} servers",
            said(findings.left, "", orders[0], ((first, ""),)),
            said(findings.right, "", orders[1], ((second, ""),)),
        )
