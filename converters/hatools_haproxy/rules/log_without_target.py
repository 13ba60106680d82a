"""The rule HP333: what to log is said, and not where to."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Line
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class LogWithoutTarget(HaproxyRule):
    """What to log is said, and not where to.

    Without a log line nothing is logged; haproxy warns that the log format is ignored.

    Instead: say where to, once for all::

        global
            log /dev/log local0
        defaults
            log global

    Reference: HAProxy configuration manual, 8.1 and 4.2, log.
    """

    code = "HP333"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if not part.front or part.said("log") is not None:
                continue
            asked = [
                *part.own("option", "httplog"),
                *part.own("option", "tcplog"),
                *part.own("log-format"),
            ]
            if not asked:
                above = part.option("httplog") or part.option("tcplog") or part.said("log-format")
                asked = [Line(part.index, ("",))] if above else []
            if asked:
                yield self.told(
                    setup,
                    asked[0],
                    f"{part.kind} '{part.name}' has no log line: nothing is logged",
                    "write log global",
                )
