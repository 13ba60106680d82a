"""Lines that an answer is told in, each with its kind, and tables made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Line = tuple[str, str]  # kind, text
COLOURS = {"missed": "red", "held": "green", "dim": "bright_black"}  # by kind


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """Yield *rows* under *heads*, the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    for number, row in enumerate((heads, *rows)):
        cells = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "" if number else "title", "  ".join(cells).rstrip()
