"""A server that fails may go unnoticed for more than a minute."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.health import detection
from hatools.model import Check, RealServer
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
        for service, pool in services(subject):
            kinds: dict[int, tuple[RealServer, Check]] = {}
            for server in pool.servers:
                for check in server.checks if id(server.checks) not in kinds else ():
                    if check.kind not in ("bfd", "file"):
                        kinds[id(server.checks)] = (server, check)
            slow = [(detection(check), server, check) for server, check in kinds.values()]
            for (least, mean, most), server, check in slow:
                if most > LONGEST:
                    yield self.found(
                        f"a failure behind {service.name} is noticed after {least:g} to {most:g} s,"
                        f" {mean:g} s on average ({check.fall} failed in a row, one every"
                        f" {check.interval:g} s)",
                        pool.origin.span("servers.checks.interval") or server.origin.span(),
                        "take a shorter delay_loop, fewer retries or a shorter connect_timeout",
                    )
                    break
