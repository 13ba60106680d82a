"""A server that fails may go unnoticed for more than a minute."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.health import detection
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

LONGEST = 60.0  # seconds


class DetectionTooSlow(KeepalivedRule):
    """A server that fails may go unnoticed for more than a minute.

    Why: a server is checked every delay_loop seconds (60 where nothing is said), and
    each retry waits delay_before_retry and the timeout besides. Until then its share of
    the connections fails.

    Instead: a shorter delay_loop, fewer retries or a shorter connect_timeout.

    Reference: man keepalived.conf, delay_loop, retry, delay_before_retry.
    """

    code = "KA334"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, kinds in services(subject):
            asked = [
                (detection(check), server, check)
                for server in kinds
                for check in server.checks
                if check.kind not in ("bfd", "file")
            ]
            for (least, mean, most), server, check in asked:
                if most > LONGEST:
                    yield self.found(
                        f"a failure behind {service.name} is noticed after {least:g} to {most:g} s,"
                        f" {mean:g} s on average ({check.fall} failed in a row, one every"
                        f" {check.interval:g} s)",
                        pool.origin.span("servers.checks.interval") or server.origin.span(),
                        "take a shorter delay_loop, fewer retries or a shorter connect_timeout",
                    )
                    break
