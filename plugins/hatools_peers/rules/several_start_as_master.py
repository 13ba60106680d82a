"""Several nodes have state MASTER."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import groups, where


class SeveralStartAsMaster:
    """Several nodes have state MASTER.

    The state is only how a node begins. keepalived does not wait longer for
    it, but state MASTER cancels nopreempt and preempt_delay, and without a
    priority it means 255: two of them fight at every start.

    Instead: state MASTER on one node at most, BACKUP on the others; or
    BACKUP on all, and priorities.

    Reference: keepalived.conf(5), state.
    """

    code = "XN007"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            masters = [peer for peer in group if peer.router.initial_state == "MASTER"]
            for peer in masters[1:]:
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"state is MASTER here and on {masters[0].node}"
                    f" ({where(masters[0].span('initial_state'))})",
                    peer.span("initial_state"),
                    "leave MASTER to the node with the highest priority",
                )
