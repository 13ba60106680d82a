"""nopreempt, or preempt_delay, is not on the node that takes the role back."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, groups, where


class PreemptionDiffers:
    """nopreempt, or preempt_delay, is not on the node that takes the role back.

    Both count on a node that comes back and finds one of lower priority MASTER. On others
    alone they do not hold back the highest: after a failure it takes the role at once, although
    the file seems to forbid it, or to make it wait. With state MASTER keepalived
    ignores both: that is why they often count on one node only.

    Instead: nopreempt (or preempt_delay) with state BACKUP on all nodes. An
    example of each node: state BACKUP, nopreempt, and a priority of its own.

    Reference: keepalived.conf(5), nopreempt, preempt_delay.
    """

    code = "XN011"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            highest = max(group, key=lambda peer: peer.router.priority)
            if not highest.router.preempt or highest.router.preempt_delay:
                continue
            for peer in group:
                if peer.router.priority >= highest.router.priority:
                    continue
                word, field = _said(peer)
                if word:
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"{word} is here, but {highest.node} with the higher priority"
                        f" {highest.router.priority} takes the role back at once"
                        f" ({where(highest.span('initial_state'))}{_why(highest, word)})",
                        peer.span(field),
                        f"put {word} on {highest.node}, too, with state BACKUP",
                    )


def _said(peer: Peer) -> tuple[str, str]:
    """Return what holds *peer* back, and the field it stands in."""
    router = peer.router
    if not router.preempt:
        return "nopreempt", "preempt"
    return ("preempt_delay", "preempt_delay") if router.preempt_delay else ("", "")


def _why(highest: Peer, word: str) -> str:
    master = highest.router.initial_state == "MASTER"
    return f": state MASTER, with which {word} does not count" if master else ""
