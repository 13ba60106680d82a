"""What is defined to be tracked is tracked by nothing."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, complete, topology


class TrackerNotUsed(KeepalivedRule):
    """What is defined to be tracked is tracked by nothing.

    Why: the check looks as if it guarded something. keepalived does not even run a
    script that no instance tracks.

    Instead: name it where it counts:

        track_script {
            web
        }

    Reference: man keepalived.conf, vrrp_script, track_script.
    """

    code = "KA311"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        if not complete(subject) or not (found.routers or found.groups):
            return  # a part of a configuration: those who track stand elsewhere
        used = {(each.kind, each.name) for router in found.routers for each in router.tracking}
        used |= {(each.kind, each.name) for group in found.groups for each in group.tracking}
        checks = {
            id(server.checks): server.checks for pool in found.pools for server in pool.servers
        }
        used |= {(check.kind, str(check.detail)) for own in checks.values() for check in own}
        for tracker in found.trackers:
            if (tracker.kind, tracker.name) not in used:
                yield self.found(
                    f"{tracker.kind} {tracker.name} is tracked by no instance or group",
                    tracker.origin.span(),
                    f"name it in a track_{tracker.kind} block, or take it out",
                )
