"""Every server of a virtual service has weight 0."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_ipvsadm.rules.ipvsadm_rule import IpvsadmRule, services


class AllWeightsZero(IpvsadmRule):
    """Every server of a virtual service has weight 0.

    Why: weight 0 takes no new connections: the service answers nobody but those who are
    connected already.

    Instead: -w 1 or more for the servers that are to work.

    Reference: man ipvsadm, --weight.
    """

    code = "LV302"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool in services(subject):
            if pool.servers and not any(server.weight for server in pool.servers):
                yield self.found(
                    f"all servers of {service.name} have weight 0: none takes a connection",
                    pool.servers[0].origin.span("weight"),
                    "give those that are to work a weight",
                )
