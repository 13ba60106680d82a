"""A virtual router is on one node only."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import everyone, groups


class RouterWithoutPeer:
    """A virtual router is on one node only.

    Nobody takes its addresses over when this node fails. Often its
    virtual_router_id was changed on one node and not on the other.

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
        shared = {id(peer.router) for group in groups(subject) for peer in group}
        others = {peer.node for peer in everyone(subject)}
        for peer in everyone(subject):
            addresses = {
                address
                for one in everyone(subject)
                if one.node != peer.node
                for address in one.addresses
            }
            if id(peer.router) in shared or len(others) < 2 or peer.addresses & addresses:
                continue  # with an address elsewhere it is XN001's
            number = peer.router.virtual_router_id
            yield Diagnostic(
                self.code,
                self.severity,
                f"no other node has virtual router {number}: nobody takes over"
                f" {', '.join(sorted(peer.addresses)) or 'its addresses'}",
                peer.span("virtual_router_id"),
                "configure it on another node, too",
            )
