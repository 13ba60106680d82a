"""The rule HP306: a use_backend that is never reached."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import covered, holds_when, steady, varying
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class UseBackendNeverReached(HaproxyRule):
    """A use_backend that is never reached.

    A rule above it always holds, or holds whenever this one does. The first that holds decides.

    Instead: put the narrower condition first::

        use_backend api_v2 if api v2
        use_backend api if api

    Reference: HAProxy configuration manual, 4.2, use_backend.
    """

    code = "HP306"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.service is None or len(part.service.rules) < 2:
                continue
            names = varying(part)
            above: list[tuple[int, frozenset[frozenset[str]]]] = []
            for rule in part.service.rules:
                at = rule.origin.at
                words = setup.words(at)
                held = holds_when(words)
                if held is None:
                    continue
                found = next((index for index, one in above if covered(held, one)), None)
                if found is not None and held:
                    line = setup.expansion.span(found).line
                    yield self.told(
                        setup,
                        at,
                        f"the rule on line {line} holds whenever this one does: backend"
                        f" '{rule.pool}' is never chosen here",
                        "put the narrower condition first",
                    )
                elif "%[" not in rule.pool and steady(held, names):
                    above.append((at, held))
