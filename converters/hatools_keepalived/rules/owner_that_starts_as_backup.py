"""An instance of priority 255 says state BACKUP."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class OwnerThatStartsAsBackup(KeepalivedRule):
    """An instance of priority 255 says state BACKUP.

    Why: 255 is the priority of the node that owns the addresses. keepalived makes it
    MASTER at once, whatever the state says, nothing preempts it, and weights do not
    count.

    Instead: a priority below 255, unless the addresses are this node's own.

    Reference: RFC 9568 section 6.1.
    """

    code = "KA313"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            if router.priority == 255 and router.initial_state == "BACKUP":
                yield self.found(
                    f"{router.name} has priority 255: it becomes MASTER at once, not BACKUP",
                    router.origin.span("priority"),
                    "take a priority below 255",
                )
