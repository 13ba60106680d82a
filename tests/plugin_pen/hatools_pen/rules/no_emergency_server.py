"""A pen has no server for when all others are down."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity


class NoEmergencyServer:
    """A pen has no server for when all others are down.

    Why: its clients are refused then, and see an error of their own browser.

    Instead: pen -e HOST:PORT, with a server that says sorry.

    Reference: pen(1), -e.
    """

    code = "PEN101"
    severity = Severity.WARNING
    looks_at = "document"
    formats = ("pen",)
    claims_absence = True  # silent about a line of which something was not understood

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each pen without -e."""
        for pool in subject.reading.topology.pools:
            if not any(server.role == "sorry" for server in pool.servers):
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"{pool.name} has no server for when all others are down",
                    pool.origin.span(),
                    "write -e HOST:PORT",
                )
