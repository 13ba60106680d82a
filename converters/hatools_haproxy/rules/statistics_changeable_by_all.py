"""The rule HP314: a statistics page that lets everybody take servers out."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import always
from hatools_haproxy.rules.configuration import Configuration, Part
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _guarded(part: Part) -> bool:
    return any(
        line.words[0] in ("http-request", "tcp-request")
        and {"deny", "reject", "auth", "tarpit"} & {*line.words}
        for line in part.lines
    )


class StatisticsChangeableByAll(HaproxyRule):
    """A statistics page that lets everybody take servers out.

    With stats admin and neither a password nor a rule on who may come, whoever reaches the page can
    put servers into maintenance.

    Instead: ask for a password::

        stats enable
        stats auth operator:CHANGE-ME
        stats admin if TRUE

    Reference: HAProxy configuration manual, 4.2, stats admin and stats auth.
    """

    code = "HP314"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            line = part.said("stats", "admin")
            if line is None or not always(line.words):
                continue
            if part.said("stats", "auth") or part.said("stats", "http-request") or _guarded(part):
                continue
            service = part.service
            if (
                service is not None
                and service.listeners
                and all(
                    each.path or (each.address or "").startswith(("127.", "::1"))
                    for each in service.listeners
                )
            ):
                continue
            yield self.told(
                setup,
                line,
                "whoever reaches this page can take servers out: no password is asked for",
                "write stats auth USER:PASSWORD, or a condition on src",
            )
