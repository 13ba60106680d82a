"""From text to statements: a group or a key with its value, one for each line."""

from __future__ import annotations

from hatools.text import Document, Source, Statement
from hatools.text.document import PLAIN
from hatools_keyfile.faults import LINE, fault

KEY, GROUP, OTHER = 0, 1, 2  # Statement.note
_BLANKS = " \t\v\f\r"  # what GLib takes for white space, and no more
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


def parse(source: Source) -> Document:
    """Return the statements of *source*; words are the group, or key and value."""
    document = Document(source, [], [])
    for row, line in enumerate(source.lines):
        text = line.strip(_BLANKS)
        if not text:
            continue
        if text.startswith("#"):
            document.remarks[row] = text.lstrip("#").strip()
            continue
        start = line.index(text)
        end = start + len(text)
        key, equals, value = text.partition("=")
        if text.startswith("[") and text.endswith("]"):
            statement = Statement((text[1:-1],), start, end, PLAIN, 1, GROUP)
        elif equals and key.strip(_BLANKS):
            words = key.strip(_BLANKS), unescaped(value.strip(_BLANKS))
            statement = Statement(words, start, end)
            statement.note = KEY
        else:
            statement = Statement((text,), start, end, PLAIN, 1, OTHER)
            span = source.span(row + 1, start, end)
            message = "this is no key, no group and no comment: NetworkManager refuses the file"
            document.diagnostics.append(fault(LINE, message, span, "write KEY=VALUE"))
        document.statements.append(statement)
        document.rows.append(row)
    return document


def unescaped(text: str) -> str:
    """Return *text* with its escapes replaced; ``\\;`` stays for who splits a list."""
    if "\\" not in text:
        return text
    made, at = [], 0
    while at < len(text):
        following = text[at + 1 : at + 2]
        if text[at] == "\\" and following in _ESCAPES and following:
            made.append(_ESCAPES[following])
            at += 2
        else:
            made.append(text[at])
            at += 1
    return "".join(made)


def escaped(text: str) -> str:
    """Return *text* as a keyfile takes it."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    text = text.replace("\r", "\\r")
    bare = text.lstrip(" ")
    return "\\s" * (len(text) - len(bare)) + bare
