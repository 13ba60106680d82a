"""The rule HP308: a rule behind one that ends them all."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import always
from hatools_haproxy.rules.configuration import Configuration, Line, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_ENDING = frozenset(("allow", "accept", "deny", "reject", "tarpit", "redirect", "return"))


def _ruleset(words: Words) -> str:
    """Return the set of rules that a line belongs to, empty where it is no such rule."""
    if words[0] in ("http-request", "http-response", "http-after-response"):
        return words[0]
    if (
        words[0] in ("tcp-request", "tcp-response")
        and len(words) > 2
        and words[1] != "inspect-delay"
    ):
        return f"{words[0]} {words[1]}"
    return ""


class RuleNeverReached(HaproxyRule):
    """A rule behind one that ends them all.

    An allow, deny, redirect or return without condition ends the rules of its kind in this section.

    Instead: give it a condition, or put it last::

        http-request deny if !known
        http-request set-header X-Seen 1

    Reference: HAProxy configuration manual, 4.2, http-request and tcp-request.
    """

    code = "HP308"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            ended: dict[str, Line] = {}
            for line in part.lines:
                kind = _ruleset(line.words)
                if not kind:
                    continue
                if kind in ended:
                    number = setup.expansion.span(ended[kind].at).line
                    yield self.told(
                        setup,
                        line,
                        f"line {number} ends all {kind} rules: this one never runs",
                        "give that rule a condition, or put it last",
                    )
                    continue
                action = (
                    line.words[len(kind.split())] if len(line.words) > len(kind.split()) else ""
                )
                if action in _ENDING and "ignore-empty" not in line.words and always(line.words):
                    ended[kind] = line
