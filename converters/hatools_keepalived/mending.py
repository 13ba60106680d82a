"""Mends what a reader remarks on, where a word or a line alone is wrong."""

from __future__ import annotations

from hatools.text import Edit, Expansion
from hatools.text.document import PLAIN
from hatools_keepalived.remarks import Remark


def mend(expansion: Expansion, index: int, remark: Remark) -> tuple[Edit, ...]:
    """Return the edits that mend the statement at *index*, none where that is not certain.

    What a definition or a sequence brought there is left alone.
    """
    if remark.instead is None:
        return ()
    hop = expansion.hop(index)
    document = expansion.documents[hop.document]
    statement, row = document.statements[hop.number], document.rows[hop.number]
    line = document.source.line(row + 1)
    start, end = statement.start, statement.start + len(statement.words[0])
    if hop.via or statement.note is not None or line[start:end] != statement.words[0]:
        return ()
    if remark.instead:
        at = document.source.offset(row + 1, start + 1)
        return (Edit(at, at + end - start, remark.instead, document.source.path),)
    alone = not line[:start].strip() and not line[statement.end :].strip()
    if statement.kind != PLAIN or statement.height > 1 or not alone:
        return ()
    return (Edit.delete_lines(document.source, row + 1, row + 1),)
