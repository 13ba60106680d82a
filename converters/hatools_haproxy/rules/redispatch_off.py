"""The rule HP330: clients stick to a server that does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class RedispatchOff(HaproxyRule):
    """Clients stick to a server that does not answer.

    With a cookie, and without option redispatch, a request for a server that has just died is
    tried there again and again, until its checks take it down.

    Instead: let it go to another server::

        option redispatch

    Reference: HAProxy configuration manual, 4.2, option redispatch.
    """

    code = "HP330"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            pool = part.pool
            if pool is None or pool.persistence is None or pool.persistence.kind != "cookie":
                continue
            if len(pool.servers) > 1 and not (part.option("redispatch") or part.said("redispatch")):
                yield self.told(
                    setup,
                    part.index,
                    f"{part.kind} '{part.name}' sticks by cookie, and does not try"
                    " another server where the own one is dead",
                    "write option redispatch",
                )
