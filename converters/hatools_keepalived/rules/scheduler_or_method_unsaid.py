"""A virtual_server says no scheduler or no forwarding method."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

FIELDS = (("scheduler", "lb_algo", "wlc"), ("servers.forwarding", "lb_kind", "NAT"))


class SchedulerOrMethodUnsaid(KeepalivedRule):
    """A virtual_server says no scheduler or no forwarding method.

    Why: keepalived takes wlc and NAT and complains of it. NAT where direct routing was
    meant means that answers never find back.

    Instead: lb_algo and lb_kind in every virtual_server.

    Reference: man keepalived.conf, lvs_sched, lvs_method.
    """

    code = "KA330"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, _ in services(subject):
            for field, keyword, value in FIELDS:
                if not pool.origin.written(field):
                    yield self.found(
                        f"{service.name} has no {keyword}: keepalived takes {value}",
                        pool.origin.span(),
                        f"write {keyword}",
                    )
