"""What the rules about bonds share: how a finding is made, which bonds there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hatools.model.bond import Bond
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity, Span


class BondRule:
    """A rule about bonds, in whatever language they are said."""

    code = ""
    severity = Severity.WARNING
    looks_at: Literal["document"] = "document"
    formats: tuple[str, ...] = ("nmcli", "keyfile", "ifcfg", "bonding-state")
    claims_absence = False

    def found(self, message: str, span: Span | None, advice: str) -> Diagnostic:
        """Return the finding at *span*."""
        return Diagnostic(self.code, self.severity, message, span, advice)


def bonds(subject: Subject) -> Iterator[Bond]:
    """Yield the bonds whose own setup is here, not only that of their ports."""
    for bond in subject.reading.topology.bonds:
        if bond.mode:
            yield bond
