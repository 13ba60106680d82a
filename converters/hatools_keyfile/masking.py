"""Masks passwords and keys in keyfiles."""

from __future__ import annotations

_SECRET = ("password", "psk", "secret", "private-key", "wep-key", "pin", "passphrase", "cak")


def mask(text: str) -> str:
    """Return *text* with the values of secret keys as ``********``."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        key, equals, value = line.partition("=")
        name = key.strip().lower()
        if equals and value and any(word in name for word in _SECRET):
            lines[number] = f"{key}=********"
    return "\n".join(lines)
