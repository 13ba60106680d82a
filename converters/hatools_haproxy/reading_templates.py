"""Counts and names the servers that a server-template stands for."""

from __future__ import annotations

from hatools_haproxy.numbers import read_number

MOST = 1000
"""How many servers a server-template may stand for before it is kept as it is."""


def _bounds(text: str) -> tuple[int, int] | None:
    """Return the first and the last number of ``5`` (from 1) or ``2-5``."""
    first, dash, last = text.partition("-")
    low, high = (first, last) if dash else ("1", first)
    start, end = read_number(low), read_number(high)
    if start is None or end is None or start > end:
        return None
    return start, end


def too_many(text: str) -> bool:
    """Tell whether the range *text* names more servers than are spelled out."""
    bounds = _bounds(text)
    return bounds is not None and bounds[1] - bounds[0] >= MOST


def numbered(prefix: str, text: str) -> list[str]:
    """Return the names that a server-template of *prefix* makes; none for a bad range."""
    bounds = _bounds(text)
    if bounds is None or too_many(text):
        return []
    return [f"{prefix}{number}" for number in range(bounds[0], bounds[1] + 1)]
