"""A virtual router is on one node only."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, everyone, groups


class RouterWithoutPeer:
    """A virtual router is on one node only.

    Nobody takes its addresses over when this node fails. Often its
    virtual_router_id was changed on one node and not on the other. Told of
    nodes that share other virtual routers, and of two nodes with addresses on one
    network.

    Instead: the same virtual router on a second node.

    Reference: RFC 9568 section 1.
    """

    code = "XN010"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = True

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        everybody = everyone(subject)
        shared = {id(peer.router) for group in groups(subject) for peer in group}
        nodes = {peer.node for peer in everybody}
        paired = {peer.node for peer in everybody if id(peer.router) in shared}
        owners: dict[str, set[str]] = {}
        for peer in everybody:
            for address in peer.addresses:
                owners.setdefault(address, set()).add(peer.node)
        for peer in everybody:
            if id(peer.router) in shared:
                continue
            if peer.node not in paired and not (len(nodes) == 2 and _near(peer, everybody)):
                continue  # a node that shares nothing with the others is none of theirs
            if any(len(owners[address]) > 1 for address in peer.addresses):
                continue  # XN001's
            number = peer.router.virtual_router_id
            yield Diagnostic(
                self.code,
                self.severity,
                f"no other node has virtual router {number} with these addresses: nobody takes over"
                f" {', '.join(sorted(peer.addresses)) or 'its addresses'}",
                peer.span("virtual_router_id"),
                "configure it on another node, too",
            )


def _near(peer: Peer, everybody: list[Peer]) -> bool:
    """Tell whether another node has an address on a network of *peer*."""
    return any(one.node != peer.node and one.networks & peer.networks for one in everybody)
