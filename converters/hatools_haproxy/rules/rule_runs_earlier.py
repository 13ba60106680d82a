"""The rule HP305: a rule stands behind rules that run after it."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_ORDER = (
    "tcp-request connection",
    "tcp-request session",
    "tcp-request content",
    "monitor fail",
    "http-request",
    "redirect",
    "use_backend",
    "use-server",
)


def _rank(words: Words) -> tuple[int, str]:
    """Return the place of a rule in the order of running, 0 for what is none, and its name."""
    for number, name in enumerate(_ORDER, 1):
        if words[0] == name or " ".join(words[:2]) == name:
            return number, name
    return 0, ""


class RuleRunsEarlier(HaproxyRule):
    """A rule stands behind rules that run after it.

    haproxy runs all tcp-request rules, then all http-request rules, then redirect, then use_backend
    and use-server, wherever they stand. A deny below a use_backend comes
    first.

    Instead: write them in the order in which they run::

        http-request deny if { src 198.51.100.7 }
        use_backend api if { path_beg /api/ }

    Reference: HAProxy configuration manual, 4.2; haproxy -c warns of it.
    """

    code = "HP305"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            latest, before = 0, ""
            for line in part.lines:
                rank, name = _rank(line.words)
                if not rank:
                    continue
                if rank < latest:
                    yield self.told(
                        setup,
                        line,
                        f"this {name} runs before every {before}, though it stands below one",
                        f"write it above the first {before}",
                    )
                else:
                    latest, before = rank, name
