"""Comments that silence findings: ``# hatools: ignore KA104 reason``.

Such a comment counts for its own line or, alone on a line, for the next
statement; ``ignore-file`` counts for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hatools.text import Diagnostic, Document, Severity, Span

MARK = "hatools:"
COMMENT = re.compile(r"hatools:\s*(ignore-file|ignore)\b[ \t]*([A-Z]{2}\d*(?:[ ,]+[A-Z]{2}\d+)*)?")
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
    statements = [row + 1 for row in document.rows]
    for number, line in enumerate(source.lines, 1):
        at = line.find(MARK)
        if at < 0:
            continue
        span = source.span(number, at, len(line.rstrip()), 1)
        matched = COMMENT.match(line, at)
        if not matched or not matched[2]:
            message = "this comment silences nothing: no code stands in it"
            advice = "write: hatools: ignore KA104 reason"
            yield Diagnostic(MALFORMED, Severity.WARNING, message, span, advice)
            continue
        codes = tuple(re.split(r"[ ,]+", matched[2]))
        where = 0
        if matched[1] == "ignore":
            alone = number not in statements
            where = next((row for row in statements if row > number), number) if alone else number
        yield Suppression(codes, where, span)


def apply(
    found: Iterable[Diagnostic], documents: Iterable[Document]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return the findings that remain, and those that were silenced.

    A suppression that silenced nothing is a finding itself.
    """
    known: list[tuple[str, Suppression]] = []
    remaining: list[Diagnostic] = []
    for document in documents:
        for one in suppressions(document):
            if isinstance(one, Diagnostic):
                remaining.append(one)
            else:
                known.append((document.source.path, one))
    used: set[int] = set()
    silenced: list[Diagnostic] = []
    for diagnostic in found:
        hit = [at for at, (path, one) in enumerate(known) if _silences(path, one, diagnostic)]
        used.update(hit)
        (silenced if hit else remaining).append(diagnostic)
    for at, (_, one) in enumerate(known):
        if at not in used:
            codes = " ".join(one.codes)
            message = f"nothing here is {codes}: the comment silences nothing"
            remaining.append(
                Diagnostic(UNUSED, Severity.INFO, message, one.span, "take the comment out")
            )
    return remaining, silenced


def _silences(path: str, one: Suppression, diagnostic: Diagnostic) -> bool:
    span = diagnostic.span
    if span is None or span.path != path:
        return False
    if one.line and not span.line <= one.line <= max(span.end_line, span.line):
        return False
    return any(diagnostic.code.startswith(code) for code in one.codes)
