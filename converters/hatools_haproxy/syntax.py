"""From text to statements: how haproxy.cfg is spelled.

A statement is one line; a section begins at a *head* (`is_head`) and has no
braces, so that every statement is `PLAIN`.  An ordinary line costs a
`str.split`; one with a quote, a backslash or a character beyond ASCII is read
by `hatools_haproxy.lexer`.  Spelled after what haproxy 2.6 takes and refuses.
"""

from __future__ import annotations

import gc
from typing import Any

from hatools.text import Diagnostic, Document, Edit, Source, Statement, Token
from hatools.text.document import PLAIN
from hatools_haproxy.codes import remark
from hatools_haproxy.lexer import BLANKS, SPACES_OF_OTHERS, lex
from hatools_haproxy.strangers import strangers

HEADS = {
    "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist",
    "mailers", "cache", "program", "ring", "http-errors", "log-forward", "log-profile",
    "fcgi-app", "crt-store", "traces", "acme", "healthcheck", "namespace_list", "ruleset",
}  # fmt: skip
"""The words that begin a section, of all versions."""
DIRECTIVES = {".if", ".elif", ".else", ".endif", ".diag", ".notice", ".warning", ".alert"}
MOST_WORDS = 64
NEWEST = "3.3"
"""The version that is meant where none was named."""


class Note:
    """What a statement is besides its words.

    *head*: it begins a section.  *directive*: it steers the reading (``.if`` and
    its kin, a scope line).  *late*: its words depend on the environment and
    hold ``${NAME}`` as written.  *needs*: after expanding, the variables whose
    values nobody gave; their ``${NAME}`` is still in the words.
    """

    __slots__ = ("directive", "head", "late", "needs")

    def __init__(
        self,
        *,
        head: bool = False,
        directive: bool = False,
        late: bool = False,
        needs: tuple[str, ...] = (),
    ) -> None:
        self.head = head
        self.directive = directive
        self.late = late
        self.needs = needs


HEAD, DIRECTIVE, LATE = Note(head=True), Note(directive=True), Note(late=True)
LATE_HEAD, LATE_DIRECTIVE = Note(head=True, late=True), Note(directive=True, late=True)
_NOTES = dict.fromkeys(HEADS, HEAD)
# A first word that begins so is a directive, a scope line, or another language's.
_ODD_FIRST = frozenset(".[/;!{}")
_ODD_CHARACTERS = ("\x1c", "\x1d", "\x1e", "\x1f", "\x85")  # `str.split` parts words at these
# The word that is an address, where variables count even outside double quotes.
ADDRESS_WORD = {
    "bind": 1, "server": 2, "server-template": 3, "peer": 2, "nameserver": 2, "mailer": 2,
    "log": 1, "source": 1, "dispatch": 1,
}  # fmt: skip


class HaproxyDocument(Document):
    """A document that knows whether anything in it depends on the place (*steered*)."""

    __slots__ = ("steered",)
    steered: bool


def is_head(statement: Statement) -> bool:
    """Tell whether *statement* begins a section."""
    note = statement.note
    return note is not None and note.head  # type: ignore[attr-defined]


def is_directive(statement: Statement) -> bool:
    """Tell whether *statement* only steers the reading (``.if``, ``.notice``, ``[scope]``)."""
    note = statement.note
    return note is not None and note.directive  # type: ignore[attr-defined]


def needs(statement: Statement) -> tuple[str, ...]:
    """Return the variables that *statement* is made of and whose values nobody gave."""
    note = statement.note
    return note.needs if note is not None else ()  # type: ignore[attr-defined]


def tokens(line: str) -> list[Token]:
    """Return the words of *line* with their columns; variables stay as written."""
    return lex(line).tokens


def parse(source: Source) -> Document:
    """Return the statements of *source*; what is wrong with its lines is in the diagnostics.

    Lines with the same text share one statement.
    """
    paused = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and passing over the growing heap costs a third
    try:
        return _Parser(source).parse()
    finally:
        if paused:
            gc.enable()


PUNCTUATION = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    "\uff0c": ",", "\uff1a": ":", "\uff1b": ";", "\uff08": "(", "\uff09": ")", "\uff03": "#",
    "\uff01": "!", "\u3002": ".", "\uff0e": ".", "\uff0f": "/", "\uff0d": "-", "\uff1d": "=",
}  # fmt: skip
"""Characters that look like the punctuation they are typed for."""


class _Parser:
    """Reads one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.steered = False
        self.odd_rows: list[int] = []
        self.odd = any(char in source.text for char in _ODD_CHARACTERS)

    def parse(self) -> Document:
        """Return the document."""
        statements: list[Any] = []  # of Statement; the loop below is too hot to tell mypy so
        rows: list[int] = []
        remarks: dict[int, str] = {}
        seen: dict[str, Statement | str] = {}
        look, add, add_row, note_of = seen.get, statements.append, rows.append, _NOTES.get
        text, plain_text = self.source.text, not self.odd
        ordinary = text.isascii() and not any(char in text for char in "\\\"'#$")
        for row, line in enumerate(self.source.lines):
            found = look(line)
            if found is None:
                words = line.split()
                if (
                    words
                    and plain_text
                    and words[0][0] not in _ODD_FIRST
                    and len(words) <= MOST_WORDS
                    and (
                        ordinary
                        or (
                            "\\" not in line
                            and '"' not in line
                            and "'" not in line
                            and "#" not in line
                            and "$" not in line
                            and line.isascii()
                        )
                    )
                ):
                    first = words[0]
                    end = len(line)
                    if line[-1] <= " ":
                        end = len(line.rstrip())
                    found = Statement(tuple(words), line.find(first), end, PLAIN, 1, note_of(first))
                    seen[line] = found
                else:
                    found = self._uncommon(row, line, seen)
            if type(found) is str:
                if found:
                    remarks[row] = found[1:]
            else:
                add(found)
                add_row(row)
        document = HaproxyDocument(self.source, statements, rows, self.diagnostics, remarks)
        document.steered = self.steered
        self.diagnostics += strangers(self.source, self.odd_rows)
        return document

    def _uncommon(self, row: int, line: str, seen: dict[str, Statement | str]) -> Statement | str:
        """Return what *line* says: a statement, ``#`` and a comment, or nothing.

        It is remembered in *seen* only when nothing is wrong with it, so that
        every wrong line is reported.
        """
        bare = line.strip(BLANKS)
        if not bare:
            return ""
        if bare[0] == "#":
            return "#" + _comment(bare[1:])
        before = len(self.diagnostics)
        if "\\" in line or '"' in line or "'" in line or self.odd or not line.isascii():
            statement = self._exact(row, line)
        else:
            text, _, comment = line.partition("#")
            words = tuple(text.split())
            statement = Statement(
                words, text.find(words[0]), len(text.rstrip()), comment=_comment(comment)
            )
        if not statement.words:
            return ""
        self._classify(row, line, statement)
        note = statement.note
        if note is not None and (note.late or note.directive):  # type: ignore[attr-defined]
            self.steered = True
        if before == len(self.diagnostics):
            seen[line] = statement
        return statement

    def _exact(self, row: int, line: str) -> Statement:
        """Read *line* character by character and report what is wrong with it."""
        read = lex(line)
        found = read.tokens
        for code, message, advice, start, end in read.problems:
            self._report(row, code, message, advice, start, end, self._spaces(row, line, code))
        if not line.isascii():
            self._punctuation(row, found)
        for number, token in enumerate(found[1:-1], 1):
            if not token.text and not read.late:
                self._report(
                    row, "HP006",
                    f"argument {number} is empty: haproxy takes it for the end of the line,"
                    " and from 3.3 on refuses it",
                    "take it out", token.start, token.end,
                )  # fmt: skip
        comment = _comment(line[read.comment + 1 :]) if read.comment >= 0 else ""
        statement = Statement(
            tuple([token.text for token in found]),
            found[0].start if found else 0,
            found[-1].end if found else 0,
            comment=comment,
        )
        if read.late:
            statement.note = LATE
        return statement

    def _classify(self, row: int, line: str, statement: Statement) -> None:
        """Note what kind of statement it is; report a line of another language."""
        words, late = statement.words, statement.note is not None
        first = words[0]
        if first in HEADS:
            statement.note = LATE_HEAD if late else HEAD
        elif first in DIRECTIVES:
            statement.note = LATE_DIRECTIVE if late else DIRECTIVE
        elif first.startswith("["):
            statement.note = DIRECTIVE
            self._report(
                row, "HP007", "a scope line has no effect outside the file of a SPOE agent",
                "take it out", statement.start, statement.end,
            )  # fmt: skip
        elif "$" in line:
            at = ADDRESS_WORD.get(first)
            if at is not None and "$" in " ".join(words[at : at + 1]):
                statement.note = LATE
            elif not late and '"' not in line and "'" not in line and "${" in line:
                column = line.index("${")
                self._report(
                    row, "HP012", "variables count only inside double quotes: this is plain text",
                    'write "${NAME}", quotes included', column, max(column + 2, statement.end),
                )  # fmt: skip
        elif first[:2] in ("//", "/*") or first[:1] in (";", "!"):
            self._report(
                row, "TX007", f"haproxy knows no comments that begin with {first[:2]}",
                "begin the comment with #", statement.start, statement.end,
            )  # fmt: skip
        elif first[:1] in ("{", "}") and first[:2] not in ("{{", "{%"):
            self.odd_rows.append(row)
        if len(words) > MOST_WORDS:
            rest = line.split(None, MOST_WORDS)[-1]  # exact where nothing is quoted
            self._report(
                row, "HP004", f"{len(words)} words on one line; haproxy takes {MOST_WORDS}",
                "spread them over several lines", len(line) - len(rest), statement.end,
            )  # fmt: skip

    def _punctuation(self, row: int, found: list[Token]) -> None:
        """Report full-width punctuation and curly quotes outside quotes."""
        for token in found:
            wrong = [char for char in token.text if char in PUNCTUATION]
            if wrong and not token.quoted:
                meant = "".join(PUNCTUATION.get(char, char) for char in token.text)
                self._report(
                    row, "TX003", f"{wrong[0]} (U+{ord(wrong[0]):04X}) is not punctuation here",
                    f"perhaps {meant} was meant" if len(meant) < 60 else "use ASCII punctuation",
                    token.start, token.end,
                )  # fmt: skip
                return

    def _spaces(self, row: int, line: str, code: str) -> tuple[Edit, ...]:
        """Return the edits that make the odd spaces of a line plain ones, for their codes."""
        if code not in ("TX001", "TX002"):
            return ()
        base = self.source.offset(row + 1)
        return tuple(
            Edit(base + at, base + at + 1, "" if char == "\ufeff" else " ", self.source.path)
            for at, char in enumerate(line)
            if char in SPACES_OF_OTHERS
        )

    def _report(
        self,
        row: int,
        code: str,
        message: str,
        advice: str,
        start: int,
        end: int,
        fix: tuple[Edit, ...] = (),
    ) -> None:
        span = self.source.span(row + 1, start, end)
        self.diagnostics.append(remark(code, message, span, advice, fix))


def _comment(text: str) -> str:
    """Return a comment's text without the marker, one leading blank, and trailing ones."""
    return text[text[:1] == " " :].rstrip()
