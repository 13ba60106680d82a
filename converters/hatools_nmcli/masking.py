"""Masks passwords and keys in commands."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"((?:[\w.-]*(?:pass(?:word|wd|phrase)?|psk|secret|private-key|wep-key|pin|token)[\w.-]*)"
    r"(?:\s+|=))(\"[^\"]*\"|'[^']*'|[^\s'\"]+)",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Return *text* with the values of secret properties and variables as ``********``."""
    return _SECRET.sub(r"\1********", text)
