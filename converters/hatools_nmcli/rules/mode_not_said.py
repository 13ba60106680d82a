"""A bond has no mode and becomes balance-rr."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule, bonds


class ModeNotSaid(BondRule):
    """A bond has no mode and becomes balance-rr.

    Why: balance-rr sends one connection's packets over all links in turn: they arrive out
    of order, and the switch must be set up to take the links for one.

    Instead: mode=active-backup, which needs nothing of the switch, or 802.3ad where the
    switch has LACP.

    Reference: Documentation/networking/bonding.rst of the Linux kernel, mode.
    """

    code = "BD504"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for bond in bonds(subject):
            if bond.mode == "balance-rr" and not bond.origin.written("mode"):
                yield self.found(
                    f"{bond.name} has no mode: the driver takes balance-rr",
                    bond.origin.span(),
                    "say mode=active-backup, or the mode that is meant",
                )
