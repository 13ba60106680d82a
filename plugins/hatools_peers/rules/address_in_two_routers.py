"""One address belongs to virtual routers of different VRIDs."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, everyone, groups, where


class AddressInTwoRouters:
    """One address belongs to virtual routers of different VRIDs.

    The nodes do not see each other as peers: each becomes MASTER of its own
    virtual router, and both hold the address. That is a split brain for good.
    Where each of the two has its peer elsewhere it is one node's own mistake,
    and not told here.

    Instead: give the virtual router the same virtual_router_id on every node.

    Reference: RFC 9568 section 5.2.3; keepalived.conf(5), virtual_router_id.
    """

    code = "XN001"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: dict[str, list[Peer]] = {}
        told: set[tuple[str, str]] = set()
        paired = {(peer.node, peer.router.name) for group in groups(subject) for peer in group}
        for peer in everyone(subject):
            for address in sorted(peer.addresses):
                for other in seen.setdefault(address, []):
                    here, there = peer.router.virtual_router_id, other.router.virtual_router_id
                    key = (peer.node + peer.router.name, other.node + other.router.name)
                    both = {(one.node, one.router.name) for one in (peer, other)} <= paired
                    if other.node != peer.node and here != there and key not in told and not both:
                        told.add(key)
                        yield Diagnostic(
                            self.code,
                            self.severity,
                            f"{address} is in virtual router {here} here and in {there} on"
                            f" {other.node} ({where(other.span('virtual_router_id'))}):"
                            " both nodes will hold it",
                            peer.span("virtual_router_id"),
                            "use one virtual_router_id on both nodes",
                        )
                seen[address].append(peer)
