"""The rule HP331: what only HTTP knows, in mode tcp."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Part, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_RULES = ("capture", "http-request", "http-response", "http-after-response", "redirect")
_HASHED = ("uri", "url_param", "hdr(")
_OPTIONS = ("forwardfor", "originalto")


def _needs_http(words: Words, part: Part) -> str:
    """Return what *words* ask for that mode tcp does not have, empty where there is nothing."""
    if words[0] in _RULES:
        return f"'{words[0]}'"
    if words[0] == "cookie" and part.back:
        return "'cookie'"
    if words[0] == "balance" and len(words) > 1 and words[1].startswith(_HASHED) and part.back:
        return f"'balance {words[1]}'"
    if words[0] == "option" and len(words) > 1 and words[1] in _OPTIONS:
        return f"'option {words[1]}'"
    return ""


def _switches(part: Part) -> bool:
    """Tell whether connections of mode tcp become HTTP here, once they show that they are."""
    return any(line.words[:3] == ("tcp-request", "content", "switch-mode") for line in part.lines)


class NeedsModeHttp(HaproxyRule):
    """What only HTTP knows, in mode tcp.

    In mode tcp haproxy does not look into requests: http-request rules, redirects, cookies and
    balancing by URI or header are left out, with a warning at each start.

    Instead: say mode http, or take the line out::

        frontend web
            mode http

    Reference: HAProxy configuration manual, 4, proxies; haproxy -c warns of it.
    """

    code = "HP331"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.http or not (part.service or part.pool) or _switches(part):
                continue
            inherited = part.option("forwardfor")
            if inherited is not None and inherited not in part.lines:
                yield self.told(
                    setup,
                    part.index,
                    f"'option forwardfor' of its defaults is without effect in"
                    f" {part.kind} '{part.name}': it needs mode http",
                    "write mode http, or no option forwardfor",
                )
            for line in part.lines:
                what = _needs_http(line.words, part)
                if what:
                    yield self.told(
                        setup,
                        line,
                        f"{what} is without effect in {part.kind} '{part.name}': it needs"
                        " mode http",
                        "write mode http, or take it out",
                    )
