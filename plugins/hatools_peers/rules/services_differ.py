"""The services differ between nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hatools.model import Pool, Service, Topology
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import groups, where

Key = tuple[str, str, str]


class Found(NamedTuple):
    """A service on a node, by one of its listeners."""

    node: str
    service: Service
    pool: Pool | None


class ServicesDiffer:
    """The services differ between nodes.

    After a takeover clients find other servers, another scheduler or no
    service at all: behaviour changes with the node.

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
        if not any(groups(subject)):
            return  # these nodes take nothing over from each other
        by_form: dict[str, dict[str, dict[Key, Found]]] = {}
        for node, own in subject.nodes.items():
            for told in own:
                found = by_form.setdefault(told.form, {}).setdefault(node, {})
                found.update(_services(node, told.reading.topology))
        for nodes in by_form.values():
            first, *others = nodes
            for other in others:
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
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"{one.service.name} has {what} than on {one.node} ({where(span)})",
                    other.service.origin.span(),
                    "use the same on all nodes",
                )


def _services(node: str, topology: Topology) -> Iterator[tuple[Key, Found]]:
    pools = {pool.name: pool for pool in topology.pools}
    for service in topology.services:
        found = Found(node, service, pools.get(service.default_pool))
        for listener in service.listeners:
            if not listener.path:
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
    weights = [
        {(server.address, server.port, server.role): server.weight for server in pool.servers}
        for pool in (one, other)
    ]
    if set(weights[0]) != set(weights[1]):
        return "other servers"
    return "other weights" if weights[0] != weights[1] else ""
