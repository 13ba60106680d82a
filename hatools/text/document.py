"""What a parser saw in one source: a flat run of statements.

Nothing is nested here.  Whether a line belongs to a block, or counts at all,
may depend on the place the configuration is for; that is an `Expansion`.
"""

from __future__ import annotations

from hatools.text.diagnostic import Diagnostic
from hatools.text.source import Source, Span

PLAIN, OPEN, CLOSE, BRACE = 0, 1, 2, 3


class Statement:
    """What one logical line says, without where it stands.

    Lines with the same text share one statement, so that a large file costs
    one object for each *different* line; the `Document` knows the places.

    *kind* is `PLAIN`, `OPEN` (a block begins here), `CLOSE` (a block ends) or
    `BRACE` (a block begins, named by the statement before).  `CLOSE` and
    `BRACE` have no words and are not counted as statements.
    *start* and *end* are 0-based columns, *end* in the last of *height* lines.
    *comment* is the text of a comment behind the statement, without its marker.
    *note* belongs to the format whose parser made the statement.
    """

    __slots__ = ("comment", "end", "height", "kind", "note", "start", "words")

    def __init__(
        self,
        words: tuple[str, ...],
        start: int = 0,
        end: int = 0,
        kind: int = PLAIN,
        height: int = 1,
        note: object = None,
        comment: str = "",
    ) -> None:
        self.words = words
        self.start = start
        self.end = end
        self.kind = kind
        self.height = height
        self.note = note
        self.comment = comment

    def __repr__(self) -> str:
        mark = {PLAIN: "", OPEN: " {", CLOSE: "}", BRACE: "{"}[self.kind]
        return f"<{' '.join(self.words)}{mark}>"


class Document:
    """The statements of one source, in order, and what was wrong with its lines.

    *statements* and *rows* run in parallel: ``rows[i]`` is the 0-based line on
    which ``statements[i]`` begins.  *remarks* maps the rows that hold nothing
    but a comment to its text, without the marker.
    """

    __slots__ = ("diagnostics", "remarks", "rows", "source", "statements")

    def __init__(
        self,
        source: Source,
        statements: list[Statement],
        rows: list[int],
        diagnostics: list[Diagnostic] | None = None,
        remarks: dict[int, str] | None = None,
    ) -> None:
        self.source = source
        self.statements = statements
        self.rows = rows
        self.diagnostics = diagnostics if diagnostics is not None else []
        self.remarks = remarks if remarks is not None else {}

    @property
    def text(self) -> str:
        """The document as text: the input, byte for byte (the law of losslessness)."""
        return self.source.text

    def span(self, index: int) -> Span:
        """Return where statement *index* stands."""
        statement = self.statements[index]
        return self.source.span(
            self.rows[index] + 1, statement.start, statement.end, statement.height
        )

    def text_of(self, index: int) -> str:
        """Return statement *index* as written, its lines joined by LF."""
        statement, row = self.statements[index], self.rows[index]
        lines = self.source.lines[row : row + statement.height]
        lines[-1] = lines[-1][: statement.end]
        lines[0] = lines[0][statement.start :]
        return "\n".join(lines)

    def above(self, index: int) -> tuple[str, ...]:
        """Return the comment lines that stand right above statement *index*, top first."""
        remarks = self.remarks
        if not remarks:
            return ()
        row = first = self.rows[index]
        while first - 1 in remarks:
            first -= 1
        return tuple(remarks[number] for number in range(first, row))

    def counted(self) -> list[int]:
        """Return the indexes of the statements that a ledger must account for."""
        return [i for i, statement in enumerate(self.statements) if statement.kind < CLOSE]
