"""What a tracker watches may fail, and the role stays where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hatools.engine.cluster import Cluster
from hatools.engine.what_if import Consequence, Takeover, what_if
from hatools.model import Tracker
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity, Span
from hatools_peers.peers import Peer, groups

TRACKED = ("script", "process", "file", "bfd", "interface")
# Commands that can only look: nothing in them can stop keepalived.
HARMLESS = re.compile(
    r'^["\']?(?:(?:/usr)?/s?bin/)?'
    r"(?:killall\s+-0|pkill\s+-0|kill\s+-0|pidof|pgrep|ping6?|curl|wget|nc|ncat|test|\[|true|false"
    r"|systemctl\s+(?:is-active|status)|service\s+\S+\s+status)\b[^;&|`$()]*$"
)


class FailoverNeverHappens:
    """What a tracker watches may fail, and the role stays where it is.

    The weight is too small to reverse the order of priorities, the other node
    has nopreempt, or nothing else would take over: the check runs, fails, is
    logged, and the addresses stay on the node that cannot serve. This is worked
    out by letting every tracker fail in the engine that hatools simulate uses.

    Instead: a weight larger than the difference of priorities, so that the
    failing node falls below the other; or no weight, which puts it into FAULT.
    Where a script itself stops keepalived the role does move: then this is a
    warning, for hatools does not read scripts.

    Reference: keepalived.conf(5), vrrp_script and track_script; docs/simulate.md.
    """

    code = "XN014"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = True

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each tracker whose failing moves nothing."""
        if not any(groups(subject)):
            return
        nodes: dict[str, list[object]] = {}
        for node, topology in subject.topologies:
            nodes.setdefault(node, []).append(topology)
        cluster = Cluster(nodes, subject.schedulers)  # type: ignore[arg-type]
        for consequence in what_if(cluster, TRACKED):
            for takeover in consequence.takeovers:
                if takeover.never:
                    yield from self._told(subject, consequence, takeover)

    def _told(
        self, subject: Subject, consequence: Consequence, takeover: Takeover
    ) -> Iterator[Diagnostic]:
        failure = consequence.failure
        name = takeover.router.partition(" ")[2]
        peer = next(
            peer
            for group in groups(subject)
            for peer in group
            if peer.node == failure.node and peer.router.name == name
        )
        severity, advice = self.severity, "give it a larger weight, or none (then it is a FAULT)"
        tracker = self._tracker(subject, failure.node, failure.kind, failure.subject)
        script = tracker is not None and tracker.kind == "script"
        if script and tracker is not None and not HARMLESS.match(tracker.command):
            severity = Severity.WARNING
            advice = "this is as it should be only if the script itself stops keepalived"
        yield Diagnostic(
            self.code,
            severity,
            f"when {failure.kind} {failure.subject} fails, {failure.node} stays MASTER:"
            f" {takeover.reason}",
            _place(peer, failure.kind, failure.subject),
            advice,
        )

    def _tracker(self, subject: Subject, node: str, kind: str, name: str) -> Tracker | None:
        return next(
            (
                tracker
                for owner, topology in subject.topologies
                for tracker in topology.trackers
                if (owner, tracker.kind, tracker.name) == (node, kind, name)
            ),
            None,
        )


def _place(peer: Peer, kind: str, name: str) -> Span | None:
    """Return where *peer* tracks it."""
    for number, tracking in enumerate(peer.router.tracking):
        if (tracking.kind, tracking.name) == (kind, name):
            return peer.span(f"tracking.{number}", "tracking")
    return peer.span("tracking")
