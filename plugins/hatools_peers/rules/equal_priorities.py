"""Several nodes have the same priority."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, groups, where


class EqualPriorities:
    """Several nodes have the same priority.

    Which of them becomes MASTER is then decided by who starts first, and by the
    higher interface address where both advertise, not by the file: a MASTER
    that was away finds the role taken, and leaves it there. Where all have
    nopreempt this is what is meant, and not told; of two owners (priority 255)
    one gives way, and takes 254.

    Instead: a priority of its own for each node; or nopreempt on all, where it
    does not matter who is MASTER.

    Reference: RFC 9568 section 6.4.3.
    """

    code = "XN006"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            if all(not peer.router.preempt for peer in group):
                continue
            seen: dict[int, Peer] = {}
            for peer in group:
                first = seen.setdefault(peer.router.priority, peer)
                if first is not peer:
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"priority {peer.router.priority} is that of {first.node}, too"
                        f" ({where(first.span('priority'))}): who is first, or has the higher"
                        " address, is MASTER",
                        peer.span("priority"),
                        "give each node a priority of its own",
                    )
