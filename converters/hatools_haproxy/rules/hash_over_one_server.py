"""The rule HP350: balancing by hash over a single server."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class HashOverOneServer(HaproxyRule):
    """Balancing by hash over a single server.

    There is nothing to choose; often the other server lines are missing.

    Instead: add servers, or take the line out.

    Reference: HAProxy configuration manual, 4.2, balance.
    """

    code = "HP350"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            line = part.own("balance")
            pool = part.pool
            if not line or pool is None or len(pool.servers) != 1:
                continue
            if len(line[-1].words) > 1 and line[-1].words[1].startswith(
                ("source", "uri", "hdr", "url_param", "hash")
            ):
                yield self.told(
                    setup,
                    line[-1],
                    f"'{part.name}' has one server: there is nothing to balance",
                    "add servers, or take the line out",
                )
