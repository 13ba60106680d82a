"""Sees to it that every block of an expansion is opened by a statement and closed once."""

from __future__ import annotations

from collections.abc import Callable

from hatools.text import Diagnostic, Expansion, Hop, Span, Statement
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN
from hatools_keepalived.faults import diagnostic
from hatools_keepalived.notes import Note

_DEEPEST = 8
"""No block of keepalived stands so deep."""


def opened(statement: Statement, note: object = None) -> Statement:
    """Return *statement* as the opening of a block, with *note* instead of its own if given."""
    return Statement(
        statement.words,
        statement.start,
        statement.end,
        OPEN,
        statement.height,
        note or statement.note,
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
    though its brace is missing, as keepalived has it.  A block whose keyword is known
    only further out ends the blocks in which it is not: one brace too few costs
    keepalived that block, not the rest of the file.
    """
    repair = _Repair(expansion)
    if repair.changed:
        expansion = Expansion(
            expansion.documents,
            repair.statements,
            repair.hops,
            expansion.skipped,
            expansion.diagnostics,
            expansion.version,
        )
    expansion.diagnostics = list(dict.fromkeys([*expansion.diagnostics, *repair.diagnostics]))
    return expansion


class _Repair:
    """Puts in the braces that are missing in *expansion*, opening and closing ones."""

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.statements: list[Statement] = []
        self.hops: list[Hop] = []
        self.diagnostics: list[Diagnostic] = []
        self.changed = False
        self.open: list[int] = []  # the blocks that are open, by their place in the expansion
        self.path: list[str] = []
        self.shifted: dict[int, int] = {}  # which block a brace further left closed, by its parent
        for index, statement in enumerate(expansion.statements):
            if statement.kind == CLOSE:
                self._close(index)
            elif statement.words:
                self._take(index, statement)
            else:
                self._add(statement, index)
        self._leave_open(0)

    def _add(self, statement: Statement, index: int) -> None:
        self.statements.append(statement)
        self.hops.append(self.expansion.hop(index))

    def _close(self, index: int) -> None:
        if not self.open:
            self.diagnostics.append(diagnostic("KA021", self.expansion.span(index)))
        else:
            block = self.open.pop()
            del self.path[-1:]
            if self.open and self._margin(index) < self._margin(block):
                self.shifted.setdefault(self.open[-1], block)
        self._add(self.expansion.statements[index], index)

    def _take(self, index: int, statement: Statement) -> None:
        """Take a statement with words: it may open a block, and end others."""
        from hatools_keepalived.keywords import blocks_known, lookup

        keyword, path = statement.words[0], tuple(self.path[: _DEEPEST + 1])
        if statement.kind == OPEN:
            depth = _home(path, keyword)
            if depth < len(path):
                statement = self._astray(statement, depth)
        elif len(path) <= _DEEPEST and (record := lookup(path, keyword)) and record.opens:
            following = self.expansion.statements[index + 1 : index + 2]
            if blocks_known((*path, keyword)) and following:
                statement = opened(statement)
                self.changed = True
                self.diagnostics.append(diagnostic("KA011", self.expansion.span(index)))
        self._add(statement, index)
        if statement.kind == OPEN:
            self.open.append(index)
            self.path.append(keyword)

    def _astray(self, statement: Statement, depth: int) -> Statement:
        """End the blocks beyond *depth*, where *statement* is not known; return it with a note."""
        inner = self.path[-1]
        for block in reversed(self.open[depth:]):
            self.statements.append(Statement((), statement.start, statement.start, CLOSE))
            self.hops.append(self.expansion.hop(block))
        self._leave_open(depth)
        self.changed = True
        was = statement.note
        note = Note(was.unit, was.meant, was.ignored) if isinstance(was, Note) else Note()
        note.assumed = (
            f"keepalived takes it for a part of the {inner} that is not closed above, where it"
            " does not know it; read as a block of its own"
        )
        return opened(statement, note)

    def _leave_open(self, depth: int) -> None:
        """Report the innermost of the blocks beyond *depth*, which nothing closes."""
        left = self.open[depth:]
        if not left:
            return
        place = self.shifted.get(left[-1], left[-1])
        around = len(left) - 1
        others = f", nor are the {around} around it" if around > 1 else ", nor the one around it"
        found = diagnostic("KA020", self.expansion.span(place), others if around else "")
        self.diagnostics.append(found)
        del self.open[depth:], self.path[depth:]

    def _margin(self, index: int) -> int:
        """Return how far a line is indented that begins with statement *index*; else a lot."""
        hop = self.expansion.hop(index)
        document = self.expansion.documents[hop.document]
        line = document.source.line(document.rows[hop.number] + 1)
        margin = len(line) - len(line.lstrip(" \t"))
        begins = document.statements[hop.number].start == margin
        closes = self.expansion.statements[index].kind == CLOSE
        return margin if begins else (len(line) if closes else -1)


def _home(path: tuple[str, ...], keyword: str) -> int:
    """Return how many of the blocks of *path* may stay open around the block *keyword*.

    All of them, where it is known in the innermost, or in none.
    """
    from hatools_keepalived.keywords import blocks_known, lookup

    known = len(path) <= _DEEPEST and blocks_known(path)
    for depth in range(len(path), -1, -1) if known else (0,):
        record = lookup(path[:depth], keyword)
        if record is not None and record.opens and not record.removed:
            return depth
    return len(path)
