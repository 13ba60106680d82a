"""Takes whole services out of a file in which nothing was expanded, by stretches of its lines.

Here every statement stands where it counts, so that a service goes as one
stretch, however many servers it has.  `leaving` does the same, statement by
statement, where conditions, definitions or includes are at work.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from hatools.text import Document, Edit, Expansion
from hatools.text.document import CLOSE

Stretch = tuple[int, int]  # first and last, of statements or of rows


def cut(
    expansion: Expansion, goes: Callable[[Expansion, int], Iterable[int]]
) -> tuple[frozenset[tuple[int, int]], list[Edit]] | None:
    """Return the statements that stay, as (document, number), and the edits that take out the rest.

    *goes* names, for a statement outside of all blocks, those that go with all
    that is in them.  None where statements that stay share a line with some
    that go, or where blocks are not closed.
    """
    stretches = _stretches(expansion, goes)
    if stretches is None:
        return None
    document = expansion.documents[0]
    rows, statements = document.rows, document.statements
    staying: list[tuple[int, int]] = []
    done = 0
    for first, last in [*stretches, (len(rows), len(rows))]:
        staying += [(0, index) for index in range(done, first) if statements[index].kind < CLOSE]
        if first < len(rows):
            if first and rows[first - 1] == rows[first]:
                return None
            if last + 1 < len(rows) and rows[last + 1] == rows[last]:
                return None
        done = last + 1
    runs = _runs(document, stretches)
    return frozenset(staying), _deletions(document, runs)


def _stretches(
    expansion: Expansion, goes: Callable[[Expansion, int], Iterable[int]]
) -> list[Stretch] | None:
    """Return the statements that go, those side by side as one stretch."""
    ends, found = expansion.ends, list[Stretch]()
    before = -1
    for top in expansion.children(-1):
        if top <= before:
            return None
        before = ends.get(top, top)
        for index in goes(expansion, top):
            last = ends.get(index, index)
            if last > before or before >= len(expansion.statements):
                return None
            if found and found[-1][1] == index - 1:
                found[-1] = (found[-1][0], last)
            else:
                found.append((index, last))
    return found


def _runs(document: Document, stretches: list[Stretch]) -> list[Stretch]:
    """Return the rows that go: statements, comments right above them, blank rows between them."""
    rows, remarks, lines = document.rows, document.remarks, document.source.lines
    noted = sorted(remarks)
    runs: list[Stretch] = []
    for start, stop in stretches:
        first, last = rows[start], rows[stop]
        at = _above(remarks, first)
        number = bisect_right(noted, first)
        while number < len(noted) and noted[number] < last:
            # Between two statements that go: comments with a blank row below them stay.
            below = bisect_left(rows, noted[number])
            kept = _above(remarks, rows[below])
            if noted[number] < kept:
                runs.append((at, rows[below - 1]))
                at = kept
            number = bisect_right(noted, rows[below], number)
        runs.append((at, last))
    for place, (first, last) in enumerate(runs):
        if first and lines[first - 1].strip():
            continue
        while last + 1 < len(lines) and not lines[last + 1].strip() and not _has(rows, last + 1):
            last += 1  # of blank rows that would be doubled one stays
        runs[place] = (first, last)
    return runs


def _above(remarks: dict[int, str], row: int) -> int:
    """Return the first of the rows that are comments right above *row*; *row* without any."""
    while row - 1 in remarks:
        row -= 1
    return row


def _has(rows: list[int], row: int) -> bool:
    """Tell whether a statement stands on *row*."""
    place = bisect_left(rows, row)
    return place < len(rows) and rows[place] == row


def _deletions(document: Document, runs: list[Stretch]) -> list[Edit]:
    """Return the edits that delete *runs* of rows."""
    source = document.source
    lines, size = source.lines, len(source.text)
    edits: list[Edit] = []
    offset = done = 0
    for first, last in runs:
        offset += sum(map(len, lines[done:first])) + first - done
        start, done = offset, last + 1
        offset += sum(map(len, lines[first:done])) + done - first
        edits.append(Edit(start, min(offset, size), "", source.path))
    return edits
