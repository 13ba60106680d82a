"""What a loop runs over: written words, ``{1..3}``, ``{a,b}``, ``$(seq 1 3)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

_RANGE = re.compile(r"\{(\d{1,6})\.\.(\d{1,6})\}")
_CHOICE = re.compile(r"(?<!\$)\{([^{}]*,[^{}]*)\}")
_SEQUENCE = re.compile(r"(?:\$\(|`)\s*seq\s+(?:(\d{1,6})\s+)?(\d{1,6})\s*(?:\)|`)")
_MOST = 10_000  # words
_ONLY_A_SHELL = frozenset("$`*?{[")


def items_of(words: Sequence[str]) -> list[str] | None:
    """Return the words that *words* stand for; None where only a shell knows them."""
    found: list[str] = []
    for word in words:
        for item in _expanded(word):
            if set(item) & _ONLY_A_SHELL or len(found) >= _MOST:
                return None
            found.append(item)
    return found


def _expanded(word: str) -> list[str]:
    """Return what the first range, choice or sequence in *word* makes of it."""
    sequence = _SEQUENCE.fullmatch(word)
    if sequence:
        return _counted(sequence[1] or "1", sequence[2], down=False)
    for pattern in (_RANGE, _CHOICE):
        found = pattern.search(word)
        if found:
            inner = (
                _counted(found[1], found[2], down=True)
                if pattern is _RANGE
                else found[1].split(",")
            )
            head, tail = word[: found.start()], word[found.end() :]
            heads, tails = _expanded(head), _expanded(tail)
            made = (first + item + last for first in heads for item in inner for last in tails)
            return list(islice(made, _MOST + 1))
    return [word]


def _counted(first: str, last: str, down: bool) -> list[str]:
    """Return the numbers from *first* to *last*; ``{3..1}`` counts *down*, seq does not."""
    a, b = int(first), int(last)
    if a > b and not down:
        return []
    if abs(a - b) > _MOST:
        return ["*"]  # more than anyone wrote by hand
    step = 1 if a <= b else -1
    width = len(first) if down and first[0] == "0" and len(first) > 1 else 1
    return [f"{number:0{width}}" for number in range(a, b + step, step)]
