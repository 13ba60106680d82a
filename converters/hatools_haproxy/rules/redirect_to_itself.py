"""The rule HP341: a redirect to https that also catches https."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import always, condition
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule, rewritten


class RedirectToItself(HaproxyRule):
    """A redirect to https that also catches https.

    The frontend serves TLS, too, and the redirect has no condition: browsers are sent round in a
    circle.

    Instead: only where it is not https yet::

        http-request redirect scheme https unless { ssl_fc }

    Reference: HAProxy configuration manual, 4.2, http-request redirect.
    """

    code = "HP341"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            tls = part.service is not None and any(
                words[0] == "ssl" for each in part.service.listeners for words in each.own
            )
            if not (tls and part.http):
                continue
            for line in part.lines:
                words = line.words[1:] if line.words[0] == "http-request" else line.words
                if words[:3] == ("redirect", "scheme", "https") and always(line.words):
                    fix = rewritten(setup, line.at, f"{' '.join(line.words)} unless {{ ssl_fc }}")
                    yield self.told(
                        setup,
                        line,
                        f"{part.kind} '{part.name}' serves TLS, too: this sends its clients"
                        " round in a circle",
                        "add unless { ssl_fc }",
                        fix if len(line.words) < 7 and not condition(line.words)[0] else (),
                        unsafe=True,
                    )
