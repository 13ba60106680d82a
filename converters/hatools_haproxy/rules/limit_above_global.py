"""The rule HP323: a maxconn that can never be reached."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.numbers import read_number
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class LimitAboveGlobal(HaproxyRule):
    """A maxconn that can never be reached.

    The process takes no more connections than the global maxconn: a higher limit of a proxy or
    server limits nothing.

    Instead: raise the global one, or lower this one.

    Reference: HAProxy configuration manual, 3.2, maxconn; 5.2, maxconn.
    """

    code = "HP323"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        lines = [line for line in setup.settings("maxconn") if len(line.words) > 1]
        most = read_number(lines[-1].words[1]) if lines else None
        if not most:
            return
        for part in setup.proxies:
            limit = part.service.connection_limit if part.service else None
            if limit and limit > most:
                line = part.own("maxconn")
                yield self.told(
                    setup,
                    line[-1] if line else part.index,
                    f"maxconn {limit} of '{part.name}' is above the global {most}",
                    "raise the global maxconn, or lower this one",
                )
            told = -1
            for server in part.pool.servers if part.pool else []:
                at = server.origin.at
                if (server.upper_threshold or 0) > most and at != told:
                    told = at
                    yield self.told(
                        setup,
                        at,
                        f"maxconn {server.upper_threshold} of server '{setup.words(at)[1]}' is"
                        f" above the global {most}",
                        "raise the global maxconn, or lower this one",
                    )
