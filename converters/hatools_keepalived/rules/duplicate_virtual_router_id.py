"""Two VRRP instances on one interface share a virtual_router_id."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import VirtualRouter
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class DuplicateVirtualRouterId(KeepalivedRule):
    """Two VRRP instances on one interface share a virtual_router_id.

    Why: each takes the other's advertisements for its own. The one with the lower
    priority stays BACKUP, or both fight for the role, and addresses disappear.

    Instead: a number of its own, from 1 to 255, for every instance on a network
    segment. IPv4 and IPv6 may share one.

    Reference: RFC 9568 section 5.2.3; man keepalived.conf, virtual_router_id.
    """

    code = "KA301"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: dict[tuple[str, int, int], VirtualRouter] = {}
        for router in topology(subject).routers:
            number = router.virtual_router_id
            if number is None or router.peers:
                continue  # with unicast peers of their own two routers never hear each other
            first = seen.setdefault((router.interface, router.family, number), router)
            if first is not router:
                yield self.found(
                    f"virtual_router_id {number} on {router.interface or 'no interface'}"
                    f" is that of {first.name}, too",
                    router.origin.span("virtual_router_id"),
                    "give each instance on an interface a number of its own",
                )
