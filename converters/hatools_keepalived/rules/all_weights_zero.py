"""Every real server of a virtual_server has weight 0."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class AllWeightsZero(KeepalivedRule):
    """Every real server of a virtual_server has weight 0.

    Why: weight 0 takes no new connections. The service answers nobody, and keepalived
    counts it as below its quorum.

    Instead: a weight above 0 for the servers that are to work.

    Reference: man keepalived.conf, weight; man ipvsadm, --weight.
    """

    code = "KA332"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, _, active, _ in services(subject):
            if active and not any(server.weight for server in active):
                yield self.found(
                    f"all servers of {service.name} have weight 0: none takes a connection",
                    active[0].origin.span("weight"),
                    "give those that are to work a weight",
                )
