"""The rule HP345: a setting is said twice, and the first one is lost."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Line, Part, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_ONCE = frozenset(
    (
        "mode",
        "balance",
        "default_backend",
        "maxconn",
        "hash-type",
        "timeout",
        "fullconn",
        "retries",
        "cookie",
    )
)
_LOGS = (("httplog",), ("tcplog",), ("httpslog",))


class SettingSaidTwice(HaproxyRule):
    """A setting is said twice, and the first one is lost.

    The last line counts. The first one reads as if it did.

    Instead: keep one of them.

    Reference: HAProxy configuration manual, 4, proxies.
    """

    code = "HP345"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            if part.kind not in ("frontend", "backend", "listen", "defaults"):
                continue
            last: dict[Words, Line] = {}
            for line in part.lines:
                key = line.words[:2] if line.words[0] == "timeout" else line.words[:1]
                if key[0] not in _ONCE:
                    continue
                before = last.get(key)
                if before is not None and before.words != line.words:
                    number = setup.expansion.span(line.at).line
                    yield self.told(
                        setup,
                        before,
                        f"line {number} takes the place of this '{' '.join(key)}'",
                        "keep one of them",
                    )
                last[key] = line
            yield from self._log_formats(setup, part)

    def _log_formats(self, setup: Configuration, part: Part) -> Iterator[Diagnostic]:
        """Yield each line that replaces how *part* logs, as haproxy -c does in defaults."""
        before: Line | None = None
        for line in part.lines:
            if not _says_log_format(line.words):
                continue
            if before is not None and (part.kind == "defaults" or before.words != line.words):
                number = setup.expansion.span(before.at).line
                yield self.told(
                    setup,
                    line,
                    f"this takes the place of '{_short(before.words)}' on line {number}",
                    "keep one of them",
                )
            before = line


def _says_log_format(words: Words) -> bool:
    """Tell whether a line says how connections are logged: there is one way in each proxy."""
    return words[0] == "log-format" or (words[0] == "option" and words[1:2] in _LOGS)


def _short(words: Words) -> str:
    return "log-format" if words[0] == "log-format" else " ".join(words)
