"""A weight cannot change the priority it is added to."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology, trackers, weight


class WeightWithoutRoom(KeepalivedRule):
    """A weight cannot change the priority it is added to.

    Why: priorities stay between 1 and 254. Adding to 254, or taking from 1, changes
    nothing, so nothing moves when the tracker fails.

    Instead: a priority with room for the weight, such as 100 with weight -20.

    Reference: man keepalived.conf, vrrp_script, weight.
    """

    code = "KA310"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        known = trackers(subject)
        for router in topology(subject).routers:
            for number, tracking in enumerate(router.tracking):
                added = weight(tracking, known)
                if (router.priority == 254 and added > 0) or (router.priority == 1 and added < 0):
                    yield self.found(
                        f"a weight of {added} changes nothing: priority {router.priority} cannot go"
                        f" {'up' if added > 0 else 'down'}",
                        router.origin.span(f"tracking.{number}"),
                        "take a priority that leaves room for the weight",
                    )
