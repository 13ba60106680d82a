"""A VRRP instance has no interface."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology, tried


class RouterWithoutInterface(KeepalivedRule):
    """A VRRP instance has no interface.

    Why: keepalived does not know where to advertise, and does not start the instance;
    default_interface is for static addresses only.

    Instead: name the interface, also where the peers are unicast:

        interface eth0

    Reference: man keepalived.conf, interface.
    """

    code = "KA304"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            if not router.interface and not tried(router.origin, "interface"):
                yield self.found(
                    f"{router.name} has no interface: keepalived does not run it",
                    router.origin.span(),
                    "write interface NAME",
                )
