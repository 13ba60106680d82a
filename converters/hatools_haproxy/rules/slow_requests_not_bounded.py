"""The rule HP346: no timeout http-request: a slow client holds its connection."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class SlowRequestsNotBounded(HaproxyRule):
    """No timeout http-request: a slow client holds its connection.

    Without it each byte of a request may take timeout client: a few hosts that send slowly use up
    all connections.

    Instead: bound the whole of a request's headers::

        timeout http-request 10s

    Reference: HAProxy configuration manual, 4.2, timeout http-request.
    """

    code = "HP346"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            listening = part.front and part.service is not None and part.service.listeners
            if listening and part.http and part.said("timeout", "http-request") is None:
                yield self.told(
                    setup,
                    part.index,
                    f"{part.kind} '{part.name}' bounds no slow requests",
                    "write timeout http-request 10s",
                )
