"""The rule HP327: two servers of a backend have one address."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import RealServer
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class ServerAddressTwice(HaproxyRule):
    """Two servers of a backend have one address.

    The address gets two shares, and is counted twice among those that are up; often the second line
    is a copy whose address was to be changed.

    Instead: write the other address, or one line with twice the weight.

    Reference: HAProxy configuration manual, 4.2, server.
    """

    code = "HP327"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            seen: dict[tuple[object, ...], RealServer] = {}
            for server in part.pool.servers if part.pool else []:
                words = setup.words(server.origin.at)
                if words[0] != "server" or server.role != "active" or server.port is None:
                    continue
                own = tuple(each for each in server.own if each[0] not in ("cookie", "id"))
                first = seen.setdefault((server.address, server.port, own), server)
                if first is not server and first.state == server.state:
                    line = setup.expansion.span(first.origin.at).line
                    yield self.told(
                        setup,
                        server.origin.at,
                        f"server '{server.name}' has the address of '{first.name}' on line {line}",
                        "write its own address, or take it out",
                    )
