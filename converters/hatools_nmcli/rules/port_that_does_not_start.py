"""A bond starts by itself, and one of its ports does not."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule, bonds

# The network scripts bring up every port of a bond, whatever its ONBOOT says.


class PortThatDoesNotStart(BondRule):
    """A bond starts by itself, and one of its ports does not.

    Why: after a reboot NetworkManager brings the bond up without that link, on the others
    alone or on none. It does not bring ports up for their bond unless it is told so.

    Instead: connection.autoconnect yes for the port, or connection.autoconnect-ports 1
    (autoconnect-slaves before 1.46) for the bond.

    Reference: man nm-settings-nmcli, connection.autoconnect, connection.autoconnect-ports.
    """

    code = "BD503"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for bond in bonds(subject):
            said = " ".join(word for words in bond.own for word in words)
            if not bond.autostart or "autoconnect-slaves" in said or "autoconnect-ports" in said:
                continue
            for port in bond.ports:
                if not port.autostart:
                    yield self.found(
                        f"{port.name or port.connection} does not start by itself, and {bond.name}"
                        " does: after a reboot the bond lacks it",
                        port.origin.span("autostart"),
                        "set autoconnect for the port",
                    )
