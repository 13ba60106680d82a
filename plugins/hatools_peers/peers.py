"""Which virtual routers of different nodes belong together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

from hatools.model import VirtualRouter
from hatools.plugin import Subject
from hatools.text import Span

NETWORK = {AF_INET: 3, AF_INET6: 8}  # bytes of an address that neighbours share: /24, /64


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

    @property
    def networks(self) -> frozenset[bytes]:
        """Return the networks that its addresses are likely to be on."""
        return frozenset(found for one in self.addresses if (found := _network(one)))


def _network(address: str) -> bytes:
    family = AF_INET6 if ":" in address else AF_INET
    try:
        return inet_pton(family, address)[: NETWORK[family]]
    except OSError:
        return b""


def everyone(subject: Subject) -> list[Peer]:
    """Return every virtual router of every node."""
    return [
        Peer(node, router) for node, topology in subject.topologies for router in topology.routers
    ]


def groups(subject: Subject) -> Iterator[list[Peer]]:
    """Yield the virtual routers that several nodes share, node by node."""
    for clusters in by_number(subject):
        for cluster in clusters:
            if len(cluster) > 1:
                yield cluster


def by_number(subject: Subject) -> Iterator[list[list[Peer]]]:
    """Yield, for each VRID and family, the virtual routers that have it, told apart.

    Those that share an address, or name each other as unicast peers, are one.
    One that is alone joins the others of its VRID where its addresses are on
    the network of theirs and none of its node is among them: an address may
    be mistyped.  Two that are alone are joined only where their nodes share
    another virtual router, or where no further nodes are looked at; two
    clusters of several nodes never: many have the VRID of the example that
    they were copied from.
    """
    numbered: dict[tuple[int | None, int], list[Peer]] = {}
    for peer in everyone(subject):
        key = (peer.router.virtual_router_id, peer.router.family)
        numbered.setdefault(key, []).append(peer)
    found = [_plainly(peers) for peers in numbered.values()]
    close = _close(subject, found)
    for clusters in found:
        yield _with_strays(clusters, close)


def _plainly(peers: list[Peer]) -> list[list[Peer]]:
    """Return *peers*, which have one VRID, by the clusters that they plainly are of."""
    clusters: list[list[Peer]] = []
    for peer in peers:
        own = next((one for one in clusters if _joins(peer, one)), None)
        if own is None:
            clusters.append([peer])
        else:
            own.append(peer)
    return clusters


def _close(subject: Subject, found: list[list[list[Peer]]]) -> set[frozenset[str]]:
    """Return the pairs of nodes that belong together whatever a single router says."""
    nodes = {node for node, topology in subject.topologies if topology.routers}
    if len(nodes) == 2:
        return {frozenset(nodes)}
    return {
        frozenset((one.node, other.node))
        for clusters in found
        for cluster in clusters
        for one, other in combinations(cluster, 2)
    }


def _joins(peer: Peer, cluster: list[Peer]) -> bool:
    """Tell whether *peer* is plainly of *cluster*."""
    if any(one.node == peer.node for one in cluster):
        return False
    return any(one.addresses & peer.addresses or _talk(one, peer) for one in cluster)


def _talk(one: Peer, other: Peer) -> bool:
    ours, theirs = one.router, other.router
    return (bool(ours.source_address) and ours.source_address in theirs.peers) or (
        bool(theirs.source_address) and theirs.source_address in ours.peers
    )


def _with_strays(clusters: list[list[Peer]], close: set[frozenset[str]]) -> list[list[Peer]]:
    found = [cluster for cluster in clusters if len(cluster) > 1]
    for cluster in clusters:
        if len(cluster) > 1:
            continue
        stray = cluster[0]
        home = next((one for one in found if _resembles(stray, one, close)), None)
        if home is None:
            found.append(cluster)
        else:
            home.append(stray)
    return found


def _resembles(stray: Peer, cluster: list[Peer], close: set[frozenset[str]]) -> bool:
    """Tell whether *stray* is likely to be meant for *cluster*, though no address says so."""
    if any(one.node == stray.node for one in cluster):
        return False
    if any(frozenset((stray.node, one.node)) in close for one in cluster):
        interface = stray.router.interface
        return any(
            one.networks & stray.networks
            or (not (one.networks and stray.networks) and one.router.interface == interface)
            for one in cluster
        )
    return len(cluster) > 1 and any(one.networks & stray.networks for one in cluster)


def pairs(subject: Subject) -> Iterator[tuple[Peer, Peer]]:
    """Yield each virtual router with that of every further node, the first node's first."""
    for first, *others in groups(subject):
        for other in others:
            yield first, other


def partners(subject: Subject) -> set[frozenset[str]]:
    """Return the pairs of nodes that share a virtual router."""
    return {
        frozenset((one.node, other.node))
        for group in groups(subject)
        for one, other in combinations(group, 2)
    }


def where(span: Span | None) -> str:
    """Return a place for use within a message."""
    return f"{span.path}:{span.line}" if span else "the other node"
