"""Finds the servers of a pool that look alike, and what each such shape becomes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter

from hatools.model import KEPT, Check, Fate, Pool, RealServer, Service, Verdict
from hatools_haproxy import losses
from hatools_haproxy.adapting_checks import Reduced, reduce_checks
from hatools_haproxy.drafting import Draft, dropped, own_verdict, reach
from hatools_haproxy.naming import Names, addressable, is_name, server_name

LATE_LOOKUP = ("init-addr", "last,libc,none")  # a name that is not found must not stop haproxy
_LOOKS = attrgetter(
    "checks", "name", "role", "forwarding", "on_failure", "state", "upper_threshold",
    "lower_threshold", "tunnel", "own",
)  # fmt: skip
Own = tuple[tuple[str, ...], ...]


class Shape:
    """What servers that look alike have in common, in whatever pools they stand.

    *source* are their checks, *reduced* what is left of these.  *weight* is None
    where each server has its own.  *reach* is how far behind their first
    statement the last stands.
    """

    __slots__ = (
        "forwarding", "limit", "own", "reach", "reduced", "role", "source", "state", "verdict",
        "weight",
    )  # fmt: skip

    def __init__(
        self, server: RealServer, reduced: Reduced, limit: int | None, own: Own, verdict: Verdict
    ) -> None:
        self.source = server.checks
        self.reach = reach(server.origin.fields)
        self.reduced = reduced
        self.weight: int | None = 1 if server.role == "sorry" else None
        if server.state == "drain":
            self.weight = 0
        self.role = server.role
        self.forwarding = server.forwarding
        self.state = server.state if server.state == "maintenance" else "ready"
        self.limit = limit
        self.own = own
        self.verdict = verdict


class Settled:
    """What a shape becomes among others: its verdict, its checks, the backend that it tracks."""

    __slots__ = ("checks", "helper", "verdict")

    def __init__(self, verdict: Verdict, checks: tuple[Check, ...] = (), helper: str = "") -> None:
        self.verdict = verdict
        self.checks = checks
        self.helper = helper


Named = tuple[RealServer, Shape, str]
"""A server of the source, what it becomes, the name that it gets."""


class PoolPlan:
    """One pool on its way: the source's pool, its name to be, its servers with their shapes.

    *weights* says what becomes of each weight, where that is another.
    """

    __slots__ = (
        "counts", "family", "helpers", "name", "port", "servers", "service", "settled", "source",
        "timeouts", "verdict", "weight_fate", "weights",
    )  # fmt: skip

    def __init__(
        self,
        source: Pool,
        service: Service,
        name: str,
        port: int | None,
        weights: Mapping[int, int],
        weight_fate: Fate,
    ) -> None:
        self.source = source
        self.service = service
        self.name = name
        self.port = port
        self.family = _family(service)
        self.weights = weights
        self.weight_fate = weight_fate
        self.servers: list[Named] = []
        self.counts: dict[Shape, int] = {}
        self.settled: dict[Shape, Settled] = {}
        self.verdict: dict[str, Fate] = {}
        self.timeouts: Own = ()
        self.helpers: list[Pool] = []


def _family(service: Service) -> int:
    """Return 4 or 6 where all listeners of *service* have that family, else 0."""
    families = {
        each.family or (0 if not each.address else 6 if ":" in each.address else 4)
        for each in service.listeners
    }
    return families.pop() if len(families) == 1 else 0


def shape_servers(draft: Draft, plan: PoolPlan) -> None:
    """Give every server its shape; what cannot be addressed is left out."""
    finder = _Finder(draft, plan)
    found: list[RealServer] = []
    shapes: list[Shape] = []
    names: list[str] = []
    for facts, group in groupby(plan.source.servers, _LOOKS):
        run = list(group)
        if _all_ipv4([server.address for server in run]) and finder.fits_all(run):
            shape = finder.find(run[0], facts, plain=True)
            found += run
            shapes += [shape] * len(run)
            plan.counts[shape] = plan.counts.get(shape, 0) + len(run)
            names += [f"rs_{server.address}_{server.port}" for server in run]
            continue
        for server in run:
            if addressable(server.address):
                found.append(server)
                shape = finder.find(server, facts, plain=_all_ipv4([server.address]))
                shapes.append(shape)
                plan.counts[shape] = plan.counts.get(shape, 0) + 1
                names.append(server_name(server))
            else:
                gone = f"{server.address!r} is no address that haproxy could reach"
                draft.account(server.origin, {"*": dropped(gone)})
    if len(set(names)) < len(names):
        names = list(map(Names().take, names))
    plan.servers = list(zip(found, shapes, names, strict=True))
    _warn_unchecked(draft, plan)


def _all_ipv4(addresses: list[str]) -> bool:
    """Tell whether all of *addresses* are made of digits and dots."""
    text = "".join(addresses).replace(".", "")
    return text.isdecimal() and text.isascii() and "" not in addresses


class _Finder:
    """Finds the shapes of one pool's servers, among those of all pools."""

    def __init__(self, draft: Draft, plan: PoolPlan) -> None:
        self.draft = draft
        self.plan = plan
        self.by_weight = plan.source.scheduler.name == "ovf"
        self.shapes = draft.shapes.setdefault((self.by_weight, plan.weight_fate), {})
        self.aims: dict[int, frozenset[str | int | None]] = {}

    def fits_all(self, run: list[RealServer]) -> bool:
        """Tell whether servers at IPv4 addresses, which look alike, have one shape.

        They are then named by address and port, too.
        """
        first = run[0]
        ports = {server.port for server in run}
        aim = self.aim(first.checks)
        return (
            None not in ports
            and not first.name
            and first.role == "active"
            and not self.by_weight
            and self.plan.family != 6
            and (not aim or aim == ports)  # a check of the server's own port has none of its own
            and len({id(server.origin.fields) for server in run}) == 1
        )

    def aim(self, checks: tuple[Check, ...]) -> frozenset[str | int | None]:
        """Return the addresses and ports that *checks* ask for themselves."""
        found = self.aims.get(id(checks))
        if found is None:
            asked = {check.address for check in checks} | {check.port for check in checks}
            found = self.aims[id(checks)] = frozenset(asked - {None})
        return found

    def find(self, server: RealServer, facts: tuple[object, ...], plain: bool) -> Shape:
        """Return the shape of *server*, which looks like *facts*; *plain*: at an IPv4 address."""
        address, port, checks = server.address, server.port, server.checks
        aim = self.aim(checks)
        key = (
            id(checks), id(server.origin.fields), facts[2:],
            None if plain else is_name(address),
            (self.plan.port,) if port is None else port in aim and port,
            address in aim and address,
            server.weight if self.by_weight else 0,
            _is_foreign(self.plan, server),
        )  # fmt: skip
        shape = self.shapes.get(key)
        if shape is None:
            shape = self.shapes[key] = _shape(self.draft, self.plan, server)
        return shape


def _is_foreign(plan: PoolPlan, server: RealServer) -> bool:
    """Tell whether IPVS would not take *server* for its family: only tunnels lead to another."""
    if not plan.family or server.forwarding in ("tunnel", "proxy"):
        return False
    address = server.address
    return ":" in address if plan.family == 4 else _all_ipv4([address])


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


def _shape(draft: Draft, plan: PoolPlan, server: RealServer) -> Shape:
    """Return what *server*, and every server that looks like it, becomes."""
    reduced = reduce_checks(
        draft, server.checks, server.address, server.port, plan.port, server.origin.fields
    )
    own = list(reduced.own)
    limit = server.upper_threshold or None
    if plan.source.scheduler.name == "ovf" and server.role == "active":
        limit = min(limit or server.weight + 1, server.weight + 1)
    if is_name(server.address):
        own.append(LATE_LOOKUP)
    foreign = losses.OTHER_FAMILY if _is_foreign(plan, server) else KEPT
    verdict = {
        "": KEPT, "name": KEPT, "address": foreign, "port": KEPT, "role": KEPT, "state": KEPT,
        "weight": KEPT if server.role == "sorry" else plan.weight_fate,
        "forwarding": losses.FORWARDING.get(server.forwarding, KEPT),
        "on_failure": losses.ZERO_WEIGHT if server.on_failure == "zero-weight" else KEPT,
        "upper_threshold": losses.UPPER_THRESHOLD,
        "lower_threshold": losses.LOWER_THRESHOLD,
        "tunnel": losses.TUNNEL,
        "checks": losses.NO_CHECK if reduced.unchecked else KEPT,
        **reduced.fates,
        **own_verdict(server.own, own_fates(draft, server.checks)),
    }  # fmt: skip
    return Shape(server, reduced, limit, tuple(own), verdict)


def own_fates(draft: Draft, checks: tuple[Check, ...]) -> dict[str, Fate]:
    """Return the fates of the source's own words around *checks*."""
    fates = losses.OWN
    alpha = losses.INIT_STATE if not draft.since(3, 1) else KEPT
    if not any(check.kind == "http" for check in checks):
        return {**fates, "alpha": alpha, "virtualhost": losses.NO_HOST}
    return {**fates, "alpha": alpha}
