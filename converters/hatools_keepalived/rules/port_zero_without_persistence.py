"""A virtual_server for all ports is not persistent."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class PortZeroWithoutPersistence(KeepalivedRule):
    """A virtual_server for all ports is not persistent.

    Why: port 0 stands for every port, and the kernel serves that only with persistence:
    the connections of one client (FTP data, say) must go to one server. keepalived
    switches it on, with its own time.

    Instead: a port, or persistence_timeout.

    Reference: man ipvsadm, -t; man keepalived.conf, persistence_timeout.
    """

    code = "KA331"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, _ in services(subject):
            if len(service.listeners) != 1:
                continue  # of a group each line says its own
            listener = service.listeners[0]
            if listener.address and not listener.ports and not pool.origin.written("persistence"):
                yield self.found(
                    f"{service.name} is for all ports and not persistent",
                    service.origin.span(),
                    "write a port, or persistence_timeout SECONDS",
                )
