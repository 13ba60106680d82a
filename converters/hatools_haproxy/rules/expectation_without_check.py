"""The rule HP334: what a check is to expect is said, and not asked."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_SETTINGS = (("disable-on-404",), ("send-state",))


class ExpectationWithoutCheck(HaproxyRule):
    """What a check is to expect is said, and not asked.

    http-check lines count only with option httpchk, tcp-check lines only with option tcp-check:
    here the check just connects.

    Instead: switch it on::

        option httpchk GET /health
        http-check expect status 200

    Reference: HAProxy configuration manual, 4.2, option httpchk; haproxy -c warns of it.
    """

    code = "HP334"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if not part.back:
                continue
            for ruleset, option in (("http-check", "httpchk"), ("tcp-check", "tcp-check")):
                asked = [line for line in part.own(ruleset) if line.words[1:2] not in _SETTINGS]
                if asked and part.said("option", option) is None:
                    yield self.told(
                        setup,
                        asked[0],
                        f"{ruleset} lines are ignored in '{part.name}' without option"
                        f" {option}: the check only connects",
                        f"write option {option}",
                    )
