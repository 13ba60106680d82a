"""Two clusters on one network have one virtual_router_id."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, by_number, where


class TwoClustersOnOneNumber:
    """Two clusters on one network have one virtual_router_id.

    Each hears the other's advertisements for its own: the one with the lower
    priorities gives up its addresses, and nobody has them. It is told where
    addresses of both are in one /24 (or /64) and both use multicast; with
    other authentication, version or interval they only fill each other's
    logs, so that it is a warning.

    Instead: a virtual_router_id for each cluster on a network, such as the last
    byte of its address.

    Reference: RFC 9568 section 5.2.3; keepalived.conf(5), virtual_router_id.
    """

    code = "XN017"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each pair of clusters that hear each other."""
        for clusters in by_number(subject):
            several = [cluster for cluster in clusters if len(cluster) > 1]
            for one, other in combinations(several, 2):
                if _meet(one, other):
                    first, second = one[0], other[0]
                    number = second.router.virtual_router_id
                    hears = _heeds(first, second)
                    what = "each hears the other" if hears else "each drops what the other says"
                    yield Diagnostic(
                        self.code,
                        self.severity if hears else Severity.WARNING,
                        f"virtual_router_id {number} is also that of the cluster of"
                        f" {', '.join(peer.node for peer in one)}"
                        f" ({where(first.span('virtual_router_id'))}): {what}",
                        second.span("virtual_router_id"),
                        "use another number for one of the clusters",
                    )


def _meet(one: list[Peer], other: list[Peer]) -> bool:
    """Tell whether two clusters are of other nodes, on one network, by multicast."""
    if {peer.node for peer in one} & {peer.node for peer in other}:
        return False
    if any(peer.router.peers for peer in (*one, *other)):
        return False
    return bool(one[0].networks & other[0].networks)


def _heeds(one: Peer, other: Peer) -> bool:
    ours, theirs = one.router, other.router
    if ours.version != theirs.version:
        return False
    if ours.version == 3:
        return True
    return (ours.authentication, ours.advertisement_interval) == (
        theirs.authentication,
        theirs.advertisement_interval,
    )
