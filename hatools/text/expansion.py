"""A document as it counts in one place: conditions decided, names replaced, files included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hatools.text.diagnostic import Diagnostic
from hatools.text.document import BRACE, CLOSE, OPEN, Document, Statement
from hatools.text.source import Span

_OPENING = (OPEN, BRACE)


class Hop(NamedTuple):
    """Where an expanded statement was written: statement *number* of document *document*.

    *via* are the places it came through, outermost first: the include line,
    the definition whose text it is.
    """

    document: int
    number: int
    via: tuple[Span, ...] = ()


class Expansion:
    """The statements that count in one place, with the way back to what was written.

    *documents* are the files read, the main one first.  Where nothing was
    conditional, replaced or included, *statements* is the main document's own
    list and *hops* is None: statement *i* is statement *i* as written.
    *skipped* tells, for what was written but stands in no expansion, why: a
    map from ``(document, index)`` to a pair of outcome name and reason.
    """

    __slots__ = (
        "_ends",
        "diagnostics",
        "documents",
        "hops",
        "skipped",
        "statements",
        "version",
    )

    def __init__(
        self,
        documents: list[Document],
        statements: list[Statement],
        hops: list[Hop] | None = None,
        skipped: dict[tuple[int, int], tuple[str, str]] | None = None,
        diagnostics: list[Diagnostic] | None = None,
        version: str = "",
    ) -> None:
        self.documents = documents
        self.statements = statements
        self.hops = hops
        self.skipped = skipped or {}
        self.diagnostics = diagnostics or []
        self.version = version
        self._ends: dict[int, int] | None = None

    @classmethod
    def joined(cls, documents: Sequence[Document], version: str = "") -> Expansion:
        """Return several files as one, each behind the one before it, nothing replaced."""
        first, *more = documents
        if not more:
            return cls([first], first.statements, version=version)
        statements = [each for one in documents for each in one.statements]
        hops = [Hop(n, at) for n, one in enumerate(documents) for at in range(len(one.statements))]
        return cls(list(documents), statements, hops, version=version)

    def hop(self, index: int) -> Hop:
        """Return where expanded statement *index* was written."""
        return self.hops[index] if self.hops is not None else Hop(0, index)

    def span(self, index: int) -> Span:
        """Return the place of expanded statement *index* in its own file."""
        hop = self.hop(index)
        return self.documents[hop.document].span(hop.number)

    @property
    def ends(self) -> dict[int, int]:
        """For each block, the index of its opening statement and of what closes it.

        An unclosed block ends where the statements end.  A closing brace too
        many closes nothing.  (A `BRACE` opens nothing by itself: expanding
        joins it to the statement before.)
        """
        if self._ends is None:
            ends: dict[int, int] = {}
            stack: list[int] = []
            for index, statement in enumerate(self.statements):
                kind = statement.kind
                if kind in _OPENING:
                    stack.append(index)
                elif kind == CLOSE and stack:
                    ends[stack.pop()] = index
            for index in stack:
                ends[index] = len(self.statements)
            self._ends = ends
        return self._ends

    def children(self, index: int) -> Iterator[int]:
        """Yield the indexes of the statements directly inside block *index* (-1: the whole)."""
        ends, statements = self.ends, self.statements
        if index < 0:
            at, stop = 0, len(statements)
        elif index in ends:
            at, stop = index + 1, ends[index]
        else:
            return
        while at < stop:
            statement = statements[at]
            if statement.words:
                yield at
            at = ends.get(at, at) + 1

    def comments(self, index: int) -> tuple[tuple[str, ...], str]:
        """Return the comment lines right above statement *index*, and the one behind it."""
        hop = self.hop(index)
        document = self.documents[hop.document]
        return document.above(hop.number), document.statements[hop.number].comment
