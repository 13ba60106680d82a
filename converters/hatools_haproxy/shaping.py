"""Finds the servers of a pool that look alike, and what each such shape becomes."""

from __future__ import annotations

from dataclasses import dataclass, field

from hatools.model import KEPT, Check, Fate, Pool, RealServer, Service
from hatools_haproxy import losses
from hatools_haproxy.adapting_checks import Reduced, reduce_checks
from hatools_haproxy.drafting import Draft, dropped, own_verdict
from hatools_haproxy.naming import Names, addressable, is_name, server_name

LATE_LOOKUP = ("init-addr", "last,libc,none")  # a name that is not found must not stop haproxy
_PLAIN = frozenset("0123456789.")
Own = tuple[tuple[str, ...], ...]


@dataclass(slots=True, eq=False)
class Shape:
    """What servers that look alike have in common, from source to target."""

    reduced: Reduced
    weight: int
    role: str
    state: str
    limit: int | None
    own: Own
    verdict: dict[str, Fate]
    checks: tuple[Check, ...] = ()
    helper: str = ""


Named = tuple[RealServer, Shape, str]
"""A server of the source, what it becomes, the name that it gets."""


@dataclass(slots=True)
class PoolPlan:
    """One pool on its way: the source's pool, its name to be, its servers with their shapes."""

    source: Pool
    service: Service
    name: str
    port: int | None
    servers: list[Named] = field(default_factory=list)
    counts: dict[Shape, int] = field(default_factory=dict)
    verdict: dict[str, Fate] = field(default_factory=dict)
    timeouts: Own = ()
    helpers: list[Pool] = field(default_factory=list)


def shape_servers(draft: Draft, plan: PoolPlan, weights: dict[int, int], weight_fate: Fate) -> None:
    """Give every server its shape; what cannot be addressed is left out."""
    shapes: dict[tuple[object, ...], Shape] = {}
    reductions: dict[tuple[object, ...], Reduced] = {}
    add, counts, names = plan.servers.append, plan.counts, Names()
    for server in plan.source.servers:
        checks, address = server.checks, server.address
        plain = _PLAIN.issuperset(address)
        if not plain and not addressable(address):
            gone = {"*": dropped(f"{address!r} is no address that haproxy could reach")}
            draft.account(server.origin, gone)
            continue
        alone = len(checks) == 1 and checks[0].address is None and checks[0].port is None
        key = (
            id(checks), id(server.origin.fields), server.weight, server.role, server.forwarding,
            server.on_failure, server.state, server.upper_threshold, server.lower_threshold,
            server.tunnel, server.own, server.port is None,
            None if plain else is_name(address),
            None if alone or not checks else (address, server.port),
        )  # fmt: skip
        shape = shapes.get(key)
        if shape is None:
            about = (id(checks), *key[-3:])
            reduced = reductions.get(about)
            if reduced is None:
                reduced = reduce_checks(draft, checks, address, server.port, plan.port)
                reductions[about] = reduced
            shape = shapes[key] = _shape(draft, plan, server, reduced, weights, weight_fate)
            counts[shape] = 0
        counts[shape] += 1
        if server.name or server.port is None or server.role != "active":
            name = names.take(server_name(server))
        else:
            name = f"rs_{address}_{server.port}" if plain else server_name(server)
            if name in names.taken:
                name = names.take(name)
            names.taken.add(name)
        add((server, shape, name))
    _warn_unchecked(draft, plan)


def _warn_unchecked(draft: Draft, plan: PoolPlan) -> None:
    """Say loudly which servers lose their only check."""
    if not any(shape.reduced.unchecked for shape in plan.counts):
        return
    unchecked = [each for each in plan.servers if each[1].reduced.unchecked]
    server, shape, _ = unchecked[0]
    many = f"{len(unchecked)} servers, which always count as up"
    draft.remark(
        "HP090",
        f"{plan.service.name}: haproxy cannot make the {shape.reduced.unchecked} check of "
        + (many if len(unchecked) > 1 else f"{server.address}, which always counts as up"),
        server.origin,
        "give every server a TCP or HTTP check beside it",
    )


def _shape(
    draft: Draft,
    plan: PoolPlan,
    server: RealServer,
    reduced: Reduced,
    weights: dict[int, int],
    weight_fate: Fate,
) -> Shape:
    own = list(reduced.own)
    limit = server.upper_threshold or None
    if plan.source.scheduler.name == "ovf" and server.role == "active":
        limit = min(limit or server.weight + 1, server.weight + 1)
    if is_name(server.address):
        own.append(LATE_LOOKUP)
    sorry = server.role == "sorry"
    verdict = {
        "": KEPT, "name": KEPT, "address": KEPT, "port": KEPT, "role": KEPT, "state": KEPT,
        "weight": KEPT if sorry else weight_fate,
        "forwarding": losses.FORWARDING.get(server.forwarding, KEPT),
        "on_failure": losses.ZERO_WEIGHT if server.on_failure == "zero-weight" else KEPT,
        "upper_threshold": losses.UPPER_THRESHOLD,
        "lower_threshold": losses.LOWER_THRESHOLD,
        "tunnel": losses.TUNNEL,
        "checks": KEPT,
        **reduced.fates,
        **own_verdict(server.own, own_fates(draft, server.checks)),
    }  # fmt: skip
    weight = 1 if sorry else weights.get(server.weight, server.weight)
    state = server.state if server.state == "maintenance" else "ready"
    if server.state == "drain":
        weight = 0
    return Shape(reduced, weight, server.role, state, limit, tuple(own), verdict)


def own_fates(draft: Draft, checks: tuple[Check, ...]) -> dict[str, Fate]:
    """Return the fates of the source's own words around *checks*."""
    fates = losses.OWN
    alpha = losses.INIT_STATE if not draft.since(3, 1) else KEPT
    if not any(check.kind == "http" for check in checks):
        return {**fates, "alpha": alpha, "virtualhost": dropped("no HTTP check asks for a host")}
    return {**fates, "alpha": alpha}
