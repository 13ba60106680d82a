"""A number of gratuitous ARPs is zero."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, in_globals, said, topology

REPEATS = ("garp_master_repeat", "garp_master_refresh_repeat")


class NoGratuitousArp(KeepalivedRule):
    """A number of gratuitous ARPs is zero.

    Why: switches and neighbours learn of a new MASTER by gratuitous ARP. keepalived
    refuses zero and takes one.

    Instead: one or more; to send none later, leave the refresh interval out.

    Reference: man keepalived.conf, garp_master_repeat.
    """

    code = "KA318"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        places = [one for router in found.routers for one in said(router, *REPEATS)]
        places += in_globals(subject, *[f"vrrp_{name}" for name in REPEATS])
        for words, span in places:
            if words[1:2] == ("0",):
                yield self.found(f"{words[0]} is 0: keepalived takes 1", span, "write 1 or more")
