"""How saved rules of ipvsadm say a model: what ``ipvsadm --restore`` takes.

One ``-A`` for each address, port and protocol, one ``-a`` for each of its
servers, as ``ipvsadm -S -n`` would write them.  A save holds no comments, no
time limits and no daemons: they go into companions.
"""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import (
    KEPT,
    NOWHERE,
    Fate,
    Listener,
    Origin,
    Outcome,
    Pool,
    Record,
    Section,
    Service,
    Topology,
    Verdict,
    approximated,
    dropped,
    moved,
)
from hatools.plugin import Assumption, OutFile, Target, Writing
from hatools.plugin.ipvs import kernel_limits, sets_limits
from hatools_ipvsadm import losses
from hatools_ipvsadm.endpoints import Endpoint, endpoints_of
from hatools_ipvsadm.faults import ADVICE, fault
from hatools_ipvsadm.methods import Method, method_of
from hatools_ipvsadm.real_servers import Placed, Shaper, server_words
from hatools_ipvsadm.settings import SETTINGS, settings
from hatools_ipvsadm.timing import longest_timeout

NAME = "ipvsadm.rules"
_SERVICE = {"": KEPT, "listeners": KEPT, "default_pool": KEPT, "name": KEPT,
            "rules": losses.NO_RULES, "connection_limit": losses.NO_LIMIT}  # fmt: skip
_IN_SETTINGS = moved(f"saved rules hold none: {SETTINGS} sets them")
_CHECK_ADVICE = (
    "ipvsadm checks no server: one that fails stays in the table",
    "keepalived checks servers: hatools convert --to keepalived",
)


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology* as rules, as far as IPVS can do what it says."""
    return _Writer(topology, target).run()


class _Writer:
    def __init__(self, topology: Topology, target: Target) -> None:
        self.topology = topology
        self.target = target
        self.writing = Writing(None, Topology())
        self.shaper = Shaper(target.settings, target.version)
        self.pools = {pool.name: pool for pool in reversed(topology.pools)}
        self.lines: list[str] = []
        self.unmasked = False  # some server is reached directly or by a tunnel
        self.taken: dict[str, tuple[Service, int]] = {}
        self.names: dict[str, int] = {}
        self.recorded: set[int] = set()
        self.limits: list[str] = []  # commands that set -x and -y again
        self.foreign = 0  # the first line that stands for a proxy's server
        self.missed: dict[str, Fate] = {}

    def run(self) -> Writing:
        """Write every service, then account for everything else."""
        for service in self.topology.services:
            self._service(service)
        self._rest()
        writing = self.writing
        if self.lines:
            writing.main = OutFile(NAME, "".join(f"{line}\n" for line in self.lines))
            writing.companions += settings(self._settings(), self.limits, self.topology)
            if self.unmasked:
                from hatools.plugin.real_server_setup import companions

                writing.companions += companions(writing.intended)
        if self.foreign:
            writing.assumptions.append(
                Assumption(
                    "-m (masquerading)",
                    "a proxy's servers answer the proxy; the way back of theirs must lead through"
                    " the director, or --set forwarding=direct",
                    self.foreign,
                )
            )
        return writing

    def _record(self, origin: Origin, verdict: Verdict, line: int = 0) -> None:
        if origin is not NOWHERE and id(origin) not in self.recorded:
            self.recorded.add(id(origin))
            self.writing.records.append(Record(origin, verdict, line))

    def _service(self, service: Service) -> None:
        pool = self.pools.get(service.default_pool)
        reason = _hindrance(service, pool)
        if pool is None or reason:
            self._lose(service, dropped(reason))
            return
        first = 0
        refusal: Fate | None = None
        for listener in service.listeners:
            found, fate = endpoints_of(listener, service, pool.servers, self.target.settings)
            line = 0
            for endpoint in found:
                refusal, at = self._endpoint(service, pool, endpoint)
                line = line or at
            if not line:
                refusal = refusal if found and refusal else fate
                fate = refusal
            elif refusal is not None and fate is KEPT:
                fate = approximated(refusal.reason)
            self._record(listener.origin, _listener_verdict(fate, listener), line)
            first = first or line
        if not first:
            self._lose(service, refusal or dropped("it listens to nothing"))
            return
        verdict = {**_SERVICE, "layer": losses.LAYER if service.layer == 7 else KEPT}
        self._own(service.own, verdict)
        self._record(service.origin, verdict, first)
        for rule in service.rules:
            self._record(rule.origin, {"*": losses.NO_RULES})

    def _own(self, own: tuple[tuple[str, ...], ...], verdict: dict[str, Fate]) -> None:
        """Put the fates of what only another language has into *verdict*."""
        for number, words in enumerate(own):
            known = longest_timeout([words]) or (self.lines and sets_limits(words))
            fate = _IN_SETTINGS if known else losses.fate_of(words)
            verdict[f"own.{number}"] = fate
            if fate.weakness >= verdict.get("own", KEPT).weakness:
                verdict["own"] = fate

    def _lose(self, service: Service, fate: Fate) -> None:
        """Account for a service that is not written."""
        self.writing.lost.append((service.name, fate.reason))
        whole = {"*": fate}
        origins = [service.origin, *(listener.origin for listener in service.listeners)]
        for origin in (*origins, *(rule.origin for rule in service.rules)):
            self._record(origin, whole)
        self.missed.setdefault(service.default_pool, fate)
        for rule in service.rules:
            self.missed.setdefault(rule.pool, fate)

    def _endpoint(
        self, service: Service, pool: Pool, endpoint: Endpoint
    ) -> tuple[Fate | None, int]:
        """Write one virtual service; return why not, and the line (0: it was not written)."""
        owner, line = self.taken.get(endpoint.text, (service, 0))
        if owner is not service:
            return dropped(f"{endpoint.place} is taken by {owner.name} already"), 0
        if line:
            return None, line
        asked = self.shaper.asked(service.name)
        placed = self.shaper.place(pool, endpoint, asked)
        if pool.servers and not placed.servers:
            return dropped(f"no server is left: {placed.refused[0][1].reason}"), 0
        method, verdict = method_of(pool, endpoint, self.target.settings, service.name)
        if isinstance(method, Fate):
            return method, 0
        self.lines.append(f"-A {endpoint.text} {method.words}")
        line = len(self.lines)
        self.taken[endpoint.text] = service, line
        if not any(server.checks for server in pool.servers):
            verdict["servers.checks"] = losses.NOTHING_CHECKED
        self._own(pool.own, verdict)
        for number, words in enumerate(pool.own):
            if words == ("persistence_engine", "sip"):
                verdict[f"own.{number}"] = KEPT
                if len(pool.own) == 1:
                    verdict["own"] = KEPT
        self._record(pool.origin, verdict, line)
        self._servers(endpoint, placed)
        self._intend(endpoint, method, placed)
        return None, line

    def _servers(self, endpoint: Endpoint, placed: Placed) -> None:
        for made, source, verdict in zip(
            placed.servers, placed.sources, placed.verdicts, strict=True
        ):
            words = server_words(made)
            self.lines.append(f"-a {endpoint.text} {words}")
            if made.upper_threshold:
                self.limits.append(f"ipvsadm -e {endpoint.text} {words}")
            if source.forwarding == "proxy" and made.forwarding == "masquerade":
                self.foreign = self.foreign or len(self.lines)
            self._record(source.origin, verdict, len(self.lines))
        for source, fate in placed.refused:
            self._record(source.origin, {"*": fate})

    def _intend(self, endpoint: Endpoint, method: Method, placed: Placed) -> None:
        """Add what reading the lines back must give."""
        name = endpoint.name
        count = self.names[name] = self.names.get(name, 0) + 1
        name = name if count == 1 else f"{name}#{count}"
        pool = Pool(name, method.scheduler, placed.servers, method.persistence)
        pool.one_packet, pool.own = method.one_packet, method.own
        self.writing.intended.pools.append(pool)
        self.writing.intended.services.append(Service(name, [endpoint.listener], default_pool=name))
        if not self.unmasked:
            self.unmasked = any(each.forwarding != "masquerade" for each in placed.servers)

    def _settings(self) -> dict[str, str]:
        """Return the time limits for ``--set``, from the source's own or from its proxies'."""
        if limits := kernel_limits(self.topology.sections):
            return limits
        own = [words for section in self.topology.sections for words in section.own]
        own += [words for service in self.topology.services for words in service.own]
        own += [words for pool in self.topology.pools for words in pool.own]
        limit = longest_timeout(own)
        return {"tcp": str(limit)} if limit else {}

    def _rest(self) -> None:
        """Account for what has no place in a table of services."""
        topology = self.topology
        for pool in topology.pools:
            fate = self.missed.get(pool.name) or dropped(
                "IPVS sees no content: no service leads here by default"
            )
            for origin in (pool.origin, *(server.origin for server in pool.servers)):
                self._record(origin, {"*": fate})
        for origin, fate in _others(topology):
            self._record(origin, {"*": fate})
        for section in topology.sections:
            self._section(section)
        checked = any(server.checks for pool in topology.pools for server in pool.servers)
        if checked and self.lines:
            self.writing.diagnostics.append(fault(ADVICE, _CHECK_ADVICE[0], None, _CHECK_ADVICE[1]))

    def _section(self, section: Section) -> None:
        if section.kind in ("timeouts", "sync-daemon"):
            self._record(section.origin, {"*": _IN_SETTINGS} if self.lines else {
                "*": dropped("saved rules hold no settings")})  # fmt: skip
            return
        verdict: dict[str, Fate] = {"*": losses.fate_of_section(section.kind)}
        self._own(section.own, verdict)
        if verdict.pop("own", None) is _IN_SETTINGS:
            verdict[""] = _IN_SETTINGS
        self._record(section.origin, verdict)


def _hindrance(service: Service, pool: Pool | None) -> str:
    """Return why IPVS cannot carry *service*, or an empty string."""
    if not service.default_pool:
        if service.rules:
            return "IPVS sees no content: every pool hangs on a condition, and none is the default"
        return "it leads to no pool"
    if pool is None:
        return f"there is no pool {service.default_pool}"
    if not service.listeners:
        return "no address to listen on is known"
    return ""


def _listener_verdict(fate: Fate, listener: Listener) -> Verdict:
    verdict = {"*": fate}
    if listener.own and fate.outcome is not Outcome.DROPPED:
        for number, words in enumerate(listener.own):
            verdict[f"own.{number}"] = verdict["own"] = losses.fate_of(words)
    return verdict


def _others(topology: Topology) -> Iterator[tuple[Origin, Fate]]:
    """Yield the objects that IPVS has nothing like."""
    rows: tuple[tuple[list[object], Fate], ...] = (
        (list(topology.routers), losses.NO_VRRP),
        (list(topology.groups), losses.NO_VRRP),
        (list(topology.trackers), losses.NO_TRACKER),
        ([topology.mail] if topology.mail else [], losses.NO_MAIL),
        ([topology], dropped("IPVS has nothing like it")),
    )
    for items, fate in rows:
        for item in items:
            origin: Origin = getattr(item, "origin", NOWHERE)
            yield origin, fate
