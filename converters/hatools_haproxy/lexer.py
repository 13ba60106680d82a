"""One line of haproxy.cfg into words, character by character: quotes, escapes, variables.

This is the slow and exact way; `hatools_haproxy.syntax` takes it only for
lines that need it, and others take it for the columns of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hatools.text import Token

BLANKS = " \t\n\v\f\r"
"""What separates words."""
SPACES_OF_OTHERS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What looks like a space, or like nothing, and is part of a word to haproxy."""

_BARE = re.compile(rf"[^{BLANKS}{SPACES_OF_OTHERS}\"'\\#]+")
_DOUBLE = re.compile(r'[^"\\$]+')
_ESCAPE = re.compile(r"\\(?:([ \\#'\"nrt])|x([0-9A-Fa-f]{2})|(x))")
VARIABLE = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_.][A-Za-z0-9_]*)(?P<spread>\[\*\])?(?:-(?P<default>[^}]*))?\}"
    r"|(?P<bare>[A-Za-z_.][A-Za-z0-9_]*))"
)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}

_ARGUMENT_PIECE = re.compile(r""""((?:\\[\\"]|[^"])*)"|'([^']*)'|\\([ \\'"])""")
_DOUBLE_ESCAPE = re.compile(r"""\\([\\"])""")


class _Unset(str):
    """The empty value of a variable that is known to be unset, so that a default stands in."""

    __slots__ = ()


UNSET = _Unset()
Lookup = Callable[[str], str | None]
"""From a variable's name to its value; `UNSET`, or None where it is not known."""


class Line:
    """What a line holds: its words, its comment, and what is wrong with it.

    *comment* is the column of the ``#``, -1 where there is none.  *problems*
    are (code, message, advice, start, end) with 0-based columns.  *late*: the
    words depend on the environment.  *unknown* are the variables, *assumed* the
    (name, default) pairs, that the lookup did not know.  *end* is where the
    last word ends.
    """

    __slots__ = ("assumed", "comment", "late", "problems", "tokens", "unknown")

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.comment = -1
        self.problems: list[tuple[str, str, str, int, int]] = []
        self.late = False
        self.unknown: list[str] = []
        self.assumed: list[tuple[str, str]] = []


class _Lexer:
    """Reads one line; *lookup* None leaves variables as written."""

    def __init__(self, text: str, lookup: Lookup | None) -> None:
        self.text = text
        self.lookup = lookup
        self.line = Line()
        self.word: list[str] = []
        self.start = -1
        self.quoted = self.spread = False

    def end_word(self, at: int) -> None:
        """Finish the word that ends before column *at*, if one is under way."""
        if self.start < 0:
            return
        text = "".join(self.word)
        if text or not self.spread:  # "${V[*]}" of nothing is no word at all
            self.line.tokens.append(Token(text, self.start, at, self.quoted))
        self.word, self.start, self.quoted, self.spread = [], -1, False, False

    def read(self) -> Line:
        """Return the line's words."""
        text, at, end = self.text, 0, len(self.text)
        while at < end:
            char = text[at]
            if char in BLANKS or char in SPACES_OF_OTHERS:
                self.end_word(at)
                at = self._space(at, char)
            elif char == "#":
                self.line.comment = at
                break
            else:
                if self.start < 0:
                    self.start = at
                at = self._piece(at, char)
        self.end_word(at)
        return self.line

    def _space(self, at: int, char: str) -> int:
        if char in SPACES_OF_OTHERS:
            name = "byte order mark" if char == "\ufeff" else f"space U+{ord(char):04X}"
            code = "TX001" if char == "\ufeff" and at == 0 else "TX002"
            if any(problem[0] == code for problem in self.line.problems):
                return at + 1  # once for a line is enough
            self.line.problems.append(
                (
                    code,
                    f"{name}: part of the word to haproxy, which refuses it; read here as a space",
                    "put a plain space there",
                    at,
                    at + 1,
                )
            )
        return at + 1

    def _piece(self, at: int, char: str) -> int:
        """Take what begins at column *at* into the word; return where the next thing begins."""
        if char == '"':
            return self._double(at)
        if char == "'":
            return self._single(at)
        if char == "\\":
            return self._escape(at, in_quotes=False)
        found = _BARE.match(self.text, at)
        stop = found.end() if found else at + 1
        self.word.append(self.text[at:stop])
        return stop

    def _single(self, at: int) -> int:
        close = self.text.find("'", at + 1)
        self.quoted = True
        if close < 0:
            return self._unclosed(at, at + 1)
        self.word.append(self.text[at + 1 : close])
        return close + 1

    def _unclosed(self, opened: int, rest: int) -> int:
        """Take the rest of the line for the quoted word; a CR at its end is the line's."""
        stop = len(self.text.rstrip("\r"))
        self.word.append(self.text[rest:stop])
        self.line.problems.append(
            (
                "HP001",
                f"the {self.text[opened]} opened here is not closed on this line",
                f"close it, or write \\{self.text[opened]} for the character itself",
                opened,
                max(stop, opened + 1),
            )
        )
        return len(self.text)

    def _double(self, opened: int) -> int:
        text, at, end = self.text, opened + 1, len(self.text)
        self.quoted = True
        while at < end:
            char = text[at]
            if char == '"':
                return at + 1
            if char == "\\":
                at = self._escape(at, in_quotes=True)
            elif char == "$":
                at = self._variable(at)
            else:
                found = _DOUBLE.match(text, at)
                stop = found.end() if found else at + 1
                self.word.append(text[at:stop])
                at = stop
        return self._unclosed(opened, at)

    def _escape(self, at: int, *, in_quotes: bool) -> int:
        found = _ESCAPE.match(self.text, at)
        if found is None:
            if in_quotes and self.text.startswith("$", at + 1):
                self.word.append("$")
                return at + 2
            self.word.append("\\")
            if not self.text[at + 1 :].strip(BLANKS) and not in_quotes:
                glued = at and self.text[at - 1] not in BLANKS
                self.line.problems.append(
                    (
                        "HP005",
                        "haproxy does not continue lines: this backslash is"
                        + (" the end of a word" if glued else " a word of its own"),
                        "write the statement on one line",
                        at,
                        at + 1,
                    )
                )
            return at + 1
        char, number, broken = found.groups()
        if broken:
            self.word.append("\\")
            self.line.problems.append(
                (
                    "HP002",
                    r"\x needs two hexadecimal digits",
                    r"write \\x for the characters themselves",
                    at,
                    found.end(),
                )
            )
            return at + 1
        self.word.append(chr(int(number, 16)) if number else _CONTROL.get(char, char))
        return found.end()

    def _variable(self, at: int) -> int:
        found = VARIABLE.match(self.text, at)
        if found is None:
            self.word.append("$")
            self.line.problems.append(
                (
                    "HP003",
                    "no variable can be read after this $",
                    'write "${NAME}" for a variable, \\$ for the character itself',
                    at,
                    at + 1,
                )
            )
            return at + 1
        self.line.late = True
        self._resolve(found)
        return found.end()

    def _resolve(self, found: re.Match[str]) -> None:
        """Put the variable's value into the word, or its name where that is not known."""
        name = found["braced"] or found["bare"]
        default = found["default"]
        value = self.lookup(name) if self.lookup else None
        if value is UNSET:
            value = default or ""
        elif value is None:
            if self.lookup is not None and default is not None:
                self.line.assumed.append((name, default))
                value = default
            else:
                if self.lookup is not None:
                    self.line.unknown.append(name)
                self.word.append(found[0])
                return
        if not found["spread"]:
            self.word.append(value)
            return
        self.spread = True
        first, *others = value.split() or [""]
        self.word.append(first)
        for word in others:
            self.end_word(found.end())
            self.start, self.quoted, self.spread = found.start(), True, True
            self.word.append(word)


def lex(text: str, lookup: Lookup | None = None) -> Line:
    """Return what the line *text* holds, variables resolved by *lookup* where it is given."""
    return _Lexer(text, lookup).read()


def unquote_argument(text: str) -> str:
    """Return an argument between parentheses without its quotes and escapes; blanks stay."""
    if not any(char in text for char in "\"'\\"):
        return text

    def plain(found: re.Match[str]) -> str:
        double, single, escaped = found.groups()
        if double is not None:
            return _DOUBLE_ESCAPE.sub(r"\1", double)
        return single if single is not None else escaped

    return _ARGUMENT_PIECE.sub(plain, text)
