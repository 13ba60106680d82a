"""The rule HP352: a global setting is said twice, and only the first one counts."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_SAME = {"uid": "user", "gid": "group"}
_FIRST = (
    "user", "uid", "group", "gid", "maxconn", "maxconnrate", "maxsessrate", "maxsslrate",
    "maxpipes", "ulimit-n", "chroot", "pidfile", "log-send-hostname", "spread-checks",
    "server-state-base", "server-state-file", "tune.maxpollevents", "tune.maxaccept",
    "tune.rcvbuf.client", "tune.rcvbuf.server", "tune.sndbuf.client", "tune.sndbuf.server",
    "tune.runqueue-depth", "cluster-secret",
)  # fmt: skip


class GlobalSettingSaidTwice(HaproxyRule):
    """A global setting is said twice, and only the first one counts.

    haproxy says so at the start and goes on with the first line, where most others
    of its settings take the last. Who changes the second changes nothing.

    Instead: keep the one that is to count.

    Reference: HAProxy configuration manual, 3.1 and 3.2; tried with haproxy 2.6.12.
    """

    code = "HP352"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        first: dict[str, int] = {}
        lines = (line for part in setup.of("global") for line in part.lines)
        for line in lines:
            if line.words[0] not in _FIRST:
                continue
            setting = _SAME.get(line.words[0], line.words[0])
            number = setup.expansion.span(line.at).line
            before = first.setdefault(setting, number)
            if before != number:
                yield self.told(
                    setup,
                    line,
                    f"'{line.words[0]}' has no effect: line {before} counts",
                    "keep one of them",
                )
