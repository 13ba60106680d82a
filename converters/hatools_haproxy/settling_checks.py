"""Settles the checks of a pool: what its proxy says once for all, what a helper must carry."""

from __future__ import annotations

from hatools.model import (
    KEPT,
    Check,
    Fate,
    HttpRequest,
    Outcome,
    Pool,
    RealServer,
    Scheduler,
    ScriptRun,
    Verdict,
    replace,
)
from hatools.model.check import Detail
from hatools_haproxy import losses
from hatools_haproxy.adapting_requests import CONNECTED_SINCE, host_header
from hatools_haproxy.check_lines import SEND_SINCE
from hatools_haproxy.drafting import Draft, kept, nearly
from hatools_haproxy.external_scripts import (
    DIRECTORY,
    PATH,
    is_bare,
    limit,
    limit_fate,
    split_command,
    wrapper,
)
from hatools_haproxy.quoting import duration, endpoint, seconds
from hatools_haproxy.shaping import Named, Own, PoolPlan, Settled, Shape

Hosts = tuple[tuple[str, Fate], ...]
CONNECT = 5.0  # seconds: keepalived's connect_timeout, and what the written defaults say


def settle_checks(draft: Draft, plan: PoolPlan) -> None:
    """Give every shape its check; kinds that the pool's own proxy cannot hold get helpers."""
    groups: dict[object, list[Shape]] = {}
    for shape in plan.counts:
        if shape.reduced.check is not None:
            groups.setdefault(shape.reduced.group, []).append(shape)
        else:
            plan.settled[shape] = draft.settled.setdefault(shape, Settled(shape.verdict))
    by_size = sorted(groups.values(), key=lambda shapes: -sum(plan.counts[each] for each in shapes))
    for number, shapes in enumerate(by_size):
        checks = [shape.reduced.check for shape in shapes if shape.reduced.check is not None]
        members: list[Named] = []
        script: tuple[str, str] | None = None
        if number or checks[0].kind == "script":
            members = [each for each in plan.servers if each[1] in shapes]
        if checks[0].kind == "script":
            script = _script(draft, plan, members)
        hosts = _hosts(draft, plan, shapes, checks[0])
        limits = _limits(checks)
        timeouts = _timeouts(limits)
        if number == 0:
            plan.timeouts = timeouts
        backend = draft.proxies.take(f"{plan.name}_{checks[0].kind}") if number else ""
        for shape in shapes:
            key = (shape, limits, script, backend, hosts)
            settled = draft.settled.get(key)
            if settled is None:
                settled = _settled(draft, shape, limits, script, backend, hosts)
                draft.settled[key] = settled
            plan.settled[shape] = settled
        if number:
            _helper(draft, plan, members, timeouts, backend)


def _hosts(draft: Draft, plan: PoolPlan, shapes: list[Shape], check: Check) -> Hosts:
    """Return the Host header of each request of *shapes* that has none, and its fate."""
    requests = check.detail if check.kind == "http" and isinstance(check.detail, tuple) else ()
    bare = [each for each in requests if isinstance(each, HttpRequest) and not each.host]
    if not bare:
        return ()
    places: dict[tuple[str, int | None], None] = {}
    for server, shape, _ in plan.servers:
        asked = shape.reduced.check
        if asked is not None and shape in shapes:
            places[asked.address or server.address, asked.port or server.port] = None
    heard = plan.service.listeners[0] if plan.service.listeners else None
    address = endpoint(heard.address if heard and heard.address else "localhost", plan.port)
    since = draft.since(*CONNECTED_SINCE)
    return tuple(
        host_header(each, places, address, since)
        if isinstance(each, HttpRequest) and not each.host
        else ("", KEPT)
        for each in requests
    )


def _with_hosts(detail: Detail, hosts: Hosts) -> Detail:
    if not any(host for host, _ in hosts) or not isinstance(detail, tuple):
        return detail
    requests = [each for each in detail if isinstance(each, HttpRequest)]
    return tuple(
        replace(each, host=host) if host else each
        for each, (host, _) in zip(requests, hosts, strict=True)
    )


def _tell_hosts(verdict: dict[str, Fate], at: str, hosts: Hosts) -> None:
    """Add to *verdict* what became of the Host headers of the requests *at*."""
    for number, (_, fate) in enumerate(hosts):
        name = f"{at}.{number}"
        known = verdict.get(name, KEPT)
        if fate.outcome is Outcome.KEPT and known.outcome is not Outcome.KEPT:
            continue
        if fate.reason:
            verdict.setdefault(f"{name}.path", KEPT)
            verdict.setdefault(f"{name}.expects", KEPT)
            reasons = dict.fromkeys(each.reason for each in (known, fate) if each.reason)
            weaker = max(known, fate, key=lambda each: each.weakness)
            verdict[name] = Fate(weaker.outcome, "; ".join(reasons))


def _limits(checks: list[Check]) -> tuple[float, float]:
    """Return the longest connect_timeout and the longest timeout of *checks*, 0 for none.

    A check is held to `timeout connect` only where `timeout check` is said, too;
    a script ends after inter, but then after `timeout connect`: it must have none.
    """
    if checks[0].kind == "script":
        return 0, 0
    return (
        max([check.connect_timeout or CONNECT for check in checks]),
        max([check.timeout or check.connect_timeout or CONNECT for check in checks]),
    )


def _timeouts(limits: tuple[float, float]) -> Own:
    connect, reading = limits
    words: list[tuple[str, ...]] = []
    if connect and seconds(connect) != CONNECT:
        words.append(("timeout", "connect", duration(seconds(connect))))
    if reading:
        words.append(("timeout", "check", duration(seconds(reading))))
    return tuple(words)


def _settled(
    draft: Draft,
    shape: Shape,
    limits: tuple[float, float],
    script: tuple[str, str] | None,
    backend: str,
    hosts: Hosts,
) -> Settled:
    """Return *shape* with a check that has what the proxy says for all.

    That is *limits*, *script* and the *hosts* of its requests.
    """
    check = shape.reduced.check
    assert check is not None
    at = f"checks.{shape.reduced.number}"
    connect, reading = limits
    taken = seconds(connect) if connect else CONNECT
    reason = losses.CONNECT_TIMEOUT.reason
    if check.connect_timeout and seconds(check.connect_timeout) != taken:
        reason = f"haproxy has one timeout connect per proxy: {duration(taken)}, the longest"
    if check.interval < taken and check.kind != "script":
        reason += f"; the check itself ends after inter ({duration(check.interval)}), the shorter"
    verdict = {**shape.verdict, f"{at}.connect_timeout": nearly(reason)}
    detail, own = _with_hosts(check.detail, hosts), check.own
    _tell_hosts(verdict, f"{at}.detail", hosts)
    if backend and f"{at}.source_address" in verdict:
        alone = kept("the backend that is tracked has no connections but those of its checks")
        verdict[f"{at}.source_address"] = verdict[f"{at}.interface"] = alone
    if check.kind == "script" and script is not None and isinstance(detail, ScriptRun):
        verdict[f"{at}.detail"] = nearly(script[1])
        verdict[f"{at}.timeout"] = limit_fate(shape.source[shape.reduced.number])
        if detail.dynamic:
            verdict[f"{at}.detail.dynamic"] = nearly(
                "the exit status sets no weight in haproxy: all but 1 count as up"
            )
        detail, own = ScriptRun(script[0]), (("external-check", "path", PATH),)
    elif check.kind == "http" and draft.version and draft.version < SEND_SINCE:
        detail, own = _old_expects(detail)
    elif check.kind == "http" and isinstance(detail, tuple) and len(detail) > 1:
        own = (("http-check", "connect", "default"),) * len(detail)
    made = replace(
        check,
        connect_timeout=taken,
        timeout=seconds(reading) if reading else None,
        detail=detail,
        own=own,
    )
    verdict.update(_for_all(verdict, at, check.kind))
    return Settled(verdict, draft.checks.setdefault(made, (made,)), backend)


def _for_all(verdict: Verdict, at: str, kind: str) -> dict[str, Fate]:
    """Return the fates of what a server says for all its checks, from those of the one at *at*."""
    fates = {
        name.replace(at, "checks", 1): fate
        for name, fate in verdict.items()
        if name.startswith(at + ".") and name.count(".") == 2
    }
    fates["checks.detail"] = KEPT if kind == "http" else losses.NO_HOST
    return fates


def _old_expects(detail: Detail) -> tuple[Detail, Own]:
    """Return requests and expectations for haproxy before 2.2: one, of one status or pattern."""
    own: Own = ()
    requests: list[HttpRequest] = []
    for request in detail if isinstance(detail, tuple) else ():
        if isinstance(request, HttpRequest):
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


def _script(draft: Draft, plan: PoolPlan, members: list[Named]) -> tuple[str, str]:
    """Return the command that haproxy runs for *members*, and why it is not just theirs."""
    draft.scripts = True
    runs = []
    for server, shape, name in members:
        check = server.checks[shape.reduced.number]
        run = check.detail if isinstance(check.detail, ScriptRun) else ScriptRun("false")
        runs.append((name, replace(run, user="", group=""), limit(check)))
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
    draft: Draft, plan: PoolPlan, members: list[Named], timeouts: Own, backend: str
) -> None:
    """Add a backend that carries the check of *members*, which then track it."""
    helper = Pool(backend, Scheduler("roundrobin"), own=timeouts)
    for server, shape, name in members:
        checks, own = plan.settled[shape].checks, shape.own
        helper.servers.append(
            RealServer(server.address, server.port, 1, name, checks=checks, own=own)
        )
    plan.helpers.append(helper)
    draft.assume(
        f"backend {backend}",
        "haproxy asks all servers of a proxy alike: servers with another check track its state",
        helper,
    )
