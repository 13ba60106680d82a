"""A unicast setting without unicast_peer."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, keyword, said, topology

UNICAST = ("unicast_ttl", "unicast_fault_no_peer", "check_unicast_src")


class UnicastWithoutPeers(KeepalivedRule):
    """A unicast setting without unicast_peer.

    Why: keepalived goes on with multicast, which a network that needed unicast does not
    carry: both nodes become MASTER.

    Instead: name the other nodes:

        unicast_src_ip 192.0.2.1
        unicast_peer {
            192.0.2.2
        }

    Reference: man keepalived.conf, unicast_peer.
    """

    code = "KA315"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            if router.peers or router.origin.written("peers") or any(said(router, "unicast_peer")):
                continue
            places = [span for _, span in said(router, *UNICAST)]
            if keyword(router.origin, "source_address") == "unicast_src_ip":
                places.insert(0, router.origin.span("source_address"))
            for span in places[:1]:
                yield self.found(
                    f"{router.name} has no unicast_peer: keepalived advertises by multicast",
                    span,
                    "name the other nodes in unicast_peer, or take the unicast settings out",
                )
