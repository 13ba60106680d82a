"""The rule HP343: a time so short that its unit was forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_SHORT = 100  # no timeout of a proxy is meant to be shorter, in milliseconds
_TIMES = ("inter", "fastinter", "downinter", "slowstart", "agent-inter")


class TimeWithoutUnit(HaproxyRule):
    """A time so short that its unit was forgotten.

    A bare number is milliseconds: timeout client 30 ends each connection after 0.03 seconds.

    Instead: write the unit::

        timeout client 30s

    Reference: HAProxy configuration manual, 2.5, time format.
    """

    code = "HP343"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            for line in part.own("timeout"):
                if (
                    len(line.words) > 2
                    and line.words[2].isdecimal()
                    and 0 < int(line.words[2]) <= _SHORT
                ):
                    yield self.told(
                        setup,
                        line,
                        f"{' '.join(line.words)} is {line.words[2]} milliseconds",
                        f"write {line.words[2]}s or {line.words[2]}ms",
                    )
            told = -1
            for server in part.pool.servers if part.pool else []:
                words = setup.words(server.origin.at)
                for word, after in pairwise(words):
                    short = word in _TIMES and after.isdecimal() and 0 < int(after) <= _SHORT
                    if short and told != server.origin.at:
                        told = server.origin.at
                        yield self.told(
                            setup,
                            told,
                            f"{word} {after} is {after} milliseconds",
                            f"write {after}s or {after}ms",
                        )
