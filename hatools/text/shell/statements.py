"""From the text of a script to its statements: one for each command, whatever line it is on.

Words are unquoted here, but variables stay as written until a place is known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from hatools.text.diagnostic import Diagnostic
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN, Document, Statement
from hatools.text.shell.line import BLANKS, Fault, Piece, prompt_end, split_line
from hatools.text.source import Source, Span

SAID, LIVE, LISTING, FLOW, DATA, MARK = 0, 1, 2, 3, 4, 5  # what a statement is
_HARD = "\\`#;&|<>()"
_SOFT = "$'\"{}"
_NO_VARIABLE = re.compile(r"\$(?![A-Za-z_{])").search
_BRACED = re.compile(r"\$\{[A-Za-z_]\w*\}", re.ASCII).findall
_JOINING = ("||", "&&", "|")
_LIST = re.compile(r"\s*(?:[a-z]+ +(?:-\w+ +)*)?[A-Za-z_]\w*\+?=\(", re.ASCII).match
_BEFORE_QUOTE = " \t=([{,:$"  # elsewhere an apostrophe is one of prose
_MOST_ROWS = 100  # of a quoted text, or of a list of words
_PATIENCE = 10_000  # rows of a script that are looked through for what closes a quote
_FLOW = frozenset(
    ("if", "then", "elif", "else", "fi", "for", "while", "until", "select", "do", "done", "case",
     "esac", "in", "function")
)  # fmt: skip


class Shape(NamedTuple):
    """The note of a statement about which there is more to say than what it is."""

    kind: int
    live: bool = False
    redirects: tuple[tuple[str, str], ...] = ()
    joint: str = ""


class Dialect(NamedTuple):
    """What the scripts of one *program* may hold beside commands.

    Lines that begin with one of *listings* are taken word for word, their kind is
    `LISTING`.  *complain* says what a fault of spelling is; None passes over it.
    """

    program: str
    complain: Callable[[Fault, Span], Diagnostic | None]
    listings: tuple[str, ...] = ()


def shape(statement: Statement) -> Shape:
    """Return what is known of *statement* as a part of a script."""
    note = statement.note
    if isinstance(note, Shape):
        return note
    return Shape(note, note == LIVE) if isinstance(note, int) else Shape(SAID)


def with_words(statement: Statement, words: tuple[str, ...], note: object) -> Statement:
    """Return *statement* with other words."""
    kind = PLAIN if statement.kind == OPEN else statement.kind
    return Statement(
        words, statement.start, statement.end, kind, statement.height, note, statement.comment
    )


def parse(source: Source, dialect: Dialect) -> Document:
    """Return the statements of *source*, one for each command and each line of a listing."""
    document = Document(source, [], [])
    careful = _Careful(document, dialect)
    lines, text = source.lines, source.text
    hard = [sign for sign in _HARD if sign in text]
    soft = [sign for sign in _SOFT if sign in text]
    plain_text = text.isascii()
    odd = _FLOW.union(each.split()[0] for each in dialect.listings)
    statements, rows = document.statements, document.rows
    row, count = 0, len(lines)
    while row < count:
        line = lines[row]
        words, note = tuple(line.split()), SAID
        if not words:
            row = row + 1 if plain_text or line.isascii() else careful.take(row)
            continue
        if words[0] in odd or _holds(line, hard) or not (plain_text or line.isascii()):
            row = careful.take(row)
            continue
        if soft and _holds(line, soft):
            easy = _easy(line, words)
            if easy is None:
                row = careful.take(row)
                continue
            words, note = easy, LIVE if "$" in line else SAID
        start = 0 if line[0] > " " else len(line) - len(line.lstrip())
        end = len(line) if line[-1] > " " else len(line.rstrip())
        statements.append(Statement(words, start, end, PLAIN, 1, note))
        rows.append(row)
        row += 1
    return document


def _holds(line: str, signs: list[str]) -> bool:
    """Tell whether one of *signs* is in *line*."""
    for sign in signs:  # noqa: SIM110 - a generator would cost as much as the search
        if sign in line:
            return True
    return False


def _easy(line: str, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return *words* without quotes around whole ones; None where it takes a closer look.

    *line* has no other of a shell's signs than quotes and variables.
    """
    if "$" in line and _NO_VARIABLE(line):
        return None
    if "{" in line or "}" in line:
        named = len(_BRACED(line))
        if named != line.count("{") or named != line.count("}"):
            return None
    if "'" not in line and '"' not in line:
        return words
    bare = []
    for word in words:
        if "'" in word or '"' in word:
            inner = word[1:-1]
            if word[0] != word[-1] or len(word) < 2 or word[0] not in "'\"":
                return None
            if "'" in inner or '"' in inner or (word[0] == "'" and "$" in inner):
                return None
            bare.append(inner)
        else:
            bare.append(word)
    return tuple(bare)


class _Careful:
    """Takes lines that need a closer look."""

    def __init__(self, document: Document, dialect: Dialect) -> None:
        self.document = document
        self.dialect = dialect
        self.lines = document.source.lines
        self.joint = ""  # what joins the next command to those above
        self.patience = _PATIENCE

    def take(self, row: int) -> int:
        """Take the logical line that begins on *row*; return the row after it."""
        line = self.lines[row]
        text = line.strip(BLANKS)
        start = len(line) - len(line.lstrip(BLANKS))
        if self.dialect.listings and text.startswith(self.dialect.listings):
            self._append(row, Statement(tuple(line.split()), start, len(line.rstrip()), PLAIN, 1,
                                        LISTING))  # fmt: skip
            return row + 1
        self.joint = ""
        row = self._logical(row)
        while self.joint and row < len(self.lines):
            row = self._logical(row)
        return row

    def _logical(self, row: int) -> int:
        """Take a line with all the lines that continue it, and its here-documents."""
        text = self.lines[row].strip(BLANKS)
        if not text or text.startswith(("#", "```")):
            if text:
                self.document.remarks[row] = text.lstrip("#!").strip()
            return row + 1
        begin, rows = row, [self.lines[row]]
        while _continues(rows[-1]) and row + 1 < len(self.lines):
            row += 1
            rows.append(self.lines[row])
        row += self._open_ones(row, rows)
        whole = "\n".join(rows)
        starts = [0]
        for each in rows[:-1]:
            starts.append(starts[-1] + len(each) + 1)
        listed = _in_a_list(whole, self.dialect.program)
        start, stop = listed or (prompt_end(rows[0]), len(whole))
        parts: list[Piece]
        faults: list[Fault] = []
        if start >= len(whole.rstrip()):
            text = whole.strip(BLANKS)
            at = whole.index(text)
            parts = [Piece((text,), at, at + len(text))]  # a prompt without a command
        else:
            parts, faults = split_line(whole[:stop], start)
        ours = text.startswith("-") or self.dialect.program in whole
        for each_fault in faults:
            if ours or not each_fault.quote:
                self._complain(begin, starts, each_fault)
        if not parts:
            self.document.remarks[begin] = whole.partition("#")[2].strip() or whole.strip(BLANKS)
        for part in parts:
            self._add(begin, starts, part if part.joint else part._replace(joint=self.joint))
            self.joint = ""
        if parts and not parts[-1].comment:
            end = whole[:stop].rstrip()
            self.joint = next((sign for sign in _JOINING if end.endswith(sign)), "")
        row += 1
        for part in parts:
            if part.mark:
                row = self._here(row, part)
        return row

    def _open_ones(self, row: int, rows: list[str]) -> int:
        """Add to *rows* those up to the end of what they leave open; return how many.

        A command of the program's, or a line of a listing, shows that a quote was forgotten.
        """
        start = prompt_end(rows[0])
        whole = "\n".join(rows)
        more: list[str] = []
        closing = _left_open(whole, start)
        while closing:
            row += 1
            self.patience -= 1
            if row == len(self.lines) or len(more) == _MOST_ROWS or self.patience < 0:
                return 0
            line = self.lines[row]
            if self._begins_anew(line):
                return 0
            more.append(line)
            whole = f"{whole}\n{line}"
            if closing in line:
                closing = _left_open(whole, start)
        rows += more
        return len(more)

    def _begins_anew(self, line: str) -> bool:
        """Tell whether *line* is a line of a listing, of a save, or a command of the program's."""
        text = line[prompt_end(line) :].strip(BLANKS)
        if text.startswith(("-", "```", *self.dialect.listings)):
            return True
        program = self.dialect.program
        return any(word.strip("'\"").endswith(program) for word in text.split(None, 4)[:4])

    def _complain(self, row: int, starts: list[int], fault: Fault) -> None:
        down, column = _spot(starts, fault.at)
        span = self.document.source.span(row + 1 + down, column, column + 1)
        complaint = self.dialect.complain(fault, span)
        if complaint is not None:
            self.document.diagnostics.append(complaint)

    def _append(self, row: int, statement: Statement) -> None:
        self.document.statements.append(statement)
        self.document.rows.append(row)

    def _add(self, row: int, starts: list[int], part: Piece) -> None:
        """Append the statement of *part*."""
        first, start = _spot(starts, part.start)
        last, end = _spot(starts, part.end)
        words, kind = part.words, PLAIN
        what = LIVE if part.live else SAID
        if words in (("{",), ("}",)):
            kind = BRACE if words == ("{",) else CLOSE
            words, what = (), FLOW
        elif words and (words[0] in _FLOW or words[0][-1:] in ("(", ")") or "()" in words[:2]):
            what = FLOW
        note: object = what
        if part.redirects or part.joint:
            note = Shape(what, part.live, part.redirects, part.joint)
        height = last - first + 1
        self._append(row + first, Statement(words, start, end, kind, height, note, part.comment))

    def _here(self, row: int, part: Piece) -> int:
        """Take the lines of a here-document up to its mark; return the row after it."""
        while row < len(self.lines):
            line = self.lines[row]
            text = line.strip(BLANKS)
            if text:
                start = line.index(text)
                words, note = tuple(text.split()), Shape(DATA, "$" in text and not part.raw)
                if text == part.mark:
                    words, note = (text,), Shape(MARK)
                end = start + len(text)
                self._append(row, Statement(words, start, end, PLAIN, 1, note))
            row += 1
            if text == part.mark:
                break
        return row


def _continues(line: str) -> bool:
    """Tell whether *line* ends with a backslash that is not escaped itself."""
    text = line.rstrip("\r")
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _left_open(text: str, start: int) -> str:
    """Return what would close the quote, or the list of words ``NAME=(A B``, that is open."""
    listed = _LIST(text, start) is not None
    if not listed and "'" not in text and '"' not in text:
        return ""
    parts, faults = split_line(text, start)
    opened = next((fault.at for fault in faults if fault.quote), -1)
    if opened >= 0:
        return text[opened] if not opened or text[opened - 1] in _BEFORE_QUOTE else ""
    last = parts[-1].words[-1:] if parts else ()
    return ")" if listed and last and not last[0].endswith(")") else ""


def _in_a_list(line: str, program: str) -> tuple[int, int] | None:
    """Return where a command begins and ends that is quoted as an item of a YAML list."""
    text = line.strip(BLANKS)
    inner = text[1:].strip(BLANKS)
    if not text.startswith("- ") or inner[:1] not in ("'", '"') or program not in inner:
        return None
    if len(inner) < 2 or inner[-1] != inner[0]:
        return None
    return line.index(inner) + 1, line.index(inner) + len(inner) - 1


def _spot(starts: list[int], at: int) -> tuple[int, int]:
    """Return row and column of offset *at* in a logical line whose rows begin at *starts*."""
    row = bisect_right(starts, at) - 1
    return row, at - starts[row]
