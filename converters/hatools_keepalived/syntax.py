"""How keepalived.conf is spelled: from text to the flat list of its statements.

Lines with the same text share one statement.  What is more than words carries
a `notes.Note`; where keepalived reads something else than the author clearly
meant, the words are keepalived's and ``note.meant`` is what was meant.
"""

from __future__ import annotations

import re
from itertools import compress
from typing import TYPE_CHECKING, Any

from hatools.text import Diagnostic, Document, Source, Statement
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN

if TYPE_CHECKING:
    from hatools_keepalived.notes import Unit

LINE_BYTES = 1023
"""The longest line that keepalived reads, without its line end (tried with 2.2.7)."""

_SURELY_SHORT = LINE_BYTES // 4
_SPECIAL = frozenset("\"'\\#!@$~{}<>=;*\0\x1c\x1d\x1e\x1f")
_LETTER = r"%&()+,\-./0-9:?@A-Z\[\]^_`a-z|"  # what is not special but at the start of a line
_ordinary = re.compile(
    rf"[ \t]*(?!include|[ \t@])([{_LETTER} \t]*[{_LETTER}])[ \t]*({{)?[ \t\r]*\Z"
).match
"""Matches a line of plain words: the words, perhaps a brace.

Most lines of a large file are met thousands of times, and those of its servers
only once; for these the one match takes the place of a chain of string methods.
"""
_QUOTED = rf'[ \t]*(?!include|@)([{_LETTER}]+)[ \t]+"([{_LETTER} \t]*)"[ \t\r]*\Z'
"""A keyword and one quoted word: what scripts are written as in nearly every file."""


class Remark:
    """A line that is nothing but a comment; false, so that it falls out of a list of statements."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __bool__(self) -> bool:
        return False


class Line:
    """A line that is more than one ordinary statement.

    *findings* are what is wrong with it; *unit* is its `notes.Unit`, and
    *continues* tells that the unit is a definition that goes on below.
    """

    __slots__ = ("continues", "findings", "remark", "statements", "unit")

    def __init__(
        self,
        statements: tuple[Statement, ...] = (),
        findings: tuple[tuple[str, int, int, tuple[object, ...]], ...] = (),
        unit: Unit | None = None,
        remark: str | None = None,
        continues: bool = False,
    ) -> None:
        self.statements = statements
        self.findings = findings
        self.unit = unit
        self.remark = remark
        self.continues = continues


Item = Statement | Remark | Line | None


class KeepalivedDocument(Document):
    """A document that knows whether keepalived's text language has any work in it.

    *simple*: no statement has a note and no brace stands alone, so the
    document is its own expansion.
    """

    __slots__ = ("simple",)

    def __init__(
        self,
        source: Source,
        statements: list[Statement],
        rows: list[int],
        diagnostics: list[Diagnostic],
        remarks: dict[int, str],
        simple: bool,
    ) -> None:
        super().__init__(source, statements, rows, diagnostics, remarks)
        self.simple = simple


def _statement(match: re.Match[str], comment: str = "") -> Statement:
    """Return the statement that `_ordinary` matched."""
    words, brace = match.groups()
    start, end = match.span(1)
    return Statement(tuple(words.split()), start, end, OPEN if brace else PLAIN, 1, None, comment)


class _Memo(dict[str, Item]):
    """What each line says, by its text; a line not met before is looked at.

    *odd* tells whether any `Line` was met, *remarked* whether any comment line,
    *gaps* whether any line says nothing.
    *commented* is the last statement with a comment behind it, by what stands
    before the comment.  Such lines are not remembered themselves: where each
    has a comment of its own, to keep them would cost more than to read them.
    Lines of more than *most* characters are looked at closely.
    """

    __slots__ = ("braces", "commented", "gaps", "most", "odd", "remarked")

    def __init__(self, most: int = _SURELY_SHORT) -> None:
        self.most = most
        self.odd = self.remarked = self.braces = self.gaps = False
        self.commented: dict[str, Statement] = {}

    def __missing__(self, line: str) -> Item:
        item: Item
        if len(line) > self.most:
            item = self._slow(line)
        elif "#" in line:
            code, _, comment = line.partition("#")
            comment = comment.strip()
            last = self.commented.get(code)
            if last is not None:
                if last.comment != comment:
                    last = self.commented[code] = Statement(
                        last.words, last.start, last.end, last.kind, 1, None, comment
                    )
                return last
            if (match := _ordinary(code)) and "//" not in code:
                last = self.commented[code] = _statement(match, comment)
                return last
            item = self._commented(line)
        elif (match := _ordinary(line)) and "//" not in line:
            item = _statement(match)
        elif "!" in line:
            item = self._commented(line)
        else:
            item = self._plain(line)
        self[line] = item
        return item

    def _commented(self, line: str) -> Item:
        """Return what a line with a comment, or what looks like one, says."""
        code, _, comment = line.partition("#")
        if "!" in code:
            code, _, comment = line.partition("!")
        if '"' in code or "\\" in code:
            return self._slow(line)
        bare = self[code]
        if type(bare) is Statement:
            last = self.commented[code] = Statement(
                bare.words, bare.start, bare.end, bare.kind, 1, None, comment.strip()
            )
            return last
        if bare is None:
            self.remarked = True
            return Remark(comment.strip())
        return self._slow(line)

    def _plain(self, line: str) -> Item:
        """Return what a line without a comment says that is more than ordinary words."""
        body = line.strip()
        if not line.isascii():
            return self._slow(line)
        if not body:
            self.gaps = True
            return None
        if body[-1] == '"' and "//" not in line and (quoted := re.match(_QUOTED, line)):
            return Statement(quoted.groups(), quoted.start(1), quoted.end(2) + 1)
        start = line.index(body[0])
        kind, end = PLAIN, start + len(body)
        if body[-1] == "{":
            body = body[:-1].rstrip()
            if not body:
                self.braces = True
                return Statement((), start, end, BRACE)
            kind, end = OPEN, start + len(body)
        elif body == "}":
            return Statement((), start, end, CLOSE)
        if not _SPECIAL.isdisjoint(body) or "//" in body or body.startswith("include"):
            return self._slow(line)
        return Statement(tuple(body.split()), start, end, kind)

    def _slow(self, line: str) -> Item:
        """Return what an unusual line says."""
        from hatools_keepalived.lines import look

        item = look(line)
        if isinstance(item, Line):
            self.odd = True
        elif isinstance(item, Remark):
            self.remarked = True
        elif item is None:
            self.gaps = True
        elif item.kind == BRACE:
            self.braces = True
        return item


def parse(source: Source) -> KeepalivedDocument:
    """Return the statements of *source*; never raises for what is in it."""
    memo = _Memo(0 if "\0" in source.text else _SURELY_SHORT)
    lines = source.lines
    found: list[Item] = list(map(memo.__getitem__, lines))
    if not (memo.odd or memo.remarked or memo.gaps):
        every: Any = found  # line is a statement
        return KeepalivedDocument(source, every, list(range(len(found))), [], {}, not memo.braces)
    remarks: dict[int, str] = {}
    if memo.remarked:  # statements are all true, which is quickly seen
        remarks = {
            row: item.text
            for row, item in enumerate(found)
            if not item and item is not None and type(item) is Remark
        }
    if memo.odd:
        from hatools_keepalived.lines import gather

        return gather(source, found, remarks, memo.braces)
    statements: list[Statement] = list(filter(None, found))  # type: ignore[arg-type]
    rows = list(compress(range(len(found)), found))
    return KeepalivedDocument(source, statements, rows, [], remarks, not memo.braces)
