"""Turns the words behind a keyword into a value, with keepalived's own ranges and readings.

A converter takes the words and returns the value and a complaint, empty when
all is well.  `IGNORED` as value means that the program takes no notice of the
line; `MISSING` as complaint that it stops reading there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hatools_keepalived.ip_text import AF_INET, AF_INET6, inet_ntop, inet_pton

Words = tuple[str, ...]
Result = tuple[Any, str]
Converter = Callable[[Words], Result]

IGNORED = object()
MISSING = "there is no value"
UINT = 4294967295
LONGEST = 4294.967295  # seconds that fit in 32 bits of microseconds
_TRUE, _FALSE = frozenset(("on", "true", "yes")), frozenset(("off", "false", "no"))


def parse_whole(word: str) -> int | None:
    """Return *word* as a whole number in base 10 (``010`` is ten), None when it is none."""
    digits = word[1:] if word[:1] in ("+", "-") else word
    return int(word) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def parse_decimal(word: str) -> float | None:
    """Return *word* as a decimal number without exponent, None when it is none."""
    digits = (word[1:] if word[:1] in ("+", "-") else word).replace(".", "", 1)
    return float(word) if digits.isascii() and digits.isdigit() and len(digits) < 25 else None


def parse_address(word: str) -> str | None:
    """Return the address in canonical form, None when it is no IP address."""
    try:
        if ":" in word:
            return inet_ntop(AF_INET6, inet_pton(AF_INET6, word))
        inet_pton(AF_INET, word)  # which takes no IPv4 address but in canonical form
    except (OSError, ValueError):  # a NUL or a lone surrogate is a ValueError
        return None
    return word


def whole(least: int, most: int) -> Converter:
    """Return a converter for whole numbers from *least* to *most*."""

    def convert(words: Words) -> Result:
        if not words:
            return IGNORED, MISSING
        value = parse_whole(words[0])
        if value is None or not least <= value <= most:
            return IGNORED, f"'{words[0]}' is no whole number from {least} to {most}"
        return value, ""

    return convert


def seconds(least: float, most: float = LONGEST) -> Converter:
    """Return a converter for times in seconds, with up to six decimals."""

    def convert(words: Words) -> Result:
        if not words:
            return IGNORED, MISSING
        value = parse_decimal(words[0])
        if value is None or not least <= value <= most:
            return IGNORED, f"'{words[0]}' is no time in seconds from {least:g} to {most:.10g}"
        return value, ""

    return convert


def choice(*names: str) -> Converter:
    """Return a converter for one of *names*, letter case included."""

    def convert(words: Words) -> Result:
        if not words:
            return IGNORED, MISSING
        if words[0] not in names:
            return IGNORED, f"'{words[0]}' is none of {', '.join(names)}"
        return words[0], ""

    return convert


def text(words: Words) -> Result:
    """Take the first word as it is."""
    return (words[0], "") if words else (IGNORED, MISSING)


def line(words: Words) -> Result:
    """Take all words, joined by a blank."""
    return (" ".join(words), "") if words else (IGNORED, MISSING)


def flag(words: Words) -> Result:
    """Take the keyword alone for yes, whatever follows it."""
    return True, ""


def boolean(words: Words) -> Result:
    """Take on, true, yes or nothing for yes; off, false, no for no."""
    if not words or words[0] in _TRUE:
        return True, ""
    if words[0] in _FALSE:
        return False, ""
    return IGNORED, f"'{words[0]}' is neither on nor off"


def address(words: Words) -> Result:
    """Take an IP address."""
    if not words:
        return IGNORED, MISSING
    found = parse_address(words[0])
    return (found, "") if found is not None else (IGNORED, f"'{words[0]}' is no IP address")


def hexadecimal(length: int = 0, wildcard: str = "") -> Converter:
    """Return a converter for hex digits, *length* of them where it is given, blanks taken out."""
    digits = frozenset("0123456789abcdefABCDEF" + wildcard)

    def convert(words: Words) -> Result:
        if not words:
            return IGNORED, MISSING
        value = words[0] if length else "".join(words)
        if not digits.issuperset(value) or (length and len(value) != length):
            of = f"{length} hex digits" if length else "hex digits"
            return IGNORED, f"'{value}' is not {of}"
        return value, ""

    return convert


port = whole(1, 65535)


def is_placeholder(words: Words) -> bool:
    """Tell whether a value was left to be filled in, as ``<STRING>`` or ``{{ name }}``."""
    return any(_unfilled(word, len(words)) for word in words)


def _unfilled(word: str, count: int) -> bool:
    if word.startswith("<"):
        inner = word[1:].rstrip("|,").removesuffix(">")
        closed = word.rstrip("|,").endswith(">") or count > 1
        return closed and inner.replace("_", "").replace("-", "").isalnum()
    return word.startswith(("{{", "{%"))
