"""A real server is not checked."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.reading_checks import KINDS
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services, tried


class ServerWithoutCheck(KeepalivedRule):
    """A real server is not checked.

    Why: keepalived never takes it out: when it is down, its share of the connections
    fails.

    Instead: a checker in every real_server:

        TCP_CHECK {
            connect_timeout 3
        }

    Reference: man keepalived.conf, healthcheckers.
    """

    code = "KA333"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, _, active, kinds in services(subject):
            if all(server.checks for server in kinds):
                continue
            bare = [
                server
                for server in active
                if not server.checks and not tried(server.origin, *KINDS)
            ]
            if bare:
                servers = "a server" if len(bare) == 1 else f"{len(bare)} servers"
                yield self.found(
                    f"{servers} of {service.name} without a check: never taken out when down",
                    bare[0].origin.span(),
                    "give each a checker, such as TCP_CHECK",
                )
