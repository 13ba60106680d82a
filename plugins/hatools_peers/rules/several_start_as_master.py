"""Several nodes have state MASTER."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.mending import reworded
from hatools_peers.peers import groups, where


class SeveralStartAsMaster:
    """Several nodes have state MASTER.

    Priorities decide who is MASTER; the state is only how a node begins, and
    keepalived waits for a MASTER's advertisements all the same. But state
    MASTER cancels nopreempt and preempt_delay, and means priority 255 where
    none is written: two such nodes fight at every start.

    Instead: state MASTER on the node with the highest priority at most, BACKUP
    on the others (--unsafe-fixes writes that: a nopreempt there counts from
    then on); or BACKUP on all, and priorities.

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
            if len(masters) < 2:
                continue
            rightful = max(masters, key=lambda peer: peer.router.priority)
            for peer in masters:
                if peer is not rightful:
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"state is MASTER here and on {rightful.node}"
                        f" ({where(rightful.span('initial_state'))}), whose priority"
                        f" {rightful.router.priority} is not below {peer.router.priority}",
                        peer.span("initial_state"),
                        "write state BACKUP here",
                        reworded(peer, "initial_state", "BACKUP"),
                        unsafe=True,
                    )
