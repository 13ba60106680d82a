"""Turns a model into what keepalived can say of it, with a verdict on every object."""

from __future__ import annotations

from hatools.model import (
    KEPT,
    Fate,
    Origin,
    Persistence,
    Pool,
    Record,
    Section,
    Service,
    Topology,
    approximated,
    dropped,
)
from hatools.model.topology import Own
from hatools.plugin import Target
from hatools_keepalived.listening import Endpoint, Endpoints
from hatools_keepalived.losses import fate_of
from hatools_keepalived.spelling import name_of, word
from hatools_keepalived.writing_accounts import Accounts, destination
from hatools_keepalived.writing_blocks import Adapted, Block
from hatools_keepalived.writing_checks import NEWEST, Version
from hatools_keepalived.writing_faults import fault
from hatools_keepalived.writing_pools import (
    LONGEST_PERSISTENCE,
    is_foreign,
    persistence_by_address,
    quorum_of,
    runs_scripts,
    scheduler_of,
    why_none,
)
from hatools_keepalived.writing_records import (
    section_verdict,
    settled,
)
from hatools_keepalived.writing_servers import ServerAdapter, Way
from hatools_keepalived.writing_warnings import warnings

_FORWARDING = {
    "masquerade": "masquerade", "nat": "masquerade", "direct": "direct", "dr": "direct",
    "tunnel": "tunnel", "tun": "tunnel",
}  # fmt: skip
_NO_SERVICE = dropped("no service is left whose connections it would limit")
_VRRP = dropped("VRRP is kept by editing the original keepalived.conf, not written anew")


def version_of(text: str) -> Version:
    """Return a version as numbers; the newest for an empty or unreadable *text*."""
    numbers = []
    for part in text.split("."):
        digits = "".join(c for c in part if c in "0123456789")
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers) or NEWEST


def adapt(topology: Topology, target: Target) -> Adapted:
    """Return what keepalived can say of *topology*."""
    return _Adapter(topology, target).run()


class _Adapter:
    def __init__(self, topology: Topology, target: Target) -> None:
        self.topology = topology
        self.settings = target.settings
        self.endpoints = Endpoints(target.settings)
        self.servers = ServerAdapter(topology, target.settings, version_of(target.version))
        self.pools = {pool.name: pool for pool in reversed(topology.pools)}
        self.intended = Topology()
        self.out = Adapted(self.intended, diagnostics=self.endpoints.diagnostics)
        self.accounts = Accounts(topology, self.pools, self.out, self.persistence)
        self.names: dict[str, int] = {}
        self.groups: set[str] = set()
        self.told: set[tuple[str, str]] = set()

    def run(self) -> Adapted:
        """Adapt everything, services first."""
        topology, pending = self.topology, self.out.pending
        for section in topology.sections:
            if section.kind == "timeouts":
                self.add_limits(section)
                continue
            pending.append(settled([section.origin], section_verdict(section)))
        for service in topology.services:
            self.add_service(service)
        for pool in topology.pools:
            self.accounts.of_pool(pool)
        others: list[Origin] = [item.origin for item in topology.routers]
        others += [item.origin for item in topology.groups]
        others += [item.origin for item in topology.trackers]
        pending.append(settled(others, {"*": _VRRP}))
        if topology.mail is not None:
            pending.append(settled([topology.mail.origin], {"*": _VRRP}))
        pending.append(settled([topology.origin], {"*": KEPT}))
        return self.out

    def add_limits(self, section: Section) -> None:
        """Set the kernel's time limits of *section* as keepalived does when it starts."""
        words = [word for row in section.own for word in row]
        self.out.limits.append(("lvs_timeouts", *words))
        self.out.pending.append(lambda: [self.limits_record(section)])

    def limits_record(self, section: Section) -> Record:
        """Return what became of the time limits: they stand behind what scripts need."""
        if not self.out.blocks:
            return Record(section.origin, {"*": _NO_SERVICE})
        return Record(section.origin, {"*": KEPT}, 4 if self.out.scripts else 2)

    # services

    def add_service(self, service: Service) -> None:
        """Adapt *service* into virtual servers, or account for it as lost."""
        pool = self.pools.get(destination(service))
        reason = self.unsuited(service, pool)
        if reason or pool is None:
            self.accounts.lose(service, reason)
            return
        found: list[Endpoint] = []
        refused: list[tuple[Origin, Fate]] = []
        fates: dict[int, Fate] = {}
        for listener in service.listeners:
            endpoints, fate = self.endpoints.of(listener, service)
            for endpoint in list(endpoints):
                clash = self.endpoints.take(endpoint, service)
                if clash is not None:
                    endpoints.remove(endpoint)
                    fate = clash
            found += endpoints
            fates[id(listener)] = fate
            if not endpoints:
                refused.append((listener.origin, fate))
        if not found:
            wanting = [fate.reason for _, fate in refused if "needs" in fate.reason]
            reasons = wanting or [fate.reason for _, fate in refused] or ["nothing to listen on"]
            self.accounts.lose(service, reasons[0], refused)
            return
        blocks: list[Block] = []
        for endpoints in self.units(service, pool, found):
            block, why = self.block(service, pool, endpoints)
            if block is not None:
                blocks.append(block)
            else:
                reason = why
                self.endpoints.release(endpoints)
                refused += [(endpoint.source.origin, dropped(why)) for endpoint in endpoints]
        if not blocks:
            self.accounts.lose(service, reason, refused)
            return
        self.accounts.of_service(service, blocks, fates, refused)
        self.out.diagnostics += warnings(service, pool, blocks[0])

    def unsuited(self, service: Service, pool: Pool | None) -> str:
        """Return why *service* cannot be a virtual server, empty when it may be."""
        if not destination(service):
            if service.rules:
                return "only conditions choose its pool, and IPVS cannot: name a default_backend"
            return _why_nothing(service.own)
        if pool is None:
            return f"its pool {destination(service)} is not defined"
        if any(words == ("disabled",) for words in (*service.own, *pool.own)):
            return "it is disabled"
        return "" if pool.servers else _why_nothing((*service.own, *pool.own))

    def units(
        self, service: Service, pool: Pool, endpoints: list[Endpoint]
    ) -> list[list[Endpoint]]:
        """Return the endpoints that one virtual server can stand for.

        One each for family and protocol; for each port, where servers take the
        port that the client asked for; for each address with direct routing.
        """
        forwarding = self.forwarding(service, pool)
        direct = forwarding in ("direct", "tunnel") or (
            not forwarding and any(s.forwarding != "masquerade" for s in pool.servers)
        )
        masked = pool.persistence is not None and pool.persistence.mask is not None
        by_port = direct or any(server.port is None for server in pool.servers)
        groups: dict[tuple[object, ...], list[Endpoint]] = {}
        for endpoint in endpoints:
            key = (
                endpoint.family,
                endpoint.protocol,
                endpoint.mark,
                endpoint.port if by_port else endpoint.port is None,
                (endpoint.address, endpoint.port)
                if direct or (masked and endpoint.family == 6)
                else None,
            )
            groups.setdefault(key, []).append(endpoint)
        return list(groups.values())

    def forwarding(self, service: Service, pool: Pool) -> str:
        """Return how packets get to the servers; empty where the servers say it themselves."""
        asked = self.settings.get("forwarding", service.name)
        if asked is not None:
            known = _FORWARDING.get(asked.lower())
            if known:
                return known
            if ("forwarding", asked) not in self.told:
                self.told.add(("forwarding", asked))
                self.out.diagnostics.append(
                    fault("KA085", None, "forwarding", asked, "there is no such method",
                          "write masquerade, direct or tunnel")
                )  # fmt: skip
        return "masquerade" if any(s.forwarding == "proxy" for s in pool.servers) else ""

    def block(
        self, service: Service, pool: Pool, endpoints: list[Endpoint]
    ) -> tuple[Block | None, str]:
        """Return one virtual server, or None and the reason."""
        first = endpoints[0]
        front = "NOT_USED NOT_USED"
        if service.name == pool.name and first.address:
            front = f"{first.address} {first.port or 0}"
        ports = {endpoint.port for endpoint in endpoints}
        port = first.port if len(ports) == 1 else None
        way = Way(first.family, port, self.forwarding(service, pool), front)
        placed = self.servers.place(pool, way)
        active = [server for server in placed.servers if server.role != "sorry"]
        if not any(server.weight for server in active):
            self.accounts.missed.setdefault(pool.name, "")
            for server, fate in placed.refused:
                self.accounts.refuse(server, fate)
            if active:
                return None, "all its servers are disabled or have weight 0"
            return None, why_none(placed)
        single = len(endpoints) == 1
        group = "" if single else self.group_name(service, first, port)
        name = self.unique(_name(first) if single else group)
        made_pool = Pool(
            name,
            scheduler_of(pool)[0],
            placed.servers,
            self.persistence(service, pool, first)[0],
            quorum_of(pool, active),
            False,
            pool.one_packet,
            () if is_foreign(pool) else pool.own,
        )
        made = Service(name, [endpoint.listener() for endpoint in endpoints], 4, [], name)
        block = Block(made, made_pool, endpoints, placed, service, pool, group)
        self.intended.services.append(made)
        self.intended.pools.append(made_pool)
        self.out.blocks.append(block)
        self.accounts.led.setdefault(pool.name, []).append(block)
        if not self.out.scripts and runs_scripts(made_pool):
            self.out.scripts = True
        return block, ""

    def group_name(self, service: Service, first: Endpoint, port: int | None) -> str:
        """Return a free name for a virtual_server_group, made from the service's."""
        base = service.name if word(service.name) == service.name else "service"
        choices = [base, f"{base}-v{first.family}", f"{base}-{port or first.protocol}"]
        number = 2
        while choices[0] in self.groups:
            del choices[0]
            if not choices:
                choices.append(f"{base}-{number}")
                number += 1
        self.groups.add(choices[0])
        return choices[0]

    def unique(self, name: str) -> str:
        """Return *name* as the reader will call it, the second of a name with ``#2``."""
        count = self.names[name] = self.names.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"

    def persistence(
        self, service: Service, pool: Pool, first: Endpoint
    ) -> tuple[Persistence | None, Fate]:
        """Return how clients come back, and what that makes of the pool's own way."""
        found, fate = persistence_by_address(pool.persistence, first)
        if found is None:
            asked = self.settings.get("persistence", service.name)
            if asked is not None and asked.isdigit() and int(asked):
                found = Persistence("address", float(min(int(asked), LONGEST_PERSISTENCE)))
                fate = approximated("IPVS sees no cookies: clients are told apart by address")
            elif pool.persistence is not None:
                fate = dropped(
                    f"IPVS sees no {pool.persistence.kind}: --set persistence@{service.name}="
                    "SECONDS keeps clients by address"
                )
        if found is None and first.port is None and first.mark is None:
            found = Persistence("address", 360.0)  # keepalived demands it where all ports are meant
        return found, fate


def _why_nothing(own: Own) -> str:
    """Return why there is no server behind a service that says *own*."""
    heads = {words[0] for words in own}
    for word_of_old in ("dispatch", "stats"):
        if word_of_old in heads:
            return fate_of((word_of_old,)).reason
    return "no server behind it"


def _name(endpoint: Endpoint) -> str:
    if endpoint.mark is not None:
        return f"fwmark:{endpoint.mark}"
    return name_of(endpoint.address or "", endpoint.port)
