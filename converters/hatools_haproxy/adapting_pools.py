"""Works out the pools of a service: servers, their checks, sorry servers, quorum."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

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
    ScriptRun,
    Service,
)
from hatools_haproxy import losses
from hatools_haproxy.adapting_checks import READING, Reduced, reduce_checks
from hatools_haproxy.check_lines import SEND_SINCE
from hatools_haproxy.drafting import Draft, dropped, kept, nearly, own_verdict
from hatools_haproxy.external_scripts import DIRECTORY, PATH, is_bare, split_command, wrapper
from hatools_haproxy.naming import Names, addressable, server_name
from hatools_haproxy.quoting import duration, seconds
from hatools_haproxy.scheduling import balance, fit_weights

CONNECT = 5.0  # seconds: keepalived's connect_timeout, and what the written defaults say
NON_STICK = ("non-stick",)
LATE_LOOKUP = ("init-addr", "last,libc,none")  # a name that is not found must not stop haproxy
Own = tuple[tuple[str, ...], ...]


@dataclass(slots=True, eq=False)
class Shape:
    """What servers that look alike have in common, from source to target."""

    reduced: Reduced
    weight: int
    role: str
    limit: int | None
    own: Own
    verdict: dict[str, Fate]
    checks: tuple[Check, ...] = ()
    helper: str = ""


@dataclass(slots=True)
class PoolPlan:
    """One pool on its way: the source's pool, its name to be, its servers with their shapes."""

    source: Pool
    service: Service
    name: str
    port: int | None
    servers: list[tuple[RealServer, Shape]] = field(default_factory=list)
    verdict: dict[str, Fate] = field(default_factory=dict)
    timeouts: Own = ()
    helpers: list[Pool] = field(default_factory=list)


def adapt_pool(
    draft: Draft, service: Service, source: Pool, name: str, port: int | None
) -> tuple[list[Pool], list[Rule], Own]:
    """Return what *source* becomes: its pools (the service's own first), the rules that lead
    to others, and the words that the proxy of the first needs.

    *port* is the service's, None where it has several.
    """  # fmt: skip
    plan = PoolPlan(source, service, name, port)
    found, fate = balance(source.scheduler)
    weights, weight_fate = _weights(source, found.weighted)
    _shape_servers(draft, plan, weights, weight_fate)
    _settle_checks(draft, plan)
    kept_by = _persistence(draft, plan)
    main = Pool(name, Scheduler(found.name, found.parameters), persistence=kept_by)
    sorry_pool, rules = _quorum(draft, plan)
    _place_servers(draft, plan, main, sorry_pool)
    if kept_by is not None:
        size = "stick-table type ipv6 size 1m"
        draft.assume(size, losses.PERSISTENCE_SIZE, main, "persistence")
    _pool_verdict(draft, plan, fate, weight_fate, main)
    pools = [main, *([sorry_pool] if sorry_pool else []), *plan.helpers]
    return pools, rules, plan.timeouts


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


def _shape_servers(
    draft: Draft, plan: PoolPlan, weights: dict[int, int], weight_fate: Fate
) -> None:
    """Give every server its shape; what cannot be addressed is left out."""
    shapes: dict[tuple[object, ...], Shape] = {}
    reductions: dict[tuple[object, ...], Reduced] = {}
    for server in plan.source.servers:
        checks, address, port = server.checks, server.address, server.port
        elsewhere = bool(checks) and (
            checks[0].address is not None or checks[0].port is not None or len(checks) > 1
        )
        key = (
            id(checks), id(server.origin.fields), server.weight, server.role, server.forwarding,
            server.on_failure, server.state, server.upper_threshold, server.lower_threshold,
            server.tunnel, server.own, port is None, (address, port) if elsewhere else None,
            address[-1:].isalpha() and ":" not in address,
        )  # fmt: skip
        shape = shapes.get(key)
        if shape is None:
            about = (id(checks), (address, port) if elsewhere else port is None)
            reduced = reductions.get(about)
            if reduced is None:
                reduced = reduce_checks(draft, checks, address, port, plan.port)
                reductions[about] = reduced
            shape = shapes[key] = _shape(draft, plan, server, reduced, weights, weight_fate)
        if not addressable(address):
            gone = {"*": dropped(f"{address!r} is no address that haproxy could reach")}
            draft.account(server.origin, gone)
            continue
        plan.servers.append((server, shape))
    unchecked = [(s, shape) for s, shape in plan.servers if shape.reduced.unchecked]
    if unchecked:
        server, shape = unchecked[0]
        draft.remark(
            "HP090",
            f"{plan.service.name}: haproxy cannot make the {shape.reduced.unchecked} check of "
            f"{len(unchecked)} server{'s' * (len(unchecked) > 1)}, which always count as up",
            server.origin,
            "give them a TCP_CHECK beside it",
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
    if server.address[-1:].isalpha() and ":" not in server.address:
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
        **own_verdict(server.own, _own_fates(draft, server.checks)),
    }  # fmt: skip
    weight = 1 if sorry else weights.get(server.weight, server.weight)
    return Shape(reduced, weight, server.role, limit, tuple(own), verdict)


def _own_fates(draft: Draft, checks: tuple[Check, ...]) -> dict[str, Fate]:
    """Return the fates of the source's own words around *checks*."""
    fates = losses.OWN
    alpha = losses.INIT_STATE if not draft.since(3, 1) else KEPT
    if not any(check.kind == "http" for check in checks):
        return {**fates, "alpha": alpha, "virtualhost": dropped("no HTTP check asks for a host")}
    return {**fates, "alpha": alpha}


# --- checks: what is said once for all servers of a proxy ---


def _settle_checks(draft: Draft, plan: PoolPlan) -> None:
    """Give every shape its check; kinds that the pool's own proxy cannot hold get helpers."""
    counts: Counter[object] = Counter()
    for _, shape in plan.servers:
        if shape.reduced.check is not None:
            counts[shape.reduced.group] += 1
    for number, (group, _) in enumerate(counts.most_common()):
        members = [(s, shape) for s, shape in plan.servers if shape.reduced.group == group]
        shapes = list(dict.fromkeys(shape for _, shape in members))
        checks = [shape.reduced.check for shape in shapes if shape.reduced.check is not None]
        script: tuple[str, str] | None = None
        if checks[0].kind == "script":
            script = _script(draft, plan, members)
        timeouts = _timeouts(checks)
        if number == 0:
            plan.timeouts = timeouts
        settled: dict[tuple[object, ...], tuple[Check, ...]] = {}
        for shape in shapes:
            settled_check = _settled(draft, plan, shape, checks, script)
            key = tuple(getattr(settled_check, name) for name in Check.__dataclass_fields__)
            shape.checks = settled.setdefault(key, (settled_check,))
        if number:
            _helper(draft, plan, members, timeouts)


def _timeouts(checks: list[Check]) -> Own:
    connect = max((check.connect_timeout or 0 for check in checks), default=0)
    words: list[tuple[str, ...]] = []
    if connect and seconds(connect) != CONNECT:
        words.append(("timeout", "connect", duration(seconds(connect))))
    reading = max((check.timeout or 0 for check in checks), default=0)
    if reading:
        words.append(("timeout", "check", duration(seconds(reading))))
    return tuple(words)


def _settled(
    draft: Draft, plan: PoolPlan, shape: Shape, checks: list[Check], script: tuple[str, str] | None
) -> Check:
    """Return the check of *shape* with what the proxy says for all *checks*."""
    check = shape.reduced.check
    assert check is not None
    at = f"checks.{shape.reduced.number}"
    connect = max((each.connect_timeout or 0 for each in checks), default=0)
    reading = max((each.timeout or 0 for each in checks), default=0)
    taken = seconds(connect) if connect else CONNECT
    reason = losses.CONNECT_TIMEOUT.reason
    if check.connect_timeout and seconds(check.connect_timeout) != taken:
        reason = f"haproxy has one timeout connect per proxy: {duration(taken)}, the longest"
    least = min(check.interval, check.fast_interval, check.down_interval)
    if least < taken and check.kind != "script":
        reason += f"; the check itself ends after inter ({duration(least)}), the shorter"
    shape.verdict[f"{at}.connect_timeout"] = nearly(reason)
    detail, own = check.detail, check.own
    if check.kind == "script" and script is not None and isinstance(detail, ScriptRun):
        shape.verdict[f"{at}.detail"] = nearly(script[1])
        if detail.dynamic:
            shape.verdict[f"{at}.detail.dynamic"] = nearly(
                "the exit status sets no weight in haproxy: all but 1 count as up"
            )
        detail, own = ScriptRun(script[0]), (("external-check", "path", PATH),)
    elif check.kind == "http" and draft.version and draft.version < SEND_SINCE:
        detail, own = _old_expects(detail)
    elif check.kind == "http" and isinstance(detail, tuple) and len(detail) > 1:
        own = (("http-check", "connect", "default"),) * len(detail)
    return replace(
        check,
        connect_timeout=taken,
        timeout=seconds(reading) if reading and check.kind in READING else None,
        detail=detail,
        own=own,
    )


def _old_expects(detail: object) -> tuple[object, Own]:
    """Return requests and expectations for haproxy before 2.2: one, of one status or pattern."""
    if not isinstance(detail, tuple):
        return detail, ()
    own: Own = ()
    requests = []
    for request in detail:
        best = request.expects[-1] if request.expects else None
        if best is not None and best.kind == "status" and not best.value.isdigit():
            own = (("http-check", "expect", "rstatus", _status_pattern(best.value)),)
            best = None
        requests.append(replace(request, expects=(best,) if best is not None else ()))
    return tuple(requests), own


def _status_pattern(value: str) -> str:
    """Return a regular expression for ``200-299,304``."""
    codes: list[str] = []
    for part in value.split(","):
        first, dash, last = part.partition("-")
        if not dash:
            codes.append(first)
        elif first.endswith("00") and last == f"{first[0]}99":
            codes.append(f"{first[0]}..")
        elif first.isdigit() and last.isdigit():
            codes += [str(code) for code in range(int(first), min(int(last), 599) + 1)]
    return f"^({'|'.join(codes)})$"


def _script(
    draft: Draft, plan: PoolPlan, members: list[tuple[RealServer, Shape]]
) -> tuple[str, str]:
    """Return the command that haproxy runs for *members*, and why it is not just theirs."""
    draft.scripts = True
    runs = []
    for server, shape in members:
        check = server.checks[shape.reduced.number]
        run = check.detail if isinstance(check.detail, ScriptRun) else ScriptRun("false")
        limit = check.timeout
        if limit is None or limit <= 0 or limit >= check.interval:
            limit = None  # haproxy ends it after inter
        runs.append((server_name(server), replace(run, user="", group=""), limit))
    first = runs[0]
    if is_bare(first[1], first[2]) and all(run[1:] == first[1:] for run in runs):
        return split_command(first[1].command)[0], losses.SCRIPT_ARGUMENTS.reason
    file = wrapper(f"{plan.name.replace(':', '_')}_check", runs)
    draft.companions.append(file)
    return (
        f"{DIRECTORY}{file.name}",
        f"haproxy runs one bare command for all servers: {file.name} runs it with its arguments",
    )


def _helper(
    draft: Draft, plan: PoolPlan, members: list[tuple[RealServer, Shape]], timeouts: Own
) -> None:
    """Add a backend that carries the check of *members*, which then track it."""
    kind = members[0][1].checks[0].kind
    name = draft.proxies.take(f"{plan.name}_{kind}")
    helper = Pool(name, Scheduler("roundrobin"), own=timeouts)
    names = Names()
    for server, shape in members:
        helper.servers.append(
            RealServer(
                server.address, server.port, 1, names.take(server_name(server)),
                checks=shape.checks, own=shape.reduced.own,
            )  # fmt: skip
        )
        shape.helper = name
    plan.helpers.append(helper)
    draft.assume(
        f"backend {name}",
        "haproxy asks all servers of a proxy alike: servers with another check track its state",
        helper,
    )


# --- persistence, quorum, servers ---


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
        plan.verdict["persistence"] = nearly(f"haproxy's timers end at 24 days: {duration(timeout)}")
    return Persistence("address", timeout, source.mask, words)


def _quorum(draft: Draft, plan: PoolPlan) -> tuple[Pool | None, list[Rule]]:
    """Return the pool and the rule that take over below the quorum, if that can be said."""
    quorum = plan.source.quorum or Quorum()
    active = [server for server, _ in plan.servers if server.role == "active"]
    sorry = any(server.role == "sorry" for server, _ in plan.servers)
    total = sum(server.weight for server in active)
    least = -(-min(quorum.weight, total) * len(active) // total) if total else 1
    fates = plan.verdict
    fates.update(
        {"quorum": KEPT, "quorum.weight": KEPT, "quorum.hysteresis": losses.HYSTERESIS,
         "quorum.up_script": losses.QUORUM_SCRIPT, "quorum.down_script": losses.QUORUM_SCRIPT}
    )  # fmt: skip
    if quorum.weight <= 1 or least <= 1:
        return None, []
    if not sorry:
        fates["quorum"] = fates["quorum.weight"] = losses.QUORUM_ALONE
        return None, []
    name = draft.proxies.take(f"{plan.name.removesuffix('_servers')}_sorry")
    backend = plan.name
    fates["quorum"] = fates["quorum.weight"] = nearly(
        f"haproxy counts servers, not weight: {name} is used below {least} of {len(active)}"
    )
    condition = Condition(f"{{ nbsrv({backend}) lt {least} }}")
    return Pool(name, Scheduler("roundrobin")), [Rule(name, condition)]


def _place_servers(draft: Draft, plan: PoolPlan, main: Pool, sorry_pool: Pool | None) -> None:
    """Put the servers into their pools, in haproxy's order, and account for them."""
    names, sorry_names = Names(), Names()
    comments = draft.comments.any
    add_main, record = main.servers.append, draft.records.append
    sticky = main.persistence is not None
    tracking: dict[str, tuple[Check, ...]] = {}
    owns: dict[tuple[int, bool], Own] = {}
    for place, (server, shape) in enumerate(_in_order(plan)):
        address, port = server.address, server.port
        backup = shape.role == "sorry" and sorry_pool is None
        role = "backup" if backup or shape.role == "backup" or _stands_by(plan, place) else "active"
        own = owns.get((id(shape), backup))
        if own is None:
            own = owns[id(shape), backup] = (
                (*shape.own, NON_STICK) if backup and sticky else shape.own
            )
        apart = shape.role == "sorry" and sorry_pool is not None
        name = (sorry_names if apart else names).take(server_name(server))
        checks = shape.checks
        if shape.helper:
            target = f"{shape.helper}/{name}"
            checks = tracking.setdefault(target, (Check(tracks=target),))
        target_server = RealServer(
            address, port, shape.weight, name, "proxy", role, "remove", server.state,
            shape.limit, None, checks, None, own,
        )  # fmt: skip
        if apart and sorry_pool is not None:
            sorry_pool.servers.append(target_server)
        else:
            add_main(target_server)
        record((server.origin, shape.verdict, target_server))
        if comments:
            draft.carry(server.origin, target_server, "", None)


def _in_order(plan: PoolPlan) -> list[tuple[RealServer, Shape]]:
    """Return the servers in the order in which haproxy must have them.

    IPVS's list begins with the server that was added last, which wins ties.
    """
    if plan.source.scheduler.name not in ("fo", "ovf"):
        return plan.servers
    numbered = list(enumerate(plan.servers))
    numbered.sort(key=lambda item: (item[1][0].role != "active", -item[1][0].weight, -item[0]))
    return [server for _, server in numbered]


def _stands_by(plan: PoolPlan, place: int) -> bool:
    """Tell whether the server at *place* only replaces the first, as `fo` has it."""
    return plan.source.scheduler.name == "fo" and place > 0


def _pool_verdict(
    draft: Draft, plan: PoolPlan, scheduler: Fate, weights: Fate, main: Pool
) -> None:
    """Account for the pool and for what it says once for all its servers."""
    source, fates = plan.source, plan.verdict
    checks = tuple({id(check): check for server in source.servers for check in server.checks}.values())
    shapes = list({id(shape): shape for _, shape in plan.servers}.values())
    forwarding = {server.forwarding for server in source.servers if server.role == "active"}
    verdict: dict[str, Fate] = {
        "": KEPT, "name": KEPT, "scheduler": scheduler, "persistence": KEPT, "fallback_all": KEPT,
        "one_packet": losses.ONE_PACKET, "quorum": KEPT, "servers": KEPT,
        "servers.weight": weights, "servers.checks": KEPT,
        "servers.checks.warmup": losses.WARMUP,
        "servers.checks.connect_timeout": losses.CONNECT_TIMEOUT,
        "servers.on_failure": losses.ZERO_WEIGHT,
        "servers.upper_threshold": losses.UPPER_THRESHOLD,
        "servers.lower_threshold": losses.LOWER_THRESHOLD,
        "servers.tunnel": losses.TUNNEL,
        "servers.forwarding": losses.FORWARDING.get(
            next(iter(sorted(forwarding)), "proxy"), KEPT
        ),
    }  # fmt: skip
    for shape in shapes:
        at = f"checks.{shape.reduced.number}"
        for name, fate in shape.verdict.items():
            if name.startswith(at + ".") and name.partition(".own.")[1] == "":
                shared = "servers.checks" + name[len(at) :]
                if shared not in verdict or shared.endswith("connect_timeout"):
                    verdict[shared] = fate
    if not any(check.initial != "up" for check in checks):
        verdict.pop("servers.checks.initial", None)
    verdict.update(own_verdict(source.own, _own_fates(draft, checks)))
    verdict.update(fates)
    draft.account(source.origin, verdict, main)
    _carry(draft, plan, main)


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
