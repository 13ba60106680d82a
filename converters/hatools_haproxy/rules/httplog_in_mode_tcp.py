"""The rule HP332: option httplog in mode tcp."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Part
from hatools_haproxy.rules.haproxy_rule import HaproxyRule, rewritten


def _other(part: Part) -> bool:
    """Tell whether the section itself says another format, which counts."""
    return bool(part.own("option", "tcplog") or part.own("log-format"))


class HttplogInModeTcp(HaproxyRule):
    """option httplog in mode tcp.

    There is no request to write down: haproxy warns and logs as with option tcplog.

    Instead: ask for what it does anyway::

        option tcplog

    Reference: HAProxy configuration manual, 4.2, option httplog and option tcplog.
    """

    code = "HP332"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.http or not part.front:
                continue
            inherited = part.option("httplog")
            if inherited is not None and inherited not in part.lines and not _other(part):
                yield self.told(
                    setup,
                    part.index,
                    "option httplog of its defaults is without effect in"
                    f" {part.kind} '{part.name}': haproxy logs as with tcplog",
                    "write option tcplog",
                )
            for line in part.own("option", "httplog"):
                plain = len(line.words) == 2
                fix = rewritten(setup, line.at, "option tcplog") if plain else ()
                yield self.told(
                    setup,
                    line,
                    f"option httplog is without effect in {part.kind} '{part.name}': haproxy"
                    " logs as with tcplog",
                    "write option tcplog",
                    fix,
                )
