"""Regular expressions as haproxy and keepalived write them (PCRE2), for Python's `re`."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": "A-Z", "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
OTHERWISE = {"R": r"(?:\r\n|[\n\x0b\f\r])", "h": r"[ \t]", "z": r"\Z", "Z": r"(?=\n?\Z)",
             "e": r"\x1b"}  # fmt: skip
PART = re.compile(r"\\(.)|\[:(\^?)(\w+):\]|\(\?<(?=[A-Za-z_])", re.DOTALL)


class Unusable(ValueError):
    """A pattern that Python cannot judge as PCRE2 would."""


@lru_cache(1024)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[bytes]:
    """Return *pattern* for bytes; raises `Unusable`."""
    said = PART.sub(_translated, pattern).encode("utf-8", "surrogateescape")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            return re.compile(said, flags)
    except (re.error, FutureWarning, RecursionError, OverflowError) as error:
        raise Unusable(
            f"the pattern {pattern!r} is not one that hatools can use: {error}"
        ) from None


def _translated(found: re.Match[str]) -> str:
    escaped, negated, name = found[1], found[2], found[3]
    if escaped is not None:
        return OTHERWISE.get(escaped, found[0])
    if name is None:
        return "(?P<"
    if negated or name not in CLASSES:
        return found[0]  # Python warns of it, and so it is not used
    return CLASSES[name]
