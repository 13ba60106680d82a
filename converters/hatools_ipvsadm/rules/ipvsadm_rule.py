"""What the rules about tables of IPVS share: how a finding is made, what stands in the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hatools.model import Pool, Service
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity, Span


class IpvsadmRule:
    """A rule about what ipvsadm is told."""

    code = ""
    severity = Severity.WARNING
    looks_at: Literal["document"] = "document"
    formats = ("ipvsadm",)
    claims_absence = False

    def found(self, message: str, span: Span | None, advice: str) -> Diagnostic:
        """Return the finding at *span*."""
        return Diagnostic(self.code, self.severity, message, span, advice)


def services(subject: Subject) -> Iterator[tuple[Service, Pool]]:
    """Yield every virtual service of the table with the servers behind it."""
    topology = subject.reading.topology
    pools = {pool.name: pool for pool in topology.pools}
    for service in topology.services:
        pool = pools.get(service.default_pool)
        if pool is not None:
            yield service, pool
