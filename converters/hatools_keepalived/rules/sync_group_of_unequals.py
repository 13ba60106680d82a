"""The members of a vrrp_sync_group start in different states."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class SyncGroupOfUnequals(KeepalivedRule):
    """The members of a vrrp_sync_group start in different states.

    Why: one member asks for MASTER while another waits as BACKUP; at start the group
    goes back and forth before it settles.

    Instead: the same state, and priorities in the same order as on the peer, for all
    members.

    Reference: man keepalived.conf, vrrp_sync_group.
    """

    code = "KA307"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        states = {router.name: router.initial_state for router in found.routers}
        for group in found.groups:
            own = {name: states[name] for name in group.members if name in states}
            if len(set(own.values())) > 1:
                shown = ", ".join(f"{name} {state}" for name, state in own.items())
                yield self.found(
                    f"the members of {group.name} start in different states: {shown}",
                    group.origin.span("members"),
                    "give them all the same state",
                )
