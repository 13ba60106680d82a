"""A virtual_server_group is used by no virtual_server."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.reading_services import NO_USE
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule


class GroupNotUsed(KeepalivedRule):
    """A virtual_server_group is used by no virtual_server.

    Why: its addresses are not served, which is easily overlooked.

    Instead: virtual_server group NAME, or no group.

    Reference: man keepalived.conf, virtual_server_group.
    """

    code = "KA341"
    severity = Severity.INFO
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        reading = subject.reading
        for index in reading.expansion.children(-1):
            fate = reading.fates.get(index)
            if fate is not None and fate.reason == NO_USE:
                words = reading.expansion.statements[index].words
                yield self.found(
                    f"no virtual_server uses the group {' '.join(words[1:2])}",
                    reading.expansion.span(index),
                    "use it, or take it out",
                )
