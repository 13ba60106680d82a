"""What a rewrite of an old line is told, and what it answers."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from hatools.model import Fate
from hatools.text import Document, Expansion, Hop, Token
from hatools_haproxy.keywords import Keyword, Status, lookup, sample, standing
from hatools_haproxy.lexer import lex
from hatools_haproxy.quoting import quote

_INDENT = "    "
_ACTION = "action:"


class Change(NamedTuple):
    """What a line becomes: *text* for its words (None: it goes), lines *below* it, its fate."""

    text: str | None
    fate: Fate
    below: tuple[str, ...] = ()


class Left(NamedTuple):
    """Why a line stays as it is, in one clause, and what its owner can do.

    *fatal*: the version refuses the file, whatever the tables say of the keyword.
    """

    reason: str
    advice: str
    fatal: bool = False


Answer = Change | Left | None


class Part:
    """A section: its *kind*, the index of its head, the words of its *lines*, its *mode*."""

    __slots__ = ("head", "kind", "lines", "mode")

    def __init__(self, kind: str, head: int, lines: list[tuple[str, ...]] | None = None) -> None:
        self.kind = kind
        self.head = head
        self.lines = lines or []
        self.mode = "tcp"

    def has(self, *first: str) -> bool:
        """Tell whether a line of the section begins with the words *first*."""
        return any(words[: len(first)] == first for words in self.lines)


class Case:
    """One statement to be rewritten, as it is written in its file.

    *words* are those of the file: a variable in them stays ``${NAME}``.
    *keyword* and *status* are the tables' word on it, None where they have none.
    """

    def __init__(
        self,
        expansion: Expansion,
        index: int,
        part: Part,
        version: str,
        keyword: Keyword | None,
        status: Status | None,
    ) -> None:
        self.expansion = expansion
        self.index = index
        self.part = part
        self.version = version
        self.keyword = keyword
        self.status = status
        self.hop: Hop = expansion.hop(index)
        self.document: Document = expansion.documents[self.hop.document]
        self.row = self.document.rows[self.hop.number]
        self.raw = self.document.source.lines[self.row]

    @cached_property
    def tokens(self) -> list[Token]:
        """The words of the line with their columns."""
        return lex(self.raw).tokens

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the line."""
        return tuple(token.text for token in self.tokens)

    @property
    def late(self) -> bool:
        """Tell whether the words depend on the environment: only whole words may be moved."""
        return lex(self.raw).late

    @property
    def ruleset(self) -> str:
        """The words before the keyword of an action (``http-request``), else nothing."""
        context = self.keyword.context if self.keyword is not None else ""
        return context[len(_ACTION) :] if context.startswith(_ACTION) else ""

    @property
    def behind(self) -> int:
        """The number of the first word behind the keyword."""
        keyword = self.keyword.keyword if self.keyword is not None else ""
        lead = "mode " if self.keyword is not None and self.keyword.context == "value:mode" else ""
        return int(self.negated) + len(f"{self.ruleset} {lead}{keyword}".split())

    @property
    def negated(self) -> bool:
        """Tell whether ``no`` or ``default`` stands before the keyword."""
        return self.words[0] in ("no", "default")

    @property
    def shown(self) -> str:
        """The keyword as it is told to people."""
        if self.keyword is None:
            return self.words[0]
        return f"{self.ruleset} {self.keyword.keyword}".strip()

    @property
    def indent(self) -> str:
        """The indentation of a line below: this line's, for a head that of the section."""
        if self.index != self.part.head:
            return self.raw[: self.tokens[0].start]
        below = self.index + 1
        if self.part.lines:
            hop = self.expansion.hop(below)
            document = self.expansion.documents[hop.document]
            line = document.source.lines[document.rows[hop.number]]
            return line[: document.statements[hop.number].start]
        return _INDENT

    def known(self, text: str) -> bool:
        """Tell whether the version takes a line that begins with the words *text* here."""
        words = text.split()
        found = lookup(self.part.kind, words)
        return (
            found is not None
            and found.length == len(words)
            and standing(found.keyword, self.version).kind == "known"
        )

    def fetches(self, name: str) -> bool:
        """Tell whether the version has the fetch *name*."""
        found = sample(name, "fetch")
        if found is None:
            return False
        row = Keyword(found.kind, name, since=found.since, removed=found.removed)
        return standing(row, self.version).kind == "known"

    def rest(self, number: int) -> str:
        """Return the line as written from word *number* on, with a blank before it; or nothing."""
        if number >= len(self.tokens):
            return ""
        return " " + self.raw[self.tokens[number].start : self.tokens[-1].end]

    def renamed(self, now: str, fate: Fate) -> Change:
        """Return the line with the words *now* in place of its keyword."""
        last = self.tokens[self.behind - 1]
        before = self.raw[self.tokens[0].start : self.tokens[int(self.negated)].start]
        return Change(before + now + self.raw[last.end : self.tokens[-1].end], fate)


def refused(case: Case) -> Left:
    """Return what is said of a line for which there is no rewrite."""
    instead = case.keyword.instead if case.keyword is not None else ""
    return Left(
        "what it stands for has to be said in another way",
        f"write {instead} instead" if instead else "take it out",
    )


def spelled(word: str) -> str:
    """Return *word* as it can stand in a line: bare where that reads back, else quoted."""
    for text in (word, word.replace(" ", "\\ ")):
        found = lex(text)
        if len(found.tokens) == 1 and found.comment < 0 and not found.problems:
            token = found.tokens[0]
            if token.text == word and not token.quoted:
                return text
    return quote(word)
