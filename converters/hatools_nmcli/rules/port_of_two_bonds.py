"""One link is a port of two bonds."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule


class PortOfTwoBonds(BondRule):
    """One link is a port of two bonds.

    Why: a link belongs to one bond at a time: the one that is activated last takes it away,
    and the other is left with fewer links than it reads.

    Instead: each link in one bond.

    Reference: Documentation/networking/bonding.rst of the Linux kernel.
    """

    code = "BD502"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: dict[str, str] = {}
        for bond in subject.reading.topology.bonds:
            for port in bond.ports:
                other = seen.setdefault(port.name, bond.name) if port.name else bond.name
                if other != bond.name:
                    yield self.found(
                        f"{port.name} is a port of {other} and of {bond.name}",
                        port.origin.span(),
                        "leave it in one of them",
                    )
