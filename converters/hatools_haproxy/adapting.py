"""Works out what haproxy can say of a model, and what becomes of the rest."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Listener, Pool, Section, Service, Topology
from hatools.plugin import Target
from hatools.plugin.ipvs import kernel_limits
from hatools_haproxy import losses
from hatools_haproxy.adapting_listeners import Refusal, adapt_listeners
from hatools_haproxy.adapting_pools import adapt_pool, needs_backend
from hatools_haproxy.drafting import Comments, Draft, dropped, own_verdict
from hatools_haproxy.naming import proxy_name
from hatools_haproxy.quoting import duration

_CONNECT = ("timeout", "connect", "5s")
_WHY_CONNECT = "keepalived's own connect_timeout; haproxy must be told one"
_WHY_IDLE = "haproxy must be told one: IPVS forgets an idle TCP connection after {} s"
_IDLE = 900  # the kernel's own limit, in seconds
_LONGEST = 24 * 86400  # haproxy counts milliseconds in 31 bits


def adapt(topology: Topology, target: Target, version: tuple[int, ...]) -> Draft:
    """Return the draft of a haproxy.cfg for *topology*; *version* is empty for any."""
    expansion = topology.origin.expansion or next(
        (service.origin.expansion for service in topology.services), None
    )
    draft = Draft(target, version, Comments(expansion))
    used: dict[str, int] = {}
    for service in topology.services:
        for name in {service.default_pool, *(rule.pool for rule in service.rules)}:
            used[name] = used.get(name, 0) + 1
    pools = {pool.name: pool for pool in topology.pools}
    settled: set[str] = set()
    for service in topology.services:
        pool = pools.get(service.default_pool)
        _service(draft, service, pool, first=service.default_pool not in settled)
        settled.add(service.default_pool)
    for pool in topology.pools:
        if pool.name not in settled:
            _forget(draft, pool, dropped("no service leads to it"))
    _rest(draft, topology)
    if draft.intended.services:
        _sections(draft, _idle_limit(topology))
        _advise(draft, topology)
    return draft


def _service(draft: Draft, service: Service, pool: Pool | None, first: bool) -> None:
    """Write one service with its pool, or say why it is left out."""
    try:
        if pool is None:
            raise Refusal("no pool is there to lead to")
        if not pool.servers:
            raise Refusal("it has no servers: nothing is served there now, either")
        listeners = adapt_listeners(draft, service)
    except Refusal as refusal:
        _leave_out(draft, service, pool if first else None, str(refusal))
        return
    binds: list[Listener] = []
    for listener, verdict, made, lost in listeners:
        draft.account(listener.origin, verdict, made[0] if made else None)
        if lost:
            remark = f"{service.name} is there without this address: {lost}"
            draft.remark("HP094", remark, listener.origin)
        if made and not set(listener.origin.statements()) & set(service.origin.statements()):
            draft.carry(listener.origin, made[0], "", None)
        binds += made
    port = next((bind.ports[0] for bind in binds if bind.ports is not None), None)
    name = draft.proxies.take(proxy_name(service))
    backend = draft.proxies.take(f"{name}_servers") if needs_backend(pool) else name
    pools, rules, own = adapt_pool(draft, service, pool, backend, port)
    main = pools[0]
    front = Service(name, binds, 4, rules, main.name, service.connection_limit)
    if main.name == name:
        front.own = own
    else:
        main.own = own
    draft.intended.services.append(front)
    draft.intended.pools += pools
    unread = {
        f"rules.{n}": dropped("haproxy cannot read the rule") for n in range(len(service.rules))
    }
    fates: dict[str, Fate] = {
        "": KEPT, "name": KEPT, "layer": KEPT, "default_pool": KEPT, "connection_limit": KEPT,
        "listeners": KEPT, **unread, **own_verdict(service.own, losses.OWN),
    }  # fmt: skip
    draft.account(service.origin, fates, front)
    for rule in service.rules:
        draft.account(rule.origin, {"*": dropped("haproxy cannot read the rule")})
    draft.carry(service.origin, front, "", ("",))


def _leave_out(draft: Draft, service: Service, pool: Pool | None, reason: str) -> None:
    """Account for a service that cannot be written, with all that belongs to it."""
    fate = {"*": dropped(reason)}
    draft.lost.append((service.name, reason))
    draft.remark("HP093", f"{service.name} is left out: {reason}", service.origin)
    draft.account(service.origin, fate)
    for origin in [item.origin for item in service.listeners]:
        draft.account(origin, fate)
    for origin in [item.origin for item in service.rules]:
        draft.account(origin, fate)
    if pool is not None:
        _forget(draft, pool, fate["*"])


def _forget(draft: Draft, pool: Pool, why: Fate) -> None:
    fate = {"*": why}
    draft.account(pool.origin, fate)
    for server in pool.servers:
        draft.account(server.origin, fate)


def _rest(draft: Draft, topology: Topology) -> None:
    """Account for what stands around the services."""
    draft.account(topology.origin, {"node": losses.NODE, "*": losses.section("global_defs")})
    for fate, items in (
        (losses.ROUTER, topology.routers),
        (losses.GROUP, topology.groups),
        (losses.TRACKER, topology.trackers),
        (losses.MAIL, [topology.mail] if topology.mail is not None else []),
    ):
        verdict = {"*": fate}
        for item in items:
            draft.account(item.origin, verdict)
    for section in topology.sections:
        verdict = {"*": losses.section(section.kind), **losses.limits_verdict(section.own)}
        draft.account(section.origin, verdict)


def _idle_limit(topology: Topology) -> int:
    """Return after how many seconds IPVS forgets an idle TCP connection."""
    said = kernel_limits(topology.sections).get("tcp", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else _IDLE


def _sections(draft: Draft, idle: int) -> None:
    """Add the sections that haproxy needs beside the proxies; *idle* is in seconds."""
    if draft.scripts:
        words = [("external-check",)]
        if not draft.version or draft.since(2, 2):
            words.append(("insecure-fork-wanted",))
        section = Section("global", "", tuple(words))
        draft.intended.sections.append(section)
        for word in words:
            draft.assume(word[0], "haproxy runs check scripts only when told so", section, word[0])
    limit = duration(min(idle, _LONGEST))
    timeouts = (_CONNECT, ("timeout", "client", limit), ("timeout", "server", limit))
    defaults = Section("defaults", "", timeouts)
    draft.intended.sections.append(defaults)
    for timeout in timeouts:
        why = _WHY_CONNECT if timeout is _CONNECT else _WHY_IDLE.format(idle)
        draft.assume(" ".join(timeout), why, defaults, " ".join(timeout[:2]))


def _advise(draft: Draft, topology: Topology) -> None:
    """Say what the machines need beside the file."""
    if topology.routers:
        draft.remark(
            "HP091",
            "haproxy cannot listen on a virtual address that the node does not hold",
            topology.routers[0].origin,
            "set net.ipv4.ip_nonlocal_bind=1 (and net.ipv6.ip_nonlocal_bind=1) on every node",
        )
