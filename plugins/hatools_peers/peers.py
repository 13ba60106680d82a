"""Which virtual routers of different nodes belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hatools.model import VirtualRouter
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity, Span


class Peer(NamedTuple):
    """One node's part of a virtual router."""

    node: str
    router: VirtualRouter

    def span(self, *fields: str) -> Span | None:
        """Return where the first of *fields* that was written stands, else where it begins."""
        origin = self.router.origin
        for field in fields:
            if origin.written(field):
                return origin.span(field)
        return origin.span()

    @property
    def addresses(self) -> frozenset[str]:
        """Return the addresses it holds when it is MASTER."""
        router = self.router
        return frozenset(one.address for one in (*router.addresses, *router.excluded_addresses))


def everyone(subject: Subject) -> list[Peer]:
    """Return every virtual router of every node."""
    return [
        Peer(node, router) for node, topology in subject.topologies for router in topology.routers
    ]


def groups(subject: Subject) -> Iterator[list[Peer]]:
    """Yield the virtual routers that several nodes share, node by node.

    Those of one VRID and family that share an address, or that are the only
    ones of this VRID on their nodes, belong together.
    """
    by_number: dict[tuple[int | None, int], list[Peer]] = {}
    for peer in everyone(subject):
        key = (peer.router.virtual_router_id, peer.router.family)
        by_number.setdefault(key, []).append(peer)
    for peers in by_number.values():
        for group in _joined(peers):
            if len({peer.node for peer in group}) > 1:
                yield group


def _joined(peers: list[Peer]) -> list[list[Peer]]:
    nodes = [peer.node for peer in peers]
    if len(set(nodes)) == len(nodes):
        return [peers]
    left = list(peers)
    found = []
    while left:
        group = [left.pop(0)]
        for peer in list(left):
            if peer.node not in {one.node for one in group} and any(
                peer.addresses & one.addresses or peer.router.interface == one.router.interface
                for one in group
            ):
                group.append(peer)
                left.remove(peer)
        found.append(group)
    return found


def pairs(subject: Subject) -> Iterator[tuple[Peer, Peer]]:
    """Yield each virtual router with that of every further node, the first node's first."""
    for group in groups(subject):
        first, *others = group
        for other in others:
            yield first, other


def finding(
    code: str, severity: Severity, message: str, span: Span | None, advice: str
) -> Iterable[Diagnostic]:
    """Yield one diagnostic."""
    yield Diagnostic(code, severity, message, span, advice)


def where(span: Span | None) -> str:
    """Return a place for use within a message."""
    return f"{span.path}:{span.line}" if span else "the other node"
