"""A node is its own unicast peer."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class PeerOfItself(KeepalivedRule):
    """A node is its own unicast peer.

    Why: unicast_peer names the other nodes. Pasted from the peer unchanged, this node
    sends its advertisements to itself, the other hears nothing, and both are MASTER.

    Instead: the other nodes' addresses in unicast_peer, this node's own in
    unicast_src_ip.

    Reference: man keepalived.conf, unicast_peer.
    """

    code = "KA316"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            for number, peer in enumerate(router.peers):
                if peer == router.source_address:
                    yield self.found(
                        f"{peer} is this node's own address",
                        router.origin.span(f"peers.{number}"),
                        "name the other nodes here",
                    )
