"""The include family: what is named, and when keepalived complains that it is missing."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.text import Statement

_CHECKED = {"": "", "r": "r", "m": "rm", "w": "rmw", "b": "rb", "a": "rmwb"}
_CHECKS = {"read": "r", "match": "m", "wildcard_match": "w", "brace_match": "b"}


def split_include(text: str) -> tuple[str, str]:
    """Return the letter behind ``include`` (empty for the plain one) and the pattern."""
    letter = text[7].strip()
    return letter, text[7 + len(letter) :].strip(" \t\r")


def complains(letter: str, pattern: str, before: Iterable[Statement]) -> bool:
    """Tell whether keepalived complains that no file is found for *pattern*.

    *letter* is the include's own, *before* are the statements so far, in which
    an ``include_check`` of global_defs may ask for more.
    """
    checked = set(_CHECKED[letter])
    for statement in before:
        if statement.words[:1] == ("include_check",):
            asked = statement.words[1:] or tuple(_CHECKS)
            if not asked[0].startswith(("+", "-")):
                checked = set(_CHECKED[letter])
            for word in asked:
                check = {_CHECKS.get(word.lstrip("+-"), "")}
                checked = checked - check if word.startswith("-") else checked | check
    if any(char in pattern for char in "*?["):
        return "w" in checked
    return ("b" if "{" in pattern else "m") in checked
