"""The advertisements are authenticated by AH."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class AuthenticationHeader(KeepalivedRule):
    """The advertisements are authenticated by AH.

    Why: RFC 3768 took AH out of VRRP; only keepalived still has it, unlike routers it
    may meet, and it starts such an instance as BACKUP whatever its state says.

    Instead: no authentication and VRRP version 3, on a network that only the nodes
    reach.

    Reference: RFC 3768 section 10; man keepalived.conf, auth_type.
    """

    code = "KA324"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            if router.authentication and router.authentication.kind == "AH":
                yield self.found(
                    f"{router.name} uses AH, which VRRP no longer has",
                    router.origin.span("authentication"),
                    "take the authentication out, and use version 3",
                )
