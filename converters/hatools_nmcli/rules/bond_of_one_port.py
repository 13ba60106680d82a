"""A bond has only one port."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule, bonds


class BondOfOnePort(BondRule):
    """A bond has only one port.

    Why: with one link there is nothing to fail over to: the bond costs something and
    protects from nothing.

    Instead: a second port, on another switch where that can be.

    Reference: Documentation/networking/bonding.rst of the Linux kernel, High Availability.
    """

    code = "BD501"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for bond in bonds(subject):
            if len(bond.ports) == 1:
                yield self.found(
                    f"{bond.name} has one port, {bond.ports[0].name or bond.ports[0].connection}:"
                    " when its link fails nothing is left",
                    bond.origin.span(),
                    "add a second port",
                )
