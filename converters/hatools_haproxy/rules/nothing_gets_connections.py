"""The rule HP329: all servers of a backend are disabled or have weight 0."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class NothingGetsConnections(HaproxyRule):
    """All servers of a backend are disabled or have weight 0.

    A server with weight 0 gets only those who come back to it, a disabled one nobody: new clients
    get an error.

    Instead: give at least one server a weight, or enable it.

    Reference: HAProxy configuration manual, 5.2, weight and disabled.
    """

    code = "HP329"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            servers = part.pool.servers if part.pool else []
            if servers and all(each.weight == 0 or each.state == "maintenance" for each in servers):
                yield self.told(
                    setup,
                    servers[0].origin.at,
                    f"no server of '{part.name}' takes new connections:"
                    " each is disabled or has weight 0",
                    "enable one, or give it a weight",
                )
