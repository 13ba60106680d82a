"""The rule HP347: client and server time out differently in mode tcp."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.numbers import read_time
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class TunnelEndsUnequally(HaproxyRule):
    """Client and server time out differently in mode tcp.

    In mode tcp the shorter one ends an idle connection, whichever side it was meant for.

    Instead: give both the same length, or say timeout tunnel::

        timeout client 1h
        timeout server 1h

    Reference: HAProxy configuration manual, 4.2, timeout client.
    """

    code = "HP347"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.of("listen"):
            client, server = part.said("timeout", "client"), part.said("timeout", "server")
            if part.http or client is None or server is None or part.said("timeout", "tunnel"):
                continue
            times = [
                read_time(line.words[2])[0] for line in (client, server) if len(line.words) > 2
            ]
            if len(times) == 2 and None not in times and times[0] != times[1]:
                yield self.told(
                    setup,
                    part.index,
                    f"listen '{part.name}': timeout client is {times[0]:g} s and timeout"
                    f" server {times[1]:g} s; the shorter one ends idle connections",
                    "give both the same length",
                )
