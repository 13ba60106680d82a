"""Sees to it that every block of an expansion is opened by a statement and closed once."""

from __future__ import annotations

from collections.abc import Callable

from hatools.text import Diagnostic, Expansion, Hop, Span, Statement
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN
from hatools_keepalived.faults import diagnostic


def opened(statement: Statement) -> Statement:
    """Return *statement* as the opening of a block."""
    return Statement(
        statement.words,
        statement.start,
        statement.end,
        OPEN,
        statement.height,
        statement.note,
        statement.comment,
    )


def join_braces(
    statements: list[Statement],
    hops: list[Hop],
    span_of: Callable[[int], Span],
    diagnostics: dict[Diagnostic, None],
) -> None:
    """Join each brace that stands alone to the statement before it, in place.

    One that follows no statement opens nothing; it goes, and the brace that
    would close it with it.
    """
    if not any(statement.kind == BRACE for statement in statements):
        return
    kept: list[int] = []
    stack: list[bool] = []  # for each brace that is open: does it stay?
    for index, statement in enumerate(statements):
        kind = statement.kind
        if kind == BRACE:
            before = kept[-1] if kept and kept[-1] == index - 1 else -1
            joins = before >= 0 and statements[before].kind == PLAIN
            stack.append(joins)
            if joins:
                statements[before] = opened(statements[before])
            else:
                diagnostics[diagnostic("KA012", span_of(index))] = None
            continue
        if kind == OPEN:
            stack.append(True)
        elif kind == CLOSE and stack and not stack.pop():
            continue
        kept.append(index)
    statements[:] = [statements[index] for index in kept]
    hops[:] = [hops[index] for index in kept]


def balance(expansion: Expansion) -> Expansion:
    """Return *expansion*, whose braces do not match, with diagnostics on those that are left.

    In such a file a keyword that must open a block opens it even
    though its brace is missing, as keepalived has it.
    """
    statements, changed = _repaired(expansion)
    if changed:
        expansion = Expansion(
            expansion.documents,
            statements,
            expansion.hops,
            expansion.skipped,
            expansion.diagnostics,
            expansion.version,
        )
        expansion.diagnostics += [diagnostic("KA011", expansion.span(at)) for at in changed]
    depth: list[int] = []
    for index, statement in enumerate(expansion.statements):
        if statement.kind == OPEN:
            depth.append(index)
        elif statement.kind == CLOSE:
            if depth:
                depth.pop()
            else:
                expansion.diagnostics.append(diagnostic("KA021", expansion.span(index)))
    expansion.diagnostics += [diagnostic("KA020", expansion.span(index)) for index in depth]
    expansion.diagnostics = list(dict.fromkeys(expansion.diagnostics))
    return expansion


def _repaired(expansion: Expansion) -> tuple[list[Statement], list[int]]:
    """Return the statements with missing opening braces put in, and where."""
    from hatools_keepalived.keywords import blocks_known, lookup

    statements = list(expansion.statements)
    changed: list[int] = []
    path: list[str] = []
    for index, statement in enumerate(statements):
        kind = statement.kind
        if kind == CLOSE:
            del path[-1:]
        elif kind == OPEN:
            path.append(statement.words[0])
        elif statement.words and (keyword := lookup(tuple(path), statement.words[0])):
            inner = (*path, statement.words[0])
            if keyword.opens and blocks_known(inner) and statements[index + 1 : index + 2]:
                statements[index] = opened(statement)
                changed.append(index)
                path.append(statement.words[0])
    return statements, changed
