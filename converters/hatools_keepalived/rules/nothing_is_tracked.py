"""The interface is not tracked, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, said, topology


class NothingIsTracked(KeepalivedRule):
    """The interface is not tracked, and nothing else is.

    Why: with dont_track_primary a node whose link is down stays what it is: as MASTER
    it keeps the addresses, although nobody reaches it.

    Instead: leave dont_track_primary out, or track what tells that the node is of use
    (track_interface, track_script).

    Reference: man keepalived.conf, dont_track_primary.
    """

    code = "KA314"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        tracked = {name for group in found.groups if group.tracking for name in group.members}
        for router in found.routers:
            for _, span in said(router, "dont_track_primary"):
                if not router.tracking and router.name not in tracked:
                    yield self.found(
                        f"{router.name} tracks nothing, not even its interface: a broken"
                        " link does not"
                        " move its addresses",
                        span,
                        "take dont_track_primary out, or track something else",
                    )
