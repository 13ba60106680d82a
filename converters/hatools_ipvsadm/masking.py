"""Masks what is secret in lines of a script beside its ipvsadm commands."""

from __future__ import annotations

from hatools.text.shell.line import split_line

_SECRET = ("pass", "secret", "token", "passwd", "pwd", "apikey", "api_key", "private_key")
_MASK = "********"


def mask(text: str) -> str:
    """Return *text* with the values of secret options and variables as ``********``."""
    lowered = text.lower()
    if not any(word in lowered for word in _SECRET):
        return text
    pieces, _ = split_line(text)
    for piece in pieces:
        hide = False
        for word in piece.words:
            name, sign, value = word.partition("=")
            secret = any(each in name.lower() for each in _SECRET)
            if hide and word:
                text = text.replace(word, _MASK)
            elif secret and sign and value:
                text = text.replace(value, _MASK)
            hide = secret and not sign
    return text
