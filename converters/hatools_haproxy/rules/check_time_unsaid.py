"""The rule HP321: checks without a timeout of their own."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.health import detection
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class CheckTimeUnsaid(HaproxyRule):
    """Checks without a timeout of their own.

    Without timeout check a check may take as long as the interval, connecting and answering
    together; how soon a dead server is noticed then hangs on inter alone.

    Instead: say how long an answer may take::

        timeout check 2s

    Reference: HAProxy configuration manual, 4.2, timeout check.
    """

    code = "HP321"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.said("timeout", "check") is not None:
                continue
            for server in part.pool.servers if part.pool else []:
                check = next(
                    (each for each in server.checks if not each.tracks and each.kind != "script"),
                    None,
                )
                if check is not None:
                    least, _, most = detection(check, proxy=True)
                    yield self.told(
                        setup,
                        part.index,
                        f"{part.kind} '{part.name}' has no timeout check: a server that"
                        f" falls silent is down after {least:g} to {most:g} s",
                        "write timeout check 2s",
                    )
                    break
