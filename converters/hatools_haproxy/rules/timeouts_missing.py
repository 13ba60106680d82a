"""The rule HP310: a proxy without a timeout that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class TimeoutsMissing(HaproxyRule):
    """A proxy without a timeout that it needs.

    Without timeout client, connect and server a connection whose peer is gone is kept for ever,
    until the connections run out. haproxy warns of it at each start.

    Instead: set them once for all::

        defaults
            timeout connect 5s
            timeout client  30s
            timeout server  30s

    Reference: HAProxy configuration manual, 4.2, timeout client, connect, server.
    """

    code = "HP310"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            lacking = []
            if (
                part.front
                and part.said("timeout", "client") is None
                and part.said("clitimeout") is None
            ):
                lacking.append("client")
            if part.back and part.pool and part.pool.servers:
                for name, old in (("connect", "contimeout"), ("server", "srvtimeout")):
                    tunnelled = (
                        name == "server" and not part.http and part.said("timeout", "tunnel")
                    )
                    if (
                        part.said("timeout", name) is None
                        and part.said(old) is None
                        and not tunnelled
                    ):
                        lacking.append(name)
            if lacking:
                names = " and ".join(f"timeout {name}" for name in lacking)
                yield self.told(
                    setup,
                    part.index,
                    f"{part.kind} '{part.name}' has no {names}: connections whose peer"
                    " is gone stay for ever",
                    f"write {names} into it or its defaults",
                )
