"""A server is checked more than once a second."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

SHORTEST = 1.0  # seconds


class ChecksTooOften(KeepalivedRule):
    """A server is checked more than once a second.

    Why: every director asks every server that often, each time with a new connection;
    on a busy server the checks are load, and fill its log.

    Instead: a delay_loop of a few seconds.

    Reference: man keepalived.conf, delay_loop.
    """

    code = "KA335"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, kinds in services(subject):
            fast = {check.interval for server in kinds for check in server.checks}
            if fast and min(fast) < SHORTEST:
                yield self.found(
                    f"servers of {service.name} are checked every {min(fast):g} s",
                    pool.origin.span("servers.checks.interval"),
                    "take a delay_loop of a second or more",
                )
