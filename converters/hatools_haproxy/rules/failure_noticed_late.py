"""The rule HP322: a dead server is noticed only after more than a minute."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.health import detection
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_LONG = 60.0  # seconds


class FailureNoticedLate(HaproxyRule):
    """A dead server is noticed only after more than a minute.

    From the failure to the server's being down pass up to one interval and fall checks that run
    into their limit. All that time it gets its share of the connections.

    Instead: check more often, or look at the traffic, too::

        default-server inter 2s fastinter 500ms fall 3

    Reference: HAProxy configuration manual, 5.2, inter, fastinter, fall.
    """

    code = "HP322"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        seen: set[int] = set()
        for part in setup.proxies:
            for server in part.pool.servers if part.pool else []:
                for check in server.checks:
                    if id(check) in seen or check.tracks:
                        continue
                    seen.add(id(check))
                    least, _, most = detection(check, proxy=True)
                    if most > _LONG and not any(words[0] == "observe" for words in server.own):
                        at = server.origin.at
                        yield self.told(
                            setup,
                            at,
                            f"server '{setup.words(at)[1]}' is down only {least:g} to {most:g} s"
                            f" after it fell silent: inter {check.interval:g} s, fall {check.fall}",
                            "check more often, or add fastinter",
                        )
