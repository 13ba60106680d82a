"""Preemption differs between nodes."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import groups, where


class PreemptionDiffers:
    """Preemption differs between nodes.

    nopreempt counts on the node that comes back, so it belongs on the one with
    the higher priority. On others alone it changes nothing there, and after
    a failure the role moves back although the file seems to forbid it.

    Instead: nopreempt (with state BACKUP) on all nodes.

    Reference: keepalived.conf(5), nopreempt.
    """

    code = "XN011"
    severity = Severity.INFO
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            highest = max(group, key=lambda peer: peer.router.priority)
            for peer in group:
                if highest.router.preempt and not peer.router.preempt:
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"nopreempt is here, but {highest.node} with the higher priority"
                        f" {highest.router.priority} takes the role back ({where(highest.span())})",
                        peer.span("preempt"),
                        "put nopreempt on all nodes, with state BACKUP",
                    )
