"""The services differ between nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hatools.model import Pool, Service, Topology
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import everyone, partners, where

Key = tuple[str, str, str]
OWN_FIRST = "other weights or backups"  # as where each node prefers a server of its own


class Found(NamedTuple):
    """A service on a node, by one of its listeners."""

    node: str
    service: Service
    pool: Pool | None


class ServicesDiffer:
    """The services differ between nodes.

    After a takeover clients find other servers, another scheduler or no
    service at all: behaviour changes with the node. Services on an address that
    stays with a node (its own, 127.0.0.1) are no part of a takeover. Other
    weights alone are information: a node may prefer the server it runs.

    Instead: the same virtual_server blocks, or proxies, on every node; a file
    that all nodes include keeps them equal.

    Reference: keepalived.conf(5), virtual_server; haproxy's configuration manual, 4.
    """

    code = "XN013"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = True

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each service that is another one on another node."""
        taken_over = partners(subject)
        moving = {address for peer in everyone(subject) for address in peer.addresses}
        by_form: dict[str, dict[str, dict[Key, Found]]] = {}
        for node, own in subject.nodes.items():
            for told in own:
                found = by_form.setdefault(told.form, {}).setdefault(node, {})
                found.update(_services(node, told.reading.topology, moving))
        for nodes in by_form.values():
            first, *others = nodes
            for other in others:
                if frozenset((first, other)) not in taken_over:
                    continue  # these take nothing over from each other
                yield from self._compare(nodes[first], nodes[other], other)
                yield from self._compare(nodes[other], nodes[first], first, missing=True)

    def _compare(
        self, left: dict[Key, Found], right: dict[Key, Found], node: str, missing: bool = False
    ) -> Iterator[Diagnostic]:
        for key, one in left.items():
            other = right.get(key)
            span = one.service.origin.span()
            if other is None:
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"{one.service.name} is on {one.node} but not on {node}",
                    span,
                    "configure it on all nodes that take over from each other",
                )
            elif not missing and (what := _difference(one.pool, other.pool)):
                mirrored = what == OWN_FIRST
                yield Diagnostic(
                    self.code,
                    Severity.INFO if mirrored else self.severity,
                    f"{one.service.name} has {what} than on {one.node} ({where(span)})",
                    other.service.origin.span(),
                    "use the same on all nodes",
                )


def _services(node: str, topology: Topology, moving: set[str]) -> Iterator[tuple[Key, Found]]:
    """Yield the services that a takeover reaches: not those on an address of the node's own."""
    pools = {pool.name: pool for pool in topology.pools}
    for service in topology.services:
        found = Found(node, service, pools.get(service.default_pool))
        for listener in service.listeners:
            own = listener.address is not None and listener.address not in moving
            if not listener.path and not own:
                address = listener.address or (f"mark {listener.mark}" if listener.mark else "*")
                yield (address, str(listener.ports), listener.protocol), found


def _difference(one: Pool | None, other: Pool | None) -> str:
    """Say in what two pools differ that clients would notice, empty for nothing."""
    if one is None or other is None:
        return "" if one is other else "another pool"
    if one.scheduler != other.scheduler:
        return "another scheduler"
    if one.persistence != other.persistence:
        return "another persistence"
    servers = [
        {(each.address, each.port): (each.role, each.weight, each.state) for each in pool.servers}
        for pool in (one, other)
    ]
    if set(servers[0]) != set(servers[1]):
        return "other servers"
    return OWN_FIRST if servers[0] != servers[1] else ""
