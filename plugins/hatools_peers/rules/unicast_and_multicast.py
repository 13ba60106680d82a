"""One node advertises by unicast, another by multicast."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import pairs, where


class UnicastAndMulticast:
    """One node advertises by unicast, another by multicast.

    A node with unicast_peer sends to those peers alone and does not join the
    multicast group: it does not hear the other's advertisements, and both
    become MASTER.

    Instead: unicast_peer on all nodes, or on none.

    Reference: keepalived.conf(5), unicast_peer.
    """

    code = "XN009"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for one, other in pairs(subject):
            if bool(one.router.peers) == bool(other.router.peers):
                continue
            lone, rest = (one, other) if one.router.peers else (other, one)
            yield Diagnostic(
                self.code,
                self.severity,
                f"{lone.node} advertises to unicast peers, {rest.node} by multicast"
                f" ({where(rest.span())}): they do not hear each other",
                lone.span("peers"),
                "use unicast_peer on all nodes or on none",
            )
