"""A unicast peer does not list this node."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import pairs, where


class UnicastPeersNotMutual:
    """A unicast peer does not list this node.

    Unicast advertisements go to the listed peers alone. A node that is not in
    the other's list never hears it and becomes MASTER beside it.

    Instead: every node lists the addresses of all others in unicast_peer,
    and sends from the address that they list (unicast_src_ip).

    Reference: keepalived.conf(5), unicast_peer, unicast_src_ip.
    """

    code = "XN008"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for one, other in pairs(subject):
            for here, there in ((one, other), (other, one)):
                source, listed = here.router.source_address, there.router.peers
                if here.router.peers and listed and source and source not in listed:
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"{here.node} sends from {source}, which {there.node} does not list: it"
                        f" lists {', '.join(listed)} ({where(here.span('source_address'))})",
                        there.span("peers"),
                        f"add {source} to unicast_peer here",
                    )
