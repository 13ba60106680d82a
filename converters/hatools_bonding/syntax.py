"""From text to statements: a name and its value for each line."""

from __future__ import annotations

from hatools.text import Document, Source, Statement
from hatools.text.document import PLAIN


def parse(source: Source) -> Document:
    """Return the statements of *source*; words are what is named, and its value.

    Of ``/sys/class/net/bond0/bonding/mode:active-backup 1`` the path is the name.
    """
    document = Document(source, [], [])
    for row, line in enumerate(source.lines):
        text = line.strip()
        if not text:
            continue
        if text.startswith("#"):
            document.remarks[row] = text.lstrip("#").strip()
            continue
        start = line.index(text)
        mark = ":" if text.startswith("/") or ": " not in text else ": "
        name, colon, value = text.partition(mark)
        if text.endswith(":"):
            name, value = text[:-1], ""
        words = (name.strip(), value.strip()) if colon or text.endswith(":") else (text,)
        document.statements.append(Statement(words, start, start + len(text), PLAIN))
        document.rows.append(row)
    return document
