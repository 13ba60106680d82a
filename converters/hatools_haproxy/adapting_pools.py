"""Works out the pools of a service: servers, their checks, sorry servers, quorum."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from hatools.model import (
    KEPT,
    Check,
    Condition,
    Fate,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Rule,
    Scheduler,
    Service,
    Verdict,
)
from hatools_haproxy import losses
from hatools_haproxy.drafting import Draft, dropped, kept, nearly, own_verdict
from hatools_haproxy.quoting import duration, seconds
from hatools_haproxy.scheduling import balance, fit_weights
from hatools_haproxy.settling_checks import settle_checks
from hatools_haproxy.shaping import Named, Own, PoolPlan, Shape, own_fates, shape_servers

NON_STICK = ("non-stick",)
_FOR_ALL = frozenset(
    (
        "connect_timeout",
        "detail",
        "down_interval",
        "fast_interval",
        "initial",
        "interval",
        "timeout",
    )
)  # of a server's checks
# weight (None: its own), role, state, limit, checks, own, the backend that is tracked
Parts = tuple[int | None, str, str, int | None, tuple[Check, ...], Own, str]


def adapt_pool(
    draft: Draft, service: Service, source: Pool, name: str, port: int | None
) -> tuple[list[Pool], list[Rule], Own]:
    """Return what *source* becomes: its pools (the service's own first), the rules that lead
    to others, and the words that the proxy of the first needs.

    *port* is the service's, None where it has several.
    """  # fmt: skip
    found, fate = balance(source.scheduler)
    plan = PoolPlan(source, service, name, port, *_weights(source, found.weighted))
    shape_servers(draft, plan)
    settle_checks(draft, plan)
    kept_by = _persistence(draft, plan)
    main = Pool(name, Scheduler(found.name, found.parameters), persistence=kept_by)
    sorry_pool, rules = _quorum(draft, plan)
    _place_servers(draft, plan, main, sorry_pool)
    if kept_by is not None:
        size = "stick-table type ipv6 size 1m"
        draft.assume(size, losses.PERSISTENCE_SIZE, main, "persistence")
    _pool_verdict(draft, plan, fate, main)
    pools = [main, *([sorry_pool] if sorry_pool else []), *plan.helpers]
    return pools, rules, plan.timeouts


def needs_backend(pool: Pool) -> bool:
    """Tell whether a rule may lead past *pool*, which then stands apart from its frontend."""
    quorum = pool.quorum
    return (
        quorum is not None
        and quorum.weight > 1
        and any(server.role == "sorry" for server in pool.servers)
    )


def _weights(source: Pool, weighted: bool) -> tuple[dict[int, int], Fate]:
    """Return what becomes of each weight, and the fate of all of them."""
    name = source.scheduler.name
    weights = [server.weight for server in source.servers if server.role == "active"]
    if not weighted:
        one = {weight: min(1, weight) for weight in weights}
        if name == "fo":
            return one, kept("the order of the servers says it: the largest weight is used")
        return one, kept(f"{name} takes no notice of weights but 0: every server gets 1")
    if name == "ovf":
        return {weight: min(1, weight) for weight in weights}, kept("maxconn is the weight and 1")
    return fit_weights(weights)


def _persistence(draft: Draft, plan: PoolPlan) -> Persistence | None:
    source = plan.source.persistence
    if source is None:
        return None
    if source.kind != "address":
        plan.verdict["persistence"] = dropped(f"haproxy has no persistence by {source.kind}")
        return None
    words = ("type", "ipv6", "size", "1m")  # holds IPv4 too; type ip would lose IPv6 clients
    timeout = seconds(source.timeout if source.timeout is not None else 360.0)
    if source.timeout is not None and abs(timeout - source.timeout) > 1e-3:
        plan.verdict["persistence"] = nearly(
            f"haproxy's timers end at 24 days: {duration(timeout)}"
        )
    return Persistence("address", timeout, source.mask, words)


def _quorum(draft: Draft, plan: PoolPlan) -> tuple[Pool | None, list[Rule]]:
    """Return the pool and the rule that take over below the quorum, if that can be said."""
    quorum = plan.source.quorum
    if quorum is None:
        return None, []
    active = [server for server, _, _ in plan.servers if server.role == "active"]
    total = sum(server.weight for server in active)
    least = -(-min(quorum.weight, total) * len(active) // total) if total else 1
    if quorum.weight <= 1 or least <= 1:
        fate = losses.QUORUM_OF_ONE if quorum.weight <= 1 else losses.QUORUM_BY_WEIGHT
        plan.verdict.update(_quorum_fates(quorum, fate))
        return None, []
    if not any(shape.role == "sorry" for shape in plan.counts):
        plan.verdict.update(_quorum_fates(quorum, losses.QUORUM_ALONE))
        return None, []
    name = draft.proxies.take(f"{plan.name.removesuffix('_servers')}_sorry")
    backend = plan.name
    fate = nearly(
        f"haproxy counts servers, not weight: {name} is used below {least} of {len(active)}"
    )
    plan.verdict.update(_quorum_fates(quorum, fate))
    condition = Condition(f"{{ nbsrv({backend}) lt {least} }}")
    return Pool(name, Scheduler("roundrobin")), [Rule(name, condition)]


def _quorum_fates(quorum: Quorum, weight: Fate) -> dict[str, Fate]:
    """Return what became of *quorum*, given that of its weight; the whole fares as its weakest."""
    fates = {"quorum.weight": weight}
    fates["quorum.hysteresis"] = losses.HYSTERESIS if quorum.hysteresis else losses.NO_HYSTERESIS
    for name, script in (("up_script", quorum.up_script), ("down_script", quorum.down_script)):
        if script:
            fates[f"quorum.{name}"] = losses.QUORUM_SCRIPT
    return {"quorum": max(fates.values(), key=lambda fate: fate.weakness), **fates}


def _place_servers(draft: Draft, plan: PoolPlan, main: Pool, sorry_pool: Pool | None) -> None:
    """Put the servers into their pools, in haproxy's order, and account for them."""
    parts = _parts(plan, main.persistence is not None, sorry_pool)
    fitted = plan.weights.get
    servers = _in_order(plan)
    made: list[RealServer] = []
    for alike, group in groupby(servers, itemgetter(1)):
        weight, role, state, limit, checks, own, helper = parts[alike]
        before = len(made)
        made += [
            RealServer(
                server.address, server.port,
                fitted(server.weight, server.weight) if weight is None else weight,
                name, "proxy", role, "remove", state, limit, None,
                (Check(tracks=f"{helper}/{name}"),) if helper else checks, None, own,
            )
            for server, _, name in group
        ]  # fmt: skip
        draft.verdicts += [plan.settled[alike].verdict] * (len(made) - before)
    if plan.source.scheduler.name == "fo":
        for (_, shape, _), server in list(zip(servers, made, strict=True))[1:]:
            if sorry_pool is None or shape.role != "sorry":
                server.role = "backup"  # only the first is active
    draft.origins += [server.origin for server, _, _ in servers]
    draft.items += made
    if sorry_pool is None:
        main.servers = made
    else:
        for (_, shape, _), server in zip(servers, made, strict=True):
            (sorry_pool if shape.role == "sorry" else main).servers.append(server)
    if made and draft.comments.any:
        _carry_servers(draft, servers, plan.counts, made)


def _parts(plan: PoolPlan, sticky: bool, sorry_pool: Pool | None) -> dict[Shape, Parts]:
    """Return what the servers of each shape have in common in their pool, as `RealServer` wants."""
    parts: dict[Shape, Parts] = {}
    for shape, settled in plan.settled.items():
        own, role = shape.own, "active"
        if settled.helper:  # what only the check needs stands where the check is
            own = tuple(words for words in own if words not in shape.reduced.own)
        if shape.role != "active" and (sorry_pool is None or shape.role != "sorry"):
            role = "backup"
            if sticky and shape.role == "sorry":
                own = (*own, NON_STICK)
        parts[shape] = (
            shape.weight, role, shape.state, shape.limit, settled.checks, own, settled.helper,
        )  # fmt: skip
    return parts


def _carry_servers(
    draft: Draft, servers: list[Named], shapes: Iterable[Shape], made: list[RealServer]
) -> None:
    """Carry the comments on *servers*, most of which have none, to what was *made* of them."""
    places = [server.origin.at for server, _, _ in servers]
    last = max(places) + max(shape.reach for shape in shapes)
    if draft.comments.among(min(places), last):
        for (server, _, _), item in zip(servers, made, strict=True):
            draft.carry(server.origin, item, "", None)


def _in_order(plan: PoolPlan) -> list[Named]:
    """Return the servers in the order in which haproxy must have them.

    IPVS's list begins with the server that was added last, which wins ties.
    """
    if plan.source.scheduler.name not in ("fo", "ovf"):
        return plan.servers
    numbered = list(enumerate(plan.servers))
    numbered.sort(key=lambda item: (item[1][0].role != "active", -item[1][0].weight, -item[0]))
    return [server for _, server in numbered]


def _pool_verdict(draft: Draft, plan: PoolPlan, scheduler: Fate, main: Pool) -> None:
    """Account for the pool and for what it says once for all its servers."""
    source = plan.source
    key = (
        scheduler, plan.weight_fate, tuple(plan.verdict.items()), source.own,
        tuple([plan.settled[shape] for shape in plan.counts]),
    )  # fmt: skip
    verdict = draft.pool_verdicts.get(key)
    if verdict is None:
        verdict = draft.pool_verdicts[key] = _worked_out(draft, plan, scheduler)
    draft.account(source.origin, verdict, main)
    _carry(draft, plan, main)


def _worked_out(draft: Draft, plan: PoolPlan, scheduler: Fate) -> Verdict:
    """Return what became of a pool and of what it says once for all its servers."""
    source = plan.source
    checks = tuple({id(check): check for shape in plan.counts for check in shape.source}.values())
    forwarding = {shape.forwarding for shape in plan.counts if shape.role == "active"}
    verdict: dict[str, Fate] = {
        "": KEPT, "name": KEPT, "scheduler": scheduler, "persistence": KEPT, "fallback_all": KEPT,
        "one_packet": losses.ONE_PACKET, "quorum": KEPT, "servers": KEPT,
        "servers.weight": plan.weight_fate, **_check_fates(plan, checks),
        "servers.on_failure": losses.ZERO_WEIGHT,
        "servers.upper_threshold": losses.UPPER_THRESHOLD,
        "servers.lower_threshold": losses.LOWER_THRESHOLD,
        "servers.tunnel": losses.TUNNEL,
        "servers.forwarding": losses.FORWARDING.get(
            next(iter(sorted(forwarding)), "proxy"), KEPT
        ),
    }  # fmt: skip
    verdict.update(own_verdict(source.own, own_fates(draft, checks)))
    verdict.update(plan.verdict)
    return verdict


def _check_fates(plan: PoolPlan, checks: tuple[Check, ...]) -> dict[str, Fate]:
    """Return what became of what a pool says once for *checks*, those of all its servers."""
    at = "servers.checks"
    if not any(shape.reduced.check for shape in plan.counts):
        return {at: losses.NO_CHECK if checks else KEPT}
    fates = {at: KEPT, f"{at}.warmup": losses.WARMUP}
    for shape in plan.counts:
        for name, fate in plan.settled[shape].verdict.items():
            head, _, field = name.partition(".")
            if head == "checks" and field in _FOR_ALL:
                best = field == "detail" and fates.get(f"{at}.{field}") == KEPT
                fates[f"{at}.{field}"] = KEPT if best else fate
    return fates


def _carry(draft: Draft, plan: PoolPlan, main: Pool) -> None:
    """Carry the comments on the pool's settings to the lines that these became."""
    if not draft.comments.any:
        return
    slots: dict[str, list[str]] = {}
    for name in plan.source.origin.fields:
        head, _, rest = name.partition(".")
        if head in ("scheduler", "persistence"):
            slots.setdefault(head, []).append(name)
        elif head == "servers" and rest.startswith("checks"):
            slots.setdefault("default-server", []).append(name)
    for slot, names in slots.items():
        draft.carry(plan.source.origin, main, slot, names)
