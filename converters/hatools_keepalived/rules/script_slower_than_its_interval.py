"""A vrrp_script may take longer than its interval."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class ScriptSlowerThanItsInterval(KeepalivedRule):
    """A vrrp_script may take longer than its interval.

    Why: keepalived starts no second run while one is under way, so a script that hangs
    is noticed after timeout times fall seconds, not interval times fall.

    Instead: a timeout that is not above the interval.

    Reference: man keepalived.conf, vrrp_script, timeout.
    """

    code = "KA312"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for tracker in topology(subject).trackers:
            timeout = tracker.timeout
            if tracker.kind == "script" and timeout is not None and timeout > tracker.interval:
                yield self.found(
                    f"a run of {tracker.name} may take {timeout:g} s, and one is due every"
                    f" {tracker.interval:g} s: hanging is noticed after"
                    f" {timeout * tracker.fall:g} s",
                    tracker.origin.span("timeout"),
                    "take a timeout that is not above the interval",
                )
