"""A virtual_server_group is empty."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule


class GroupWithoutEntries(KeepalivedRule):
    """A virtual_server_group is empty.

    Why: keepalived takes it out, and every virtual_server that uses it serves no
    address.

    Instead: the addresses and ports, or marks, that the group stands for.

    Reference: man keepalived.conf, virtual_server_group.
    """

    code = "KA342"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        expansion = subject.reading.expansion
        for index in expansion.children(-1):
            words = expansion.statements[index].words
            if words[0] == "virtual_server_group" and not any(expansion.children(index)):
                yield self.found(
                    f"the group {' '.join(words[1:2])} has no entries",
                    expansion.span(index),
                    "write ADDRESS PORT, or fwmark N, in it",
                )
