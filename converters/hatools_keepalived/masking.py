"""Hides the secrets of keepalived.conf: passwords of VRRP and of the client certificate, keys."""

from __future__ import annotations

import re

HIDDEN = "********"

_MARK = re.compile("pass|key|secret", re.IGNORECASE)
_VALUE = r'(?:"[^"\n]*"?|[^\s{}"]+)+'
_PASSWORD = re.compile(rf"(?<![\w-])(?!PASS\b)(\w*[Pp]ass\w*[ \t]+){_VALUE}")
_KEY = re.compile(rf"(?<![\w-])(key[ \t]+\d+[ \t]+){_VALUE}")
_DEFINITION = re.compile(r"(\$\w*(?:pass|secret|key|pw)\w*=)[^\n]*(?:\\\n[^\n]*)*", re.IGNORECASE)


def mask(text: str) -> str:
    """Return *text* with the values of secrets as ``********``, the rest as it is.

    Hidden are what stands behind ``auth_pass``, ``password`` and anything else with
    ``pass`` in its name (a misspelt keyword holds a password, too), behind ``key N`` of
    auth_hmac, and definitions whose names say that they hold such a thing.
    """
    if _MARK.search(text) is None and "=" not in text:
        return text
    text = _DEFINITION.sub(rf"\1{HIDDEN}", text)
    text = _PASSWORD.sub(_hide, text)
    return _KEY.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    return match[1] + HIDDEN
