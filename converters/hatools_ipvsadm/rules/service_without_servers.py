"""A virtual service has no server."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_ipvsadm.rules.ipvsadm_rule import IpvsadmRule, services


class ServiceWithoutServers(IpvsadmRule):
    """A virtual service has no server.

    Why: the kernel refuses every connection to it. That is right only where another
    program, such as keepalived or ldirectord, adds the servers.

    Instead: ipvsadm -a for each server, or take the service out.

    Reference: man ipvsadm, --add-server.
    """

    code = "LV303"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool in services(subject):
            if not pool.servers:
                yield self.found(
                    f"{service.name} has no server: the kernel refuses its connections",
                    service.origin.span(),
                    "add servers with ipvsadm -a, or take the service out",
                )
