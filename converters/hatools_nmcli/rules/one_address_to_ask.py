"""A bond asks one address alone whether its links work."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule, bonds


class OneAddressToAsk(BondRule):
    """A bond asks one address alone whether its links work.

    Why: when that machine is down all links look dead: the bond goes down though nothing is
    wrong with it.

    Instead: two or more addresses in arp_ip_target (up to 16), such as both routers.

    Reference: Documentation/networking/bonding.rst of the Linux kernel, arp_ip_target.
    """

    code = "BD505"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for bond in bonds(subject):
            options = dict(bond.options)
            targets = [
                *options.get("arp_ip_target", "").split(","),
                *options.get("ns_ip6_target", "").split(","),
            ]
            if options.get("arp_interval", "0") != "0" and len([*filter(None, targets)]) == 1:
                yield self.found(
                    f"{bond.name} goes down when {max(targets)} does not answer",
                    bond.origin.span("options.arp_ip_target") or bond.origin.span(),
                    "name a second address",
                )
