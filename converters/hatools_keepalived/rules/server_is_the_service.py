"""A real server is the virtual address and port itself."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class ServerIsTheService(KeepalivedRule):
    """A real server is the virtual address and port itself.

    Why: the node that has the virtual address hands such connections to its own
    processes. Where that is meant it works; otherwise the server that was meant gets none.

    Instead: the address that the server has for itself.

    Reference: man ipvsadm, --real-server.
    """

    code = "KA337"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, _ in services(subject):
            places: dict[str, set[int]] = {}
            for listener in service.listeners:
                if listener.address and listener.ports:
                    places.setdefault(listener.address, set()).add(listener.ports[0])
            for server in pool.servers if places else ():
                if server.address in places and server.port in places[server.address]:
                    yield self.found(
                        f"{server.address} port {server.port} is the service's own"
                        " address and port: this node's own processes answer",
                        server.origin.span("address"),
                        "write the server's own address, if another one is meant",
                    )
