"""One virtual address stands in two VRRP instances."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class AddressInTwoInstances(KeepalivedRule):
    """One virtual address stands in two VRRP instances.

    Why: whichever instance leaves the MASTER state takes the address away from the
    other, which believes that it still holds it.

    Instead: the address in one instance only; a vrrp_sync_group lets instances move
    together.

    Reference: man keepalived.conf, virtual_ipaddress.
    """

    code = "KA302"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: dict[tuple[str, str], str] = {}
        for router in topology(subject).routers:
            for field in ("addresses", "excluded_addresses"):
                for number, address in enumerate(getattr(router, field)):
                    place = (address.address, address.interface or router.interface)
                    first = seen.setdefault(place, router.name)
                    if first != router.name:
                        yield self.found(
                            f"{address.address} on {place[1]} is an address of {first}, too",
                            router.origin.span(f"{field}.{number}"),
                            "leave it in one of them",
                        )
