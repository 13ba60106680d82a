"""A tracker with a weight belongs to an instance of priority 255."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology, trackers, weight


class WeightOfAnAddressOwner(KeepalivedRule):
    """A tracker with a weight belongs to an instance of priority 255.

    Why: 255 says that the node owns the addresses, and that priority never changes:
    keepalived ignores the tracker, and its failure moves nothing.

    Instead: a priority below 255, or weight 0, which makes the instance FAULT.

    Reference: RFC 9568 section 6.1; man keepalived.conf, track_script.
    """

    code = "KA309"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        known = trackers(subject)
        for router in topology(subject).routers:
            for number, tracking in enumerate(router.tracking if router.priority == 255 else ()):
                if weight(tracking, known):
                    yield self.found(
                        f"{tracking.kind} {tracking.name} has a weight, and {router.name}"
                        " has priority"
                        " 255: keepalived ignores it",
                        router.origin.span(f"tracking.{number}"),
                        "take a priority below 255, or weight 0",
                    )
