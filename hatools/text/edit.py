"""Changes to a text that leave every other byte alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hatools.text.source import Source


class Edit(NamedTuple):
    """Replace the characters from *start* to *end* (offsets, *end* exclusive) of *path*."""

    start: int
    end: int
    replacement: str
    path: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the edit for a machine: the file, two offsets in characters, the new text."""
        return {
            "path": self.path,
            "start": self.start,
            "end": self.end,
            "replacement": self.replacement,
        }

    @classmethod
    def delete_lines(cls, source: Source, first: int, last: int) -> Edit:
        """Take lines *first* to *last* (from 1, inclusive) out of *source*."""
        start, end = source.offset(first), source.offset(last + 1)
        return cls(start, min(end, len(source.text)), "", source.path)


def apply_edits(source: Source, edits: Iterable[Edit]) -> Source:
    """Return *source* with *edits* made; of two that overlap, the earlier wins.

    Edits that name another file are left alone.
    """
    text, pieces, done = source.text, [], 0
    for edit in sorted(edits):
        if edit.start < done or (edit.path and edit.path != source.path):
            continue
        pieces += [text[done : edit.start], edit.replacement]
        done = edit.end
    pieces.append(text[done:])
    return Source(source.path, "".join(pieces))
