"""A haproxy.cfg as it counts in one place: conditions decided, variables replaced.

The environment is never this machine's: values come from ``--set env@NAME=…``
and from the file's own ``setenv``; a variable nobody gave keeps its ``${NAME}``.
"""

from __future__ import annotations

from typing import Any

from hatools.plugin import Place
from hatools.text import Document, Expansion, Hop, Statement
from hatools_haproxy.codes import remark
from hatools_haproxy.lexer import UNSET, VARIABLE, Line, lex
from hatools_haproxy.syntax import ADDRESS_WORD, HEADS, NEWEST, Note

NOT_HERE = ("dropped", "not for this place")
DONE = ("kept", "")
_LONGEST = 300  # characters of a message: what it quotes may be megabytes
_SPEAKING = {".diag", ".notice", ".warning", ".alert"}


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*: its own list where nothing depends on that.

    Statements of false branches, and the directives, are in `Expansion.skipped`.
    """
    version = place.version or NEWEST
    if getattr(document, "steered", True):
        return _Expander(document, place, version).expand()
    return Expansion([document], document.statements, version=version)


class _Branch:
    """One ``.if``: whether it counts at all, whether a branch was taken, whether this one is."""

    __slots__ = ("after_else", "index", "outer", "taken", "true")

    def __init__(self, index: int, outer: bool) -> None:
        self.index = index
        self.outer = outer
        self.true = self.taken = self.after_else = False


class _Expander:
    """Walks one document at one place."""

    def __init__(self, document: Document, place: Place, version: str) -> None:
        self.document = document
        self.place = place
        self.expansion = Expansion([document], [], [], {}, [], version)
        self.branches: list[_Branch] = []
        self.variables: dict[str, str | None] = {}  # what the file itself set or unset
        self.cleared = False  # resetenv: what is not in the file's own list is gone
        self.section = ""
        self.row = 0
        self.told: set[str] = set()

    def expand(self) -> Expansion:
        """Return the expansion."""
        result = self.expansion
        statements, hops = result.statements, result.hops
        assert hops is not None
        for index, statement in enumerate(self.document.statements):
            self.row = self.document.rows[index]
            note: Any = statement.note
            if note is not None and note.directive:
                self._directive(index, statement)
                continue
            if self.branches and not self.branches[-1].true:
                result.skipped[0, index] = NOT_HERE
                continue
            if note is not None and note.late:
                statement = self._resolved(index, statement)
            if statement.note is not None and statement.words[0] in HEADS:
                self.section = statement.words[0]
            elif self.section == "global" and "env" in statement.words[0]:
                self._environment(statement.words)
            statements.append(statement)
            hops.append(Hop(0, index))
        for branch in self.branches:
            self._tell(
                "HP021", branch.index, "this .if has no .endif: haproxy refuses the file",
                "write .endif where the condition ends",
            )  # fmt: skip
        return result

    def _tell(self, code: str, index: int, message: str, advice: str = "") -> None:
        if len(message) > _LONGEST:
            message = message[:_LONGEST] + "…"
        advice = advice if len(advice) <= _LONGEST else ""
        self.expansion.diagnostics.append(remark(code, message, self.document.span(index), advice))

    # --- variables ---

    def _value(self, name: str) -> str | None:
        """Return the value of variable *name* here, None where nobody gave one."""
        if name == ".FILE":
            return self.document.source.path
        if name == ".LINE":
            return str(self.row + 1)
        if name == ".SECTION":
            return self.section
        if name in self.variables:
            value = self.variables[name]
            return UNSET if value is None else value
        if self.cleared:
            return UNSET
        return self._given(name)

    def _given(self, name: str) -> str | None:
        settings = self.place.settings
        return settings.get("env", name) if f"env@{name}" in settings else None

    def _defined(self, name: str) -> bool | None:
        """Tell whether variable *name* is set here; None where nobody said so."""
        value = self._value(name) if not name.startswith(".") else UNSET
        return None if value is None else value is not UNSET

    def _environment(self, words: tuple[str, ...]) -> None:
        """Follow setenv, presetenv, unsetenv and resetenv of a global section."""
        keyword, *names = words
        if keyword in ("setenv", "presetenv") and len(names) == 2:
            if keyword == "setenv" or not self._defined(names[0]):
                self.variables[names[0]] = names[1]
        elif keyword == "unsetenv":
            self.variables.update(dict.fromkeys(names))
        elif keyword == "resetenv":
            kept = {name: self.variables.get(name, self._given(name)) for name in names}
            self.variables = {name: value for name, value in kept.items() if value is not None}
            self.cleared = True

    def _resolved(self, index: int, statement: Statement) -> Statement:
        """Return *statement* with its variables replaced by their values."""
        row = self.document.rows[index]
        line = lex(self.document.source.lines[row], self._value)
        words = [token.text for token in line.tokens]
        if words:
            self._address(words, line)
        if not words or not words[0]:
            words = list(statement.words)
        unknown = tuple(dict.fromkeys(line.unknown))
        for name in unknown:
            if name not in self.told:
                self.told.add(name)
                self._tell(
                    "HP010", index, f"the value of the variable {name} is not known",
                    f"needs --set env@{name}=VALUE",
                )  # fmt: skip
        for name, default in line.assumed:
            if name not in self.told:
                self.told.add(name)
                self._tell(
                    "HP011", index, f"the variable {name} is taken for unset, as {default!r}",
                    f"say --set env@{name}=VALUE where it is set",
                )  # fmt: skip
        return Statement(
            tuple(words), statement.start, statement.end, statement.kind, statement.height,
            Note(head=words[0] in HEADS, needs=unknown), statement.comment,
        )  # fmt: skip

    def _address(self, words: list[str], line: Line) -> None:
        """Replace the variables of an address, where haproxy also takes them without quotes."""
        at = ADDRESS_WORD.get(words[0], 0)
        if not 0 < at < len(words) or "$" not in words[at]:
            return
        resolved = lex(f'"{words[at]}"', self._value)
        if len(resolved.tokens) == 1 and VARIABLE.search(words[at]):
            words[at] = resolved.tokens[0].text
            line.unknown += [name for name in resolved.unknown if name not in line.unknown]
            line.assumed += resolved.assumed

    # --- directives ---

    def _directive(self, index: int, statement: Statement) -> None:
        """Follow ``.if`` and its kin; say what ``.alert`` and its kin say."""
        self.expansion.skipped[0, index] = DONE
        keyword = statement.words[0]
        inside = not self.branches or self.branches[-1].true
        if keyword.startswith("["):
            if not inside:
                self.expansion.skipped[0, index] = NOT_HERE
            return
        if keyword in _SPEAKING:
            if inside:
                self._speak(index, statement)
            else:
                self.expansion.skipped[0, index] = NOT_HERE
            return
        self._too_new(index)
        if keyword == ".if":
            branch = _Branch(index, inside)
            self.branches.append(branch)
            if inside:
                branch.true = branch.taken = self._decide(index, statement)
            return
        if not self.branches:
            self._tell("HP021", index, f"{keyword} without an .if before it", "take it out")
            return
        self._otherwise(index, statement, self.branches[-1])

    def _otherwise(self, index: int, statement: Statement, branch: _Branch) -> None:
        """Follow ``.elif``, ``.else`` and ``.endif``."""
        keyword = statement.words[0]
        if keyword != ".elif" and len(statement.words) > 1:
            self._tell("HP024", index, f"{keyword} takes no argument", "take it out")
        if keyword == ".endif":
            self.branches.pop()
            return
        if branch.after_else:
            self._tell(
                "HP021", index, f"{keyword} after .else", "there is one .else, and it is last"
            )
            branch.true = False
            return
        branch.after_else = keyword == ".else"
        branch.true = False
        if branch.outer and not branch.taken:
            branch.true = keyword == ".else" or self._decide(index, statement)
            branch.taken = branch.true

    def _too_new(self, index: int) -> None:
        version = self.expansion.version
        if _numbers(version) < (2, 4) and ".if" not in self.told:
            self.told.add(".if")
            self._tell(
                "HP023", index, f"haproxy {version} knows no conditions; they came with 2.4",
                "decide them beforehand, or ask for a later version",
            )  # fmt: skip

    def _speak(self, index: int, statement: Statement) -> None:
        words = self._words(index, statement)
        keyword = words[0]
        if len(words) > 2:
            self._tell(
                "HP024", index, f"{keyword} takes one argument", "put the message into quotes"
            )
        text = " ".join(words[1:])
        if keyword == ".alert":
            self._tell(
                "HP025", index, f"haproxy refuses the file here, saying: {text}",
                "choose another place with --set or --source-version",
            )  # fmt: skip
        elif text:
            self._tell("HP026", index, f"haproxy says here: {text}")

    def _words(self, index: int, statement: Statement) -> tuple[str, ...]:
        """Return a directive's words, variables replaced."""
        if statement.note is None or not statement.note.late:  # type: ignore[attr-defined]
            return statement.words
        return self._resolved(index, statement).words

    def _decide(self, index: int, statement: Statement) -> bool:
        """Tell whether the condition of an ``.if`` or ``.elif`` holds here."""
        from hatools_haproxy.decide import Decider
        from hatools_haproxy.predicates import parse_predicate

        text = " ".join(self._words(index, statement)[1:])
        parsed = parse_predicate(text)
        if parsed.error:
            where = f" ({text[parsed.column :][:20]!r})" if parsed.tree is None else ""
            self._tell(
                "HP020", index, f"{parsed.error}{where}; read as false",
                "see the predicates in haproxy's manual, section 2.4",
            )  # fmt: skip
            return False
        decider = Decider(self.place.settings, self.expansion.version, self._defined)
        answer = decider.holds(parsed.tree)
        for code, message, advice in decider.remarks:
            if message not in self.told:
                self.told.add(message)
                self._tell(code, index, message, advice)
        return answer


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, as far as they go: (2, 6, 12) for 2.6.12-1."""
    from hatools_haproxy.decide import numbers

    return numbers(version)
