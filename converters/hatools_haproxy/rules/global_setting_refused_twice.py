"""The rule HP351: a global setting is said twice, and haproxy refuses that."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import ERROR, HaproxyRule

_ONCE = {
    "crt-base": "crt-base",
    "ca-base": "ca-base",
    "tune.ssl.capture-buffer-size": "capture-buffer-size",
    "tune.ssl.capture-cipherlist-size": "capture-buffer-size",  # its old name
}


class GlobalSettingRefusedTwice(HaproxyRule):
    """A global setting is said twice, and haproxy refuses that.

    crt-base, ca-base and tune.ssl.capture-buffer-size (formerly
    tune.ssl.capture-cipherlist-size) may stand once, over all global sections.

    Instead: keep one of them.

    Reference: HAProxy configuration manual, 3.1 and 3.2; tried with haproxy 2.6.12.
    """

    code = "HP351"
    severity = ERROR

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        first: dict[str, int] = {}
        lines = (line for part in setup.of("global") for line in part.lines)
        for line in lines:
            if line.words[0] not in _ONCE:
                continue
            setting = _ONCE[line.words[0]]
            number = setup.expansion.span(line.at).line
            before = first.setdefault(setting, number)
            if before != number:
                yield self.told(
                    setup,
                    line,
                    f"'{line.words[0]}' is set on line {before} already; haproxy refuses the file",
                    "keep one of them",
                )
