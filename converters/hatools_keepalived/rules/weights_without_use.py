"""Servers have different weights, and the scheduler looks at none."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

WEIGHTED = {"rr": "wrr", "lc": "wlc", "dh": "wlc"}


class WeightsWithoutUse(KeepalivedRule):
    """Servers have different weights, and the scheduler looks at none.

    Why: rr, lc and dh treat all servers alike: the strong server gets no more than the
    weak one.

    Instead: wrr instead of rr, wlc instead of lc.

    Reference: man ipvsadm, --scheduler.
    """

    code = "KA343"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, active, _ in services(subject):
            better = WEIGHTED.get(pool.scheduler.name)
            weights = {server.weight for server in active if server.weight} if better else set()
            if better and len(weights) > 1:
                yield self.found(
                    f"{pool.scheduler.name} does not look at the weights of {service.name}",
                    pool.origin.span("scheduler"),
                    f"take {better}, or one weight for all",
                )
