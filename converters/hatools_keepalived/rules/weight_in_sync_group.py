"""A tracker with a weight belongs to an instance of a sync group."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import (
    KeepalivedRule,
    said,
    topology,
    trackers,
    weight,
)


class WeightInSyncGroup(KeepalivedRule):
    """A tracker with a weight belongs to an instance of a sync group.

    Why: members of a group move together, so keepalived takes no priority of one member
    alone to heart: it ignores the tracker, and its failure moves nothing.

    Instead: weight 0, which makes the group fail; or, where all members track the same
    with the same weight, sync_group_tracking_weight in the group.

    Reference: man keepalived.conf, sync_group_tracking_weight.
    """

    code = "KA308"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found, known = topology(subject), trackers(subject)
        grouped = {
            member: group
            for group in found.groups
            if not any(said(group, "sync_group_tracking_weight", "global_tracking"))
            for member in group.members
        }
        for router in found.routers:
            group = grouped.get(router.name)
            for number, tracking in enumerate(router.tracking if group else ()):
                if group and weight(tracking, known):
                    yield self.found(
                        f"{tracking.kind} {tracking.name} has a weight, and {router.name}"
                        " is in sync"
                        f" group {group.name}: keepalived ignores it",
                        router.origin.span(f"tracking.{number}"),
                        "give it weight 0, or write sync_group_tracking_weight in the group",
                    )
