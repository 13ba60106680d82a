"""Weights reverse the order of the priorities while nothing has failed."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.model import Tracker, Tracking
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, groups

OWNER, HIGHEST = 255, 254
Trackers = dict[tuple[str, str, str], Tracker]


class WeightsReverseTheOrder:
    """Weights reverse the order of the priorities while nothing has failed.

    A positive weight counts as long as what is tracked is well. Where only one
    node tracks it, or another weight is on the other node, the node with the
    lower priority is MASTER all the time, and the priorities say otherwise.

    Instead: the same trackers with the same weights on all nodes, or negative
    weights, which count only after a failure. Priority 100 and weight 20
    against 110 is 120 against 110.

    Reference: keepalived.conf(5), weight in vrrp_script and track_script.
    """

    code = "XN018"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each node that weights lift over one of higher priority."""
        trackers = {
            (node, tracker.kind, tracker.name): tracker
            for node, topology in subject.topologies
            for tracker in topology.trackers
        }
        grouped = {
            (node, member)
            for node, topology in subject.topologies
            for group in topology.groups
            for member in group.members
        }
        for group in groups(subject):
            if any((peer.node, peer.router.name) in grouped for peer in group):
                continue  # there weights count or not as the group says
            highest = max(group, key=lambda peer: peer.router.priority)
            above = _effective(highest, trackers)
            lifted = max(group, key=lambda peer: _effective(peer, trackers))
            own = _effective(lifted, trackers)
            if own > above and lifted.router.priority < highest.router.priority:
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"priority {lifted.router.priority} is {own} while all is well, above"
                    f" {highest.node}'s {highest.router.priority}, which is {above}",
                    lifted.span("priority"),
                    "track the same with the same weights on all nodes",
                )


def _effective(peer: Peer, trackers: Trackers) -> int:
    """Return the priority of *peer* while everything that it tracks is well."""
    router = peer.router
    if router.priority == OWNER:
        return OWNER
    moved = sum(_moves(peer.node, tracking, trackers) for tracking in router.tracking)
    return max(1, min(HIGHEST, router.priority + moved))


def _moves(node: str, tracking: Tracking, trackers: Trackers) -> int:
    """Return by how much *tracking* moves the priority while what it watches is as it should be."""
    if tracking.kind == "file":
        return 0  # it holds any number
    weight, reverse = tracking.weight, tracking.reverse
    if weight is None:
        tracker = trackers.get((node, tracking.kind, tracking.name))
        weight = tracker.weight if tracker else 0
        reverse = reverse or (tracker is not None and ("reverse",) in tracker.own)
    if reverse:
        return -weight if weight < 0 else 0
    return weight if weight > 0 else 0
