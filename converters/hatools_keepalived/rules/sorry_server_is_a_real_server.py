"""The sorry_server is one of the real servers."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class SorryServerIsARealServer(KeepalivedRule):
    """The sorry_server is one of the real servers.

    Why: it is used when all real servers are down, and then this one is down, too.

    Instead: another server, such as one that shows a page of excuse.

    Reference: man keepalived.conf, sorry_server.
    """

    code = "KA336"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, active, _ in services(subject):
            if len(active) == len(pool.servers):
                continue  # it has no sorry server
            places = {(server.address, server.port) for server in active}
            for server in pool.servers:
                if server.role == "sorry" and (server.address, server.port) in places:
                    yield self.found(
                        f"{server.address} is a real server of {service.name}: when the"
                        " sorry server is"
                        " needed it is down",
                        server.origin.span("address"),
                        "name another server",
                    )
