"""From text to statements: one variable, or one route, for each line."""

from __future__ import annotations

from hatools.text import Document, Source, Statement
from hatools.text.document import PLAIN
from hatools_ifcfg.faults import LINE, fault

SETS, ROUTE, OTHER, RULE = 0, 1, 2, 3  # Statement.note
KINDS = ("route6", "route", "rule6", "rule")  # of files beside ifcfg-bond0: route-bond0, …
_ESCAPED = '"$`\\'


def kind_of(path: str) -> str:
    """Return ``route`` or ``rule`` for a file of routes or rules, by its name; else empty."""
    name = path.rpartition("/")[2]
    return next((kind.rstrip("6") for kind in KINDS if name.startswith(f"{kind}-")), "")


def device_of(path: str) -> str:
    """Return the device that a file's name ends with: ``ifcfg-bond0``, ``route6-bond0``."""
    name = path.rpartition("/")[2]
    for kind in ("ifcfg", *KINDS):
        _, found, tail = name.rpartition(f"{kind}-")
        if found:
            return tail
    return ""


def parse(source: Source) -> Document:
    """Return the statements of *source*: variable and value, or the words of a route or rule."""
    document = Document(source, [], [])
    kind = kind_of(source.path)
    for row, line in enumerate(source.lines):
        text = line.strip()
        if not text:
            continue
        if text.startswith("#"):
            document.remarks[row] = text.lstrip("#").strip()
            continue
        start = line.index(text)
        end = start + len(text)
        key, equals, rest = text.removeprefix("export ").partition("=")
        if kind == "rule":
            statement = Statement(tuple(text.split()), start, end, PLAIN, 1, RULE)
        elif equals and key.isidentifier() and key.isascii():
            value, used, comment = unquoted(rest)
            end = start + text.index("=") + 1 + used
            statement = Statement((key, value), start, end, PLAIN, 1, SETS, comment)
        elif kind:
            statement = Statement(tuple(text.split()), start, end, PLAIN, 1, ROUTE)
        else:
            statement = Statement((text,), start, end, PLAIN, 1, OTHER)
            span = source.span(row + 1, start, end)
            message = "this line sets no variable: nobody reads it"
            document.diagnostics.append(fault(LINE, message, span, "write NAME=VALUE"))
        document.statements.append(statement)
        document.rows.append(row)
    return document


def unquoted(text: str) -> tuple[str, int, str]:
    """Return a value without its quotes, how much of *text* it takes, a comment behind it."""
    made, quote, at = [], "", 0
    while at < len(text):
        sign = text[at]
        if sign == quote:
            quote = ""
        elif quote == "'":
            made.append(sign)
        elif sign == "\\" and at + 1 < len(text) and (not quote or text[at + 1] in _ESCAPED):
            at += 1
            made.append(text[at])
        elif not quote and sign in "'\"":
            quote = sign
        elif not quote and sign in " \t;":
            break
        else:
            made.append(sign)
        at += 1
    rest = text[at:].strip(" \t;\r")
    comment = rest[1:].strip() if rest.startswith("#") else ""
    return "".join(made), at, comment


def quoted(value: str) -> str:
    """Return *value* as a shell takes it for one word."""
    if value and all(sign.isalnum() or sign in "._-:/,+@%" for sign in value):
        return value
    return '"' + "".join("\\" + sign if sign in _ESCAPED else sign for sign in value) + '"'
