"""Servers have different weights, and the scheduler looks at none."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_ipvsadm.rules.ipvsadm_rule import IpvsadmRule, services

WEIGHTED = {"rr": "wrr", "lc": "wlc", "dh": "wlc"}


class WeightsWithoutUse(IpvsadmRule):
    """Servers have different weights, and the scheduler looks at none.

    Why: rr, lc and dh treat all servers alike: the strong server gets no more than the weak
    one.

    Instead: wrr instead of rr, wlc instead of lc.

    Reference: man ipvsadm, --scheduler.
    """

    code = "LV305"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool in services(subject):
            better = WEIGHTED.get(pool.scheduler.name)
            if better and len({server.weight for server in pool.servers if server.weight}) > 1:
                yield self.found(
                    f"{pool.scheduler.name} does not look at the weights of {service.name}",
                    pool.origin.span("scheduler"),
                    f"take {better}, or one weight for all",
                )
