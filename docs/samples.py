"""The record of a keyword in a small text where it may stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hatools.plugin.keywords import Keyword


class Row(NamedTuple):
    """A keyword in a sample.

    It stands on line *line* (from 1) of the text *sample*; *bare* is the same
    text without it, where the line says other things, too.  *where* is the
    heading under which it is shown; *path* is what the text's file is called.
    """

    where: str
    keyword: Keyword
    sample: str
    line: int
    bare: str = ""
    path: str = "sample"


def by_place(keywords: Iterable[Keyword]) -> Mapping[tuple[str, str], Keyword]:
    """Return *keywords* by name and place; where two kinds share both, the first."""
    found: dict[tuple[str, str], Keyword] = {}
    for keyword in keywords:
        for place in keyword.places:
            found.setdefault((keyword.name, place), keyword)
    return found
