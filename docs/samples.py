"""The record of a keyword in a small text where it may stand."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A keyword: where it stands, since and until when it is known, what to write instead.

    It stands on line *line* (from 1) of the text *sample*; *bare* is the same
    text without it, where the line says other things, too.
    """

    where: str
    keyword: str
    since: str
    until: str
    instead: str
    sample: str
    line: int
    bare: str = ""
