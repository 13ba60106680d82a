"""Accounts for what became of services and pools, once their virtual servers are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hatools.model import (
    KEPT,
    Fate,
    Origin,
    Persistence,
    Pool,
    RealServer,
    Record,
    Rule,
    Service,
    Topology,
    Verdict,
    approximated,
    dropped,
)
from hatools_keepalived.listening import Endpoint
from hatools_keepalived.losses import fate_of
from hatools_keepalived.writing_blocks import Adapted, Block
from hatools_keepalived.writing_pools import is_foreign, scheduler_of
from hatools_keepalived.writing_records import (
    listener_records,
    rule_fate,
    server_records,
    settled,
    weaken,
    why_unreached,
)

_LAYER = fate_of(("mode", "http"))
_LIMIT = dropped("IPVS has no limit for a service: uthreshold limits each real server")
_ALL_BACKUPS = approximated("keepalived has one sorry_server: only the first backup is used")
_QUORUM = approximated("the quorum cannot be above what the written servers weigh")

Persisting = Callable[[Service, Pool, Endpoint], tuple[Persistence | None, Fate]]


class Accounts:
    """The records of one writing; those that need lines are made when it is rendered."""

    def __init__(
        self,
        topology: Topology,
        pools: Mapping[str, Pool],
        out: Adapted,
        persistence: Persisting,
    ) -> None:
        self.topology = topology
        self.pools = pools
        self.out = out
        self.persistence = persistence
        self.led: dict[str, list[Block]] = {}
        self.missed: dict[str, str] = {}
        self.refused: dict[int, Fate] = {}
        self.shared: dict[tuple[int, ...], dict[str, Fate]] = {}
        self.inherited: set[int] | None = None

    def lose(
        self, service: Service, reason: str, refused: Iterable[tuple[Origin, Fate]] = ()
    ) -> None:
        """Account for *service* as left out, with its listeners and rules."""
        self.out.lost.append((service.name, reason))
        if destination(service):
            self.missed[destination(service)] = f"{service.name} is left out: {reason}"
        verdict = {"*": dropped(reason)}
        told = {id(origin): fate for origin, fate in refused}
        pending = self.out.pending
        pending.append(lambda: [Record(service.origin, self.lost(service.origin, verdict))])
        for listener in service.listeners:
            fate = told.get(id(listener.origin))
            pending.append(settled([listener.origin], {"*": fate} if fate else verdict))
        for rule in service.rules:
            pending.append(settled([rule.origin], {"*": rule_fate(rule.pool)}))

    def lost(self, origin: Origin, verdict: Verdict) -> Verdict:
        """Return the *verdict* on an object left out, without what others are written from.

        A line of defaults that a written service inherits is that one's to tell of.
        """
        if self.inherited is None:
            self.inherited = {
                index
                for block in self.out.blocks
                for told in (block.source.origin, block.source_pool.origin)
                for field in told.fields
                for index in told.statements(field)
                if index < told.at
            }
        if not self.inherited:
            return verdict
        shared = {
            field: KEPT
            for field in origin.fields
            if self.inherited.issuperset(origin.statements(field))
        }
        return {**verdict, **shared} if shared else verdict

    def of_service(
        self,
        service: Service,
        blocks: list[Block],
        fates: dict[int, Fate],
        refused: list[tuple[Origin, Fate]],
    ) -> None:
        """Note the records of a service that is written."""
        verdict: dict[str, Fate] = {
            "": KEPT, "name": KEPT, "listeners": KEPT, "default_pool": KEPT,
            "layer": _LAYER if service.layer == 7 else KEPT,
            "connection_limit": _LIMIT,
        }  # fmt: skip
        for number, words in enumerate(service.own):
            verdict[f"own.{number}"] = verdict["own"] = fate_of(words)
        pending = self.out.pending
        pending.append(lambda: [Record(service.origin, verdict, blocks[0].line)])
        written = {id(endpoint.source) for block in blocks for endpoint in block.endpoints}
        for listener in service.listeners:
            if id(listener) in written:
                continue
            fate = next((f for o, f in refused if o is listener.origin), fates[id(listener)])
            pending.append(settled([listener.origin], {"*": fate}))
        pending.append(lambda: listener_records(blocks, fates))
        always = [rule for rule in service.rules if is_certain(rule)][:1]
        for rule in service.rules:
            fate = KEPT if rule in always else rule_fate(rule.pool)
            pending.append(settled([rule.origin], {"*": fate}))
        if always:
            verdict["default_pool"] = dropped(f"use_backend {always[0].pool} takes all before it")

    def refuse(self, server: RealServer, fate: Fate) -> None:
        """Remember why *server* was refused, should no other service lead to it."""
        self.refused.setdefault(id(server), fate)

    def of_pool(self, pool: Pool) -> None:
        """Note the records of *pool* and its servers."""
        blocks = self.led.get(pool.name, [])
        if not blocks or self.pools[pool.name] is not pool:
            reason = self.missed.get(pool.name) or why_unreached(self.topology, pool)
            fate = dropped(reason)
            lost: Verdict = {"*": fate}
            heading: Verdict = lost
            if any(block.source.origin.at == pool.origin.at for block in self.out.blocks):
                heading = {**lost, "": KEPT, "name": KEPT}  # a listen that leads elsewhere
            origin = pool.origin
            self.out.pending.append(lambda: [Record(origin, self.lost(origin, heading))])
            refused = self.refused
            for server in pool.servers:
                own = refused.get(id(server))
                self.out.pending.append(settled([server.origin], {"*": own} if own else lost))
            return
        verdict = self.pool_verdict(pool, blocks)
        self.out.pending.append(lambda: [Record(pool.origin, verdict, blocks[0].line)])
        self.out.pending.append(lambda: server_records(blocks))

    def pool_verdict(self, pool: Pool, blocks: list[Block]) -> Verdict:
        """Return the fates of what is said in *pool* and for all its servers."""
        first = blocks[0]
        fates: dict[str, Fate] = {
            "": KEPT, "name": KEPT, "servers": KEPT, "one_packet": KEPT,
            "quorum": KEPT if first.pool.quorum == pool.quorum else _QUORUM,
            "scheduler": scheduler_of(pool)[1],
            "persistence": self.persistence(first.source, pool, first.endpoints[0])[1],
            "fallback_all": _ALL_BACKUPS if not first.placed.promoted else KEPT,
        }  # fmt: skip
        if is_foreign(pool):
            for number, words in enumerate(pool.own):
                fates[f"own.{number}"] = fates["own"] = fate_of(words)
        else:
            fates["own"] = KEPT
        verdicts = {id(found): found for block in blocks for found in block.placed.verdicts}
        for name, fate in self.of_all(tuple(verdicts), verdicts.values()).items():
            fates.setdefault(name, fate)
        if not any(server.checks for block in blocks for server in block.pool.servers):
            fates.setdefault("servers.checks", dropped("no server of this pool is checked"))
        return fates

    def of_all(self, key: tuple[int, ...], verdicts: Iterable[Verdict]) -> Verdict:
        """Return the weakest fates of *verdicts*, as what a pool says of all its servers."""
        found = self.shared.get(key)
        if found is None:
            found = self.shared[key] = {}
            for verdict in verdicts:
                for name, fate in verdict.items():
                    weaken(found, name, fate)
        return found


def destination(service: Service) -> str:
    """Return the pool that *service* leads to where no condition decides, empty for none."""
    for rule in service.rules:
        if is_certain(rule):
            return rule.pool
    return service.default_pool


def is_certain(rule: Rule) -> bool:
    """Tell whether *rule* always holds; a name made of the request may lead nowhere."""
    return rule.condition is None and "%[" not in rule.pool
