"""From text to statements: a name and its value for each line."""

from __future__ import annotations

from hatools.text import Document, Source, Statement
from hatools.text.document import PLAIN
from hatools_bonding.ip_link import line_shown, parse_json


def parse(source: Source) -> Document:
    """Return the statements of *source*; words are what is named, and its value.

    What ``ip -d link`` shows has a note of what it says (`hatools_bonding.ip_link`).
    Of ``/sys/class/net/bond0/bonding/mode:active-backup 1`` the path is the name.
    """
    document = Document(source, [], [])
    listed = parse_json(source)
    if listed is not None:
        document.statements, document.rows = listed
        return document
    inside = False
    for row, line in enumerate(source.lines):
        text = line.strip()
        if not text:
            continue
        shown = line_shown(line, inside)
        inside = shown is not None
        if shown is not None:
            start = line.index(text)
            words = tuple(text.split())
            document.statements.append(Statement(words, start, start + len(text), note=shown))
            document.rows.append(row)
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
