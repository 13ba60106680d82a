"""The rule HP338: a stick-table whose entries never expire."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class TableWithoutExpiry(HaproxyRule):
    """A stick-table whose entries never expire.

    Without expire an entry stays until the table is full; counters then speak of what was long ago.

    Instead: say how long an entry counts::

        stick-table type ip size 100k expire 30m

    Reference: HAProxy configuration manual, 4.2, stick-table.
    """

    code = "HP338"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            for line in part.own("stick-table"):
                if "expire" not in line.words:
                    yield self.told(
                        setup,
                        line,
                        f"the entries of the table of '{part.name}' never expire",
                        "add expire 30m",
                    )
