"""Comments that silence findings: ``# hatools: ignore KA305 reason``.

Such a comment counts for its own line or, alone on a line, for the next
statement; ``ignore-file`` counts for the whole file.  What a comment is, the
file's own format says: the marker may be ``#``, ``!`` or another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from hatools.lint.run import MARK
from hatools.text import Diagnostic, Document, Severity, Span

_CODE = r"[A-Z]{2,5}\d{3}\b"
COMMENT = re.compile(
    rf"hatools:\s*(ignore-file|ignore)\b[ \t]*(?:({_CODE}(?:[ ,]+{_CODE})*|[A-Z]{{2,5}}\d*)(?!\w))?"
)
UNUSED = "TX090"
MALFORMED = "TX091"


class Suppression(NamedTuple):
    """One comment: the *codes* it silences, on *line* or (0) in the whole file, and its place."""

    codes: tuple[str, ...]
    line: int
    span: Span


def suppressions(document: Document) -> Iterator[Suppression | Diagnostic]:
    """Yield the suppressions of *document*, and a remark for each comment that is none."""
    source = document.source
    if MARK not in source.text:
        return
    rows = sorted(set(document.rows))
    for row, alone in _comments(document):
        line = source.lines[row]
        at = line.rfind(MARK)
        span = source.span(row + 1, at, len(line.rstrip()), 1)
        matched = COMMENT.match(line, at)
        if not matched or not matched[2]:
            message = "this comment silences nothing: no code stands in it"
            advice = "write: hatools: ignore KA305 reason"
            yield Diagnostic(MALFORMED, Severity.WARNING, message, span, advice)
            continue
        where = 0
        if matched[1] == "ignore":
            after = next((one for one in rows if one > row), row) if alone else row
            where = after + 1
        yield Suppression(tuple(re.split(r"[ ,]+", matched[2])), where, span)


def _comments(document: Document) -> Iterator[tuple[int, bool]]:
    """Yield the rows whose comment has the mark, and whether the comment stands there alone."""
    found: dict[int, bool] = {}
    lines = document.source.lines
    for row, text in document.remarks.items():
        if MARK in text and row < len(lines) and MARK in lines[row]:
            found[row] = True
    for row, statement in zip(document.rows, document.statements, strict=True):
        if MARK in statement.comment:
            for each in range(row, min(row + statement.height, len(lines))):
                if MARK in lines[each]:
                    found[each] = False
    yield from sorted(found.items())


def apply(
    found: Iterable[Diagnostic],
    documents: Iterable[Document],
    judged: Callable[[str], bool] = lambda code: True,
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return the findings that remain, and those that were silenced.

    A code in a suppression that silenced nothing is a finding itself, unless
    *judged* says that what begins with it was not looked for.
    """
    known: dict[str, list[Suppression]] = {}
    remaining: list[Diagnostic] = []
    for document in documents:
        for one in suppressions(document):
            if isinstance(one, Diagnostic):
                remaining.append(one)
            else:
                known.setdefault(document.source.path, []).append(one)
    used: set[tuple[Suppression, str]] = set()
    silenced: list[Diagnostic] = []
    for diagnostic in found:
        hits = list(_hits(known, diagnostic)) if known else []
        used.update(hits)
        (silenced if hits else remaining).append(diagnostic)
    for own in known.values():
        for one in own:
            idle = [code for code in one.codes if (one, code) not in used and judged(code)]
            if idle:
                message = f"nothing here is {' or '.join(idle)}: the comment silences nothing"
                if len(idle) < len(one.codes):
                    message = f"nothing here is {' or '.join(idle)}"
                remaining.append(
                    Diagnostic(UNUSED, Severity.INFO, message, one.span, "take it out")
                )
    return remaining, silenced


def _hits(
    known: Mapping[str, list[Suppression]], diagnostic: Diagnostic
) -> Iterator[tuple[Suppression, str]]:
    """Yield the suppressions that silence *diagnostic*, each with the code that does."""
    span = diagnostic.span
    if span is None:
        return
    for one in known.get(span.path, ()):
        if not one.line or span.line <= one.line <= span.end_line:
            for code in one.codes:
                if diagnostic.code.startswith(code):
                    yield one, code
