"""Masks passwords and keys in commands."""

from __future__ import annotations

import re

_SECRETS = ("passw", "passphrase", "psk", "secret", "private-key", "wep-key", "-pin", "token")
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"']+|[\"']")
_MASK = "********"


def mask(text: str) -> str:
    """Return *text* with the values of secret properties and variables as ``********``."""
    if not _secret(text):
        return text
    made, done, hide = [], 0, False
    for found in _WORD.finditer(text):
        word = found[0]
        name, equals, value = word.partition("=")
        if hide:
            made += [text[done : found.start()], _MASK]
            done, hide = found.end(), False
        elif _secret(name) and equals and value:
            made += [text[done : found.start()], name, "=", _MASK]
            done = found.end()
        else:
            hide = _secret(name)  # the value is the next word, or stands in quotes behind "="
    return "".join([*made, text[done:]])


def _secret(text: str) -> bool:
    lowered = text.lower()
    return any(each in lowered for each in _SECRETS)
