"""The rule HP307: a default_backend that is never reached."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import always
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class DefaultBackendNeverReached(HaproxyRule):
    """A default_backend that is never reached.

    A use_backend without condition, or with one that always holds, takes everything.

    Instead: give the rule a condition, or make it the default::

        default_backend pool

    Reference: HAProxy configuration manual, 4.2, default_backend.
    """

    code = "HP307"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.service is None or not part.own("default_backend"):
                continue
            for rule in part.service.rules:
                if "%[" not in rule.pool and always(setup.words(rule.origin.at)):
                    default = part.own("default_backend")[-1]
                    line = setup.expansion.span(rule.origin.at).line
                    if rule.pool != part.service.default_pool:
                        yield self.told(
                            setup,
                            default,
                            f"line {line} takes everything for '{rule.pool}': this is"
                            " never reached",
                            "give that rule a condition",
                        )
                    break
