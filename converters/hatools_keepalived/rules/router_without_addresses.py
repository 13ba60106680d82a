"""A VRRP instance has no virtual address."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import Origin
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology
from hatools_keepalived.rules.router_that_only_runs_scripts import acts


class RouterWithoutAddresses(KeepalivedRule):
    """A VRRP instance has no virtual address.

    Why: the nodes agree on a MASTER and nothing moves, and keepalived -t refuses the
    file. (Where notify scripts or virtual routes act instead, this is KA355.)

    Instead: write what is to move:

        virtual_ipaddress {
            192.0.2.10/24
        }

    Reference: man keepalived.conf, virtual_ipaddress.
    """

    code = "KA303"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            if router.addresses or self._dropped(router.origin):
                continue
            if not router.excluded_addresses and acts(router, subject):
                continue  # KA355
            also = ": virtual_ipaddress_excluded alone is not enough"
            yield self.found(
                f"{router.name} has no virtual_ipaddress"
                + (also if router.excluded_addresses else ""),
                router.origin.span(),
                "write the addresses it moves",
            )

    def _dropped(self, origin: Origin) -> bool:
        """Tell whether addresses stand there that keepalived skips, as the reader remarks."""
        expansion = origin.expansion
        return expansion is not None and any(
            True for index in origin.statements("addresses") for _ in expansion.children(index)
        )
