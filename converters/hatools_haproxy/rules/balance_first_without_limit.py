"""The rule HP349: balance first, and no server has a limit."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class BalanceFirstWithoutLimit(HaproxyRule):
    """balance first, and no server has a limit.

    It fills the first server up to its maxconn before it uses the next one; without one everything
    goes to the first.

    Instead: say how many connections each server takes::

        balance first
        server a 192.0.2.11:80 check maxconn 100

    Reference: HAProxy configuration manual, 4.2, balance.
    """

    code = "HP349"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            pool = part.pool
            if pool is None or pool.scheduler.name != "first":
                continue
            active = [server for server in pool.servers if server.role == "active"]
            if len(active) > 1 and not active[0].upper_threshold:  # backups wait for all to be down
                yield self.told(
                    setup,
                    active[0].origin.at,
                    f"'{active[0].name}' has no maxconn: balance first sends everything to it",
                    "add maxconn N to each server",
                )
