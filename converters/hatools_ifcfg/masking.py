"""Masks passwords and keys in ifcfg files."""

from __future__ import annotations

_SECRET = ("pass", "psk", "secret", "private_key", "_key", "pin")


def mask(text: str) -> str:
    """Return *text* with the values of secret variables as ``********``."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        key, equals, value = line.partition("=")
        name = key.strip().lower()
        if equals and value and any(word in name for word in _SECRET):
            lines[number] = f"{key}=********"
    return "\n".join(lines)
