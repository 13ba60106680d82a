"""A vrrp_sync_group has one member."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class SyncGroupOfOne(KeepalivedRule):
    """A vrrp_sync_group has one member.

    Why: a group keeps instances together; one alone has nothing to be kept with. Mostly
    another name is misspelt or its instance is gone.

    Instead: name all instances that must move together, or take the group out.

    Reference: man keepalived.conf, vrrp_sync_group.
    """

    code = "KA305"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in topology(subject).groups:
            if len(set(group.members)) == 1:
                yield self.found(
                    f"{group.members[0]} is alone in its sync group",
                    group.origin.span(),
                    "name the instances that move with it, or take the group out",
                )
