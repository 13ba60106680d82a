"""The rule HP344: a frontend that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Line, Part
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_ANSWERS = frozenset(
    (
        "redirect",
        "stats",
        "monitor-uri",
        "filter",
        "http-request",
        "tcp-request",
        "errorfile",
        "http-error",
    )
)
_PAIRS = (("option", "http_proxy"), ("option", "transparent"), ("option", "dispatch"))


def _all(part: Part) -> list[Line]:
    return [*part.lines, *(part.parent.lines if part.parent else [])]


class LeadsNowhere(HaproxyRule):
    """A frontend that leads nowhere.

    It has no backend, and nothing that answers by itself: every request gets a 503.

    Instead: name a backend::

        default_backend pool

    Reference: HAProxy configuration manual, 4.2, default_backend.
    """

    code = "HP344"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.of("frontend"):
            service = part.service
            if service is None or service.rules or service.default_pool or not service.listeners:
                continue
            if any(line.words[0] in _ANSWERS or line.words[:2] in _PAIRS for line in _all(part)):
                continue
            yield self.told(
                setup,
                part.index,
                f"frontend '{part.name}' has no backend: every request fails",
                "write default_backend NAME",
            )
