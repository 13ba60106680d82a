"""The include family: what is named, and when keepalived complains that it is missing."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.text import Statement

_CHECKED = ("w", "a")  # includew, includea
_CHECK = "wildcard_match"


def split_include(text: str) -> tuple[str, str]:
    """Return the letter behind ``include`` (empty for the plain one) and the pattern."""
    letter = text[7].strip()
    return letter, text[7 + len(letter) :].strip(" \t\r")


def complains(letter: str, pattern: str, before: Iterable[Statement]) -> bool:
    """Tell whether keepalived complains that no file is found for *pattern*.

    It always does (tried) of a plain name and of braces; of wildcards where *letter*, the
    include's own, or an ``include_check`` of global_defs among *before* asks for it.
    """
    if not any(char in pattern for char in "*?["):
        return True
    checked = letter in _CHECKED
    for statement in before:
        if statement.words[:1] == ("include_check",):
            asked = statement.words[1:] or (_CHECK,)
            if not asked[0].startswith(("+", "-")):
                checked = letter in _CHECKED
            for word in asked:
                if word.lstrip("+-") == _CHECK:
                    checked = not word.startswith("-")
    return checked


def alternatives(pattern: str) -> list[str]:
    """Return the patterns that the first braces of *pattern* stand for; itself without any."""
    head, brace, rest = pattern.partition("{")
    inner, closing, tail = rest.partition("}")
    if not brace or not closing or "{" in inner:
        return [pattern]
    return [path for name in inner.split(",") for path in alternatives(head + name + tail)]
