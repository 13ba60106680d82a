"""A VRRP instance is named twice in sync groups."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class InstanceInTwoSyncGroups(KeepalivedRule):
    """A VRRP instance is named twice in sync groups.

    Why: keepalived takes it into the first group and ignores the other, so the
    instances of the second do not follow it.

    Instead: one group with all instances that must move together.

    Reference: man keepalived.conf, vrrp_sync_group.
    """

    code = "KA306"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: dict[str, str] = {}
        for group in topology(subject).groups:
            for member in group.members:
                first = seen.setdefault(member, group.name)
                again = group.members.count(member) > 1
                if first != group.name or again:
                    where = "twice in this group" if again else f"in group {first} already"
                    yield self.found(
                        f"{member} is {where}", group.origin.span("members"), "name it once"
                    )
                    break
