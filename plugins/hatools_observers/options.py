"""Takes an observer's settings out of its table, and says what is wrong with them."""

from __future__ import annotations

from hatools.errors import BadSetting
from hatools.plugin import Watched


def number(watched: Watched, name: str, key: str, default: float) -> float:
    """Return a number of seconds above 0."""
    value = watched.settings.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise BadSetting(f"[plugin.{name}] {key} is no number of seconds")
    return float(value)


def text(watched: Watched, name: str, key: str) -> str:
    """Return a text, empty where nothing is said."""
    value = watched.settings.get(key, "")
    if not isinstance(value, str):
        raise BadSetting(f"[plugin.{name}] {key} is no text", 'write it in quotes: "…"')
    return value
