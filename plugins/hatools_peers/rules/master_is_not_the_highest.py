"""The node with state MASTER does not have the highest priority."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import groups, where


class MasterIsNotTheHighest:
    """The node with state MASTER does not have the highest priority.

    The highest priority decides who is MASTER; the state says only how a node
    begins. The file reads as if this node had the addresses, but another one
    takes them as soon as it runs.

    Instead: the highest priority for the node that is meant to be MASTER:
    state MASTER and priority 150 here, state BACKUP and priority 100 there.

    Reference: keepalived.conf(5), state, priority; RFC 9568 section 6.4.
    """

    code = "XN019"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each lone MASTER that another node outranks."""
        for group in groups(subject):
            masters = [peer for peer in group if peer.router.initial_state == "MASTER"]
            if len(masters) != 1:
                continue  # several: another rule's
            (master,) = masters
            highest = max(group, key=lambda peer: peer.router.priority)
            if highest.router.preempt and highest.router.priority > master.router.priority:
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"state is MASTER here, but {highest.node} has priority"
                    f" {highest.router.priority} ({where(highest.span('priority'))}), above"
                    f" {master.router.priority}: it becomes MASTER",
                    master.span("initial_state"),
                    "give this node the highest priority, or write state BACKUP",
                )
