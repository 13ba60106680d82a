"""A source text, and stretches of it."""

from __future__ import annotations

from itertools import accumulate, islice
from typing import NamedTuple


class Token(NamedTuple):
    """One word of a line: its value after unquoting, and where it stands.

    *start* and *end* are 0-based character offsets in the line, *end* exclusive.
    """

    text: str
    start: int
    end: int
    quoted: bool = False


class Span(NamedTuple):
    """A stretch of a source; lines and columns count from 1, the end column is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Source:
    """One text with its name; bytes that are not UTF-8 survive the round trip.

    Lines end with LF; a CR before it belongs to the line's text.  The last
    line has no LF when the text does not end with one.
    """

    __slots__ = ("_lengths", "_lines", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None
        self._lengths = [0]  # of all lines above each line, as far down as was asked

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """Decode *data* so that `to_bytes` gives it back exactly."""
        return cls(path, data.decode("utf-8", "surrogateescape"))

    def to_bytes(self) -> bytes:
        """Return the bytes this source was made from."""
        return self.text.encode("utf-8", "surrogateescape")

    @property
    def lines(self) -> list[str]:
        """The lines without their LF; a text that ends with LF has no empty line after it."""
        if self._lines is None:
            lines = self.text.split("\n")
            if not lines[-1]:
                lines.pop()
            self._lines = lines
        return self._lines

    def offset(self, line: int, column: int = 1) -> int:
        """Return the offset in the text of a 1-based *line* and *column*."""
        above = self._lengths
        if len(above) < line:
            lengths = map(len, self.lines[len(above) - 1 : line - 1])
            above += islice(accumulate(lengths, initial=above[-1]), 1, None)
        return above[line - 1] + line - 1 + column - 1

    def line(self, number: int) -> str:
        """Return line *number* (from 1), without LF; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span(self, line: int, start: int, end: int, height: int = 1) -> Span:
        """Return the span from 0-based column *start* of *line* (from 1) to *end*.

        With *height* over 1, *end* is a column of the last of that many lines.
        """
        return Span(self.path, line, start + 1, line + height - 1, end + 1)

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"
