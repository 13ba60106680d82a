"""Spells words and times so that haproxy reads them back as they were."""

from __future__ import annotations

LONGEST = 2_073_600.0  # seconds: 24 days; a timer holds 2³¹-1 milliseconds
_SPECIAL = frozenset("\"'\\# \t\v\f\r\n\0")
_ESCAPES = {"\r": "\\r", "\n": "\\n", "\t": "\\t"}
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))


def quote(word: str) -> str:
    """Return *word* quoted only where it must be.

    Environment variables are replaced inside double quotes alone, so a word
    with ``$`` stands bare or in single quotes.
    """
    if word and _SPECIAL.isdisjoint(word) and word.isprintable():
        return word
    control = any(character < " " for character in word)
    if not control:
        if not any(character in word for character in '"\\$'):
            return f'"{word}"'
        if "'" not in word:
            return f"'{word}'"
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    if control:
        escaped = "".join(c if c >= " " else _ESCAPES.get(c) or f"\\x{ord(c):02x}" for c in escaped)
    return f'"{escaped}"'


def joined(words: tuple[str, ...]) -> str:
    """Return *words* as one piece of a line."""
    return " ".join(map(quote, words))


def seconds(value: float) -> float:
    """Return *value* (seconds) as haproxy can hold it: whole milliseconds, 1 ms to 24 days."""
    return max(1, round(min(value, LONGEST) * 1000)) / 1000


def duration(value: float) -> str:
    """Return *value* (seconds) in the largest unit in which it is whole: ``6s``, ``1500ms``."""
    milliseconds = round(value * 1000)
    for unit, size in _UNITS:
        if milliseconds and not milliseconds % size:
            return f"{milliseconds // size}{unit}"
    return "0"


def comment(text: str) -> str:
    """Return *text* as a haproxy comment, without what a line cannot hold."""
    plain = "".join(c if c >= " " or c == "\t" else " " for c in text).strip()
    return f"# {plain}" if plain else "#"


def endpoint(address: str, port: int | None) -> str:
    """Return an address with its port; an IPv6 address in brackets."""
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"
