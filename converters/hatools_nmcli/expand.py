"""A script as it counts in one place: variables replaced, loops over written words unrolled.

Nothing is run.  What stands under a condition is taken as if it held.
"""

from __future__ import annotations

from hatools.plugin import Place
from hatools.text import Diagnostic, Document, Expansion, Hop, Statement
from hatools_nmcli.faults import BRANCH, fault
from hatools_nmcli.shell import split_line
from hatools_nmcli.syntax import DATA, LIVE, SAID

_MOST = 20_000  # statements that loops may make of a script
_DEEPEST = 20
_LEADING = frozenset(("if", "then", "elif", "else", "do", "while", "until", "!", "{", "(", "time"))
_ALONE = frozenset(("fi", "done", "esac", "}", ")", "do", "then", "else", "{", "("))
_LOOPS = frozenset(("for", "while", "until", "select"))
_DECLARING = frozenset(("export", "readonly", "local", "declare", "typeset"))


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*; ``env@NAME`` gives a variable its value."""
    walk = _Walk(document, dict(place.settings.items("env")))
    walk.run(0, len(document.statements), 0)
    for index in range(len(document.statements)):
        if index not in walk.reached:
            walk.skipped.setdefault((0, index), ("dropped", "not for this place"))
    hops = [Hop(0, index) for index in walk.taken]
    return Expansion([document], walk.statements, hops, walk.skipped, walk.remarks, place.version)


class _Walk:
    """Goes through a script as a shell would, without running anything."""

    def __init__(self, document: Document, variables: dict[str, str]) -> None:
        self.document = document
        self.variables = variables
        self.statements: list[Statement] = []
        self.taken: list[int] = []
        self.reached: set[int] = set()
        self.skipped: dict[tuple[int, int], tuple[str, str]] = {}
        self.remarks: list[Diagnostic] = []

    def run(self, at: int, stop: int, depth: int) -> None:
        """Take the statements from *at* to *stop*."""
        while at < stop and len(self.statements) < _MOST:
            words = self.document.statements[at].words
            if words[:1] == ("for",) and words[2:3] == ("in",):
                end = self._end_of_loop(at, stop)
                if end > 0 and depth < _DEEPEST:
                    self._loop(at, end, depth)
                    at = end + 1
                    continue
            self._one(at)
            at += 1

    def _keep(self, at: int) -> None:
        self.reached.add(at)
        self.skipped.setdefault((0, at), ("kept", ""))

    def _end_of_loop(self, at: int, stop: int) -> int:
        """Return where the ``done`` of the loop at *at* stands, -1 where it has none."""
        depth = 0
        for index in range(at, stop):
            statement = self.document.statements[index]
            first = statement.words[0] if statement.words and statement.note != DATA else ""
            depth += (first in _LOOPS) - (first == "done")
            if depth == 0:
                return index
        return -1

    def _loop(self, at: int, end: int, depth: int) -> None:
        """Take the body of ``for`` once for each of its words."""
        words = self._words(at)
        self._keep(at)
        self._keep(end)
        items = words[3:]
        unknown = [item for item in items if set(item) & set("$`{*")]
        if unknown:
            self._remark(at, "this loop runs over what only a shell knows", "write it out")
            for index in range(at + 1, end):
                self.reached.add(index)
                reason = ("dropped", "not understood: only a shell could run this loop")
                self.skipped.setdefault((0, index), reason)
            return
        for item in items:
            self.variables[words[1]] = item
            self.run(at + 1, end, depth + 1)

    def _one(self, at: int) -> None:
        """Take an assignment, a keyword of the shell, or a command."""
        statement = self.document.statements[at]
        self.reached.add(at)
        if statement.note == DATA:
            self._emit(at, statement)
            return
        words = self._words(at)
        if words and words[0] in ("if", "elif", "while", "until", "case"):
            self._remark(at, f"what stands under this {words[0]!r} is taken as if it were run",
                         "keep only the commands that count")  # fmt: skip
        while words and words[0] in _LEADING:
            words = words[1:]
        if not words or (words[0] in _ALONE and len(words) == 1) or self._assigns(words):
            self._keep(at)
        elif words == statement.words:
            self._emit(at, statement)
        else:
            note = SAID if statement.note == LIVE else statement.note
            made = Statement(words, statement.start, statement.end, statement.kind,
                             statement.height, note, statement.comment)  # fmt: skip
            self._emit(at, made)

    def _emit(self, at: int, statement: Statement) -> None:
        self.statements.append(statement)
        self.taken.append(at)

    def _words(self, at: int) -> tuple[str, ...]:
        """Return the words of a statement, its variables replaced."""
        statement = self.document.statements[at]
        if not any("$" in word or "`" in word for word in statement.words):
            return statement.words
        found, _ = split_line(self.document.text_of(at), 0, self.variables)
        return found[0].words if found else ()

    def _assigns(self, words: tuple[str, ...]) -> bool:
        """Take ``NAME=VALUE`` and ``NAME=(A B)``; tell whether the words were that."""
        if words[0] in _DECLARING:
            words = tuple(word for word in words[1:] if word[:1] != "-")
        name, equals, value = words[0].partition("=") if words else ("", "", "")
        if not equals or not (name.isidentifier() and name.isascii()):
            return False
        if value.startswith("(") and words[-1].endswith(")"):
            inner = " ".join((value[1:], *words[1:]))
            self.variables[name] = inner.rstrip(")").strip()
            return True
        pairs = [word.partition("=") for word in words]
        if not all(sign and each.isidentifier() for each, sign, _ in pairs):
            return False
        self.variables.update({each: said for each, _, said in pairs if "$(" not in said})
        return True

    def _remark(self, at: int, message: str, advice: str) -> None:
        remark = fault(BRANCH, message, self.document.span(at), advice)
        if remark not in self.remarks:
            self.remarks.append(remark)
