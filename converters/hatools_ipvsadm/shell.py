"""One logical line as a shell splits it: prompt, words, quotes, variables, several commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from hatools_ipvsadm.faults import DASH, QUOTE

BLANKS = " \t\r\v\f\u00a0\u3000"
_NO_BREAK = "\u00a0\u3000"
_RUN = re.compile("[^ \t\r\v\f\n\u00a0\u3000#\\\\'\"$`;&|<>]+")


class Piece(NamedTuple):
    """One command of a logical line: its words, where it stands, what follows it.

    *redirects* are pairs of operator and word; *live* tells that a variable or a
    command substitution was in it; *end_mark* is the word that ends a here-document.
    """

    words: tuple[str, ...]
    start: int
    end: int
    redirects: tuple[tuple[str, str], ...] = ()
    live: bool = False
    after: str = ""
    end_mark: str = ""


def prompt_end(line: str) -> int:
    """Return where the command begins behind a shell's prompt; 0 where there is none."""
    at = len(line) - len(line.lstrip(BLANKS))
    rest = line[at:]
    if rest.startswith("["):
        close = rest.find("]")
        sign = rest[close + 1 :].lstrip()[:1] if close > 0 else ""
        if sign and sign in "#$" and "@" in rest[:close]:
            return _behind(line, line.index(sign, at + close))
        return 0
    head, blank, _ = rest.partition(" ")
    if rest.startswith(("$ ", "% ")):
        return _behind(line, at)
    if "@" in head and blank and head[-1:] in "#$%>" and not head.startswith(("-", '"', "'")):
        return _behind(line, at + len(head) - 1)
    if "@" in head and ":" in head and rest[len(head) :].lstrip()[:1] in ("#", "$"):
        return _behind(line, line.index(rest[len(head) :].lstrip()[0], at + len(head)))
    return 0


def _behind(line: str, at: int) -> int:
    """Return where the text goes on behind the sign at *at*."""
    at += 1
    while at < len(line) and line[at] in BLANKS:
        at += 1
    return at


def split_line(
    text: str, at: int = 0, variables: Mapping[str, str] | None = None
) -> tuple[list[Piece], list[tuple[str, int]]]:
    """Return the commands of a logical line from *at* on, and its faults as (message, place).

    With *variables*, ``$NAME`` and ``${NAME}`` are replaced; unknown ones stay.
    A fault's message begins with its code.
    """
    return _Splitter(text, variables).run(at)


class _Splitter:
    """Splits one logical line as a shell does."""

    def __init__(self, text: str, variables: Mapping[str, str] | None) -> None:
        self.text = text
        self.variables = variables
        self.pieces: list[Piece] = []
        self.faults: list[tuple[str, int]] = []
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.redirects: list[tuple[str, str]] = []
        self.operator = ""
        self.word: list[str] | None = None
        self.first = self.last = -1
        self.live = False
        self.mark = ""

    def run(self, at: int) -> tuple[list[Piece], list[tuple[str, int]]]:
        text, size = self.text, len(self.text)
        while at < size:
            sign = text[at]
            if sign in " \t\r\v\f\n" or sign in _NO_BREAK:
                if sign in _NO_BREAK:
                    self.faults.append(
                        (f"{DASH} a non-breaking space is a letter to the shell", at)
                    )
                self._end_word()
                at += 1
            elif sign == "#" and self.word is None:
                stop = text.find("\n", at)
                self._end_command(text[at + 1 : stop if stop >= 0 else size].strip())
                at = stop if stop >= 0 else size
            elif sign == "\\":
                at = self._escape(at)
            elif sign in "'\"":
                at = self._quoted(at)
            elif sign in "$`":
                at = self._variable(at, False)
            elif sign in ";&|":
                at = self._separator(at)
            elif sign in "<>":
                at = self._redirect(at)
            else:
                run = _RUN.match(text, at)
                end = run.end() if run else at + 1
                self._letter(text[at:end], at, end - at)
                at = end
        self._end_word()
        self._end_command("")
        return self.pieces, self.faults

    def _letter(self, sign: str, at: int, width: int = 1) -> None:
        if self.word is None:
            self.word = []
        if self.first < 0:
            self.first = at
        self.word.append(sign)
        self.last = at + width

    def _escape(self, at: int) -> int:
        following = self.text[at + 1 : at + 2]
        if following == "\n" or self.text[at + 1 : at + 3] == "\r\n":
            self._end_word() if self.text[at - 1 : at].isspace() else None
            return at + (2 if following == "\n" else 3)
        self._letter(following or "\\", at, 2 if following else 1)
        return at + 2

    def _quoted(self, at: int) -> int:
        text, quote = self.text, self.text[at]
        self._letter("", at)
        begin, at = at, at + 1
        while at < len(text):
            sign = text[at]
            if sign == quote:
                self._letter("", at)
                return at + 1
            if quote == '"' and sign == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`"):
                self._letter(text[at + 1], at, 2)
                at += 2
            elif quote == '"' and sign in "$`":
                at = self._variable(at, True)
            else:
                self._letter(sign, at)
                at += 1
        self.faults.append((f"{QUOTE} this {quote} is not closed", begin))
        return at

    def _variable(self, at: int, quoted: bool) -> int:
        """Take ``$NAME``, ``${NAME}``, ``$(…)``: replaced where the value is known.

        A value with blanks becomes several words, unless it is *quoted*.
        """
        text = self.text
        name, end = variable_at(text, at)
        if end == at + 1:
            self._letter(text[at], at)
            return end
        self.live = True
        value = None
        if self.variables is not None and name:
            value = self.variables.get(name.partition(":-")[0])
            if value is None and ":-" in name:
                value = name.partition(":-")[2]
        if value is None or quoted or not value or value.split() == [value]:
            self._letter(text[at:end] if value is None else value, at, end - at)
            return end
        for number, word in enumerate(value.split()):
            if number:
                self._end_word()
            self._letter(word, at, end - at)
        return end

    def _separator(self, at: int) -> int:
        sign = self.text[at]
        if sign == "&" and (self.operator or self.text[at + 1 : at + 2] == ">"):
            if self.text[at + 1 : at + 2] == ">":
                return self._redirect(at)
            self._letter(sign, at)
            return at + 1
        if sign == "|" and not self.words and self.word is not None and self._pattern(at):
            self._letter(sign, at)
            return at + 1
        self._end_word()
        self._end_command("")
        return at + 1

    def _pattern(self, at: int) -> bool:
        """Tell whether the ``|`` at *at* stands in a pattern of ``case``: ``start|restart)``."""
        following = self.text[at + 1 :].split(None, 1)
        return bool(following) and following[0].partition(")")[1] == ")" and "(" not in following[0]

    def _redirect(self, at: int) -> int:
        word = "".join(self.word or ())
        if word.isdigit() and len(word) == 1:
            self.word = None  # the number of a file descriptor
        self._end_word()
        end = at
        while end < len(self.text) and self.text[end] in "<>&-" and end - at < 3:
            end += 1
        self.operator = self.text[at:end]
        if self.first < 0:
            self.first = at
        self.last = end
        return end

    def _end_word(self) -> None:
        if self.word is None:
            return
        word = "".join(self.word)
        self.word = None
        if self.operator:
            if self.operator.startswith("<<") and not self.operator.startswith("<<<"):
                self.mark = word
            self.redirects.append((self.operator, word))
            self.operator = ""
        else:
            self.words.append(word)

    def _end_command(self, comment: str) -> None:
        if self.words or self.redirects:
            self.pieces.append(
                Piece(tuple(self.words), self.first, self.last, tuple(self.redirects), self.live,
                      comment, self.mark)
            )  # fmt: skip
        self._begin()


def variable_at(text: str, at: int) -> tuple[str, int]:
    """Return the name of the variable that begins at *at* and where it ends.

    The name is empty for a command substitution; the end is ``at + 1`` where the
    sign stands for itself.
    """
    if text[at] == "`":
        end = text.find("`", at + 1)
        return "", (end + 1 if end > 0 else len(text))
    following = text[at + 1 : at + 2]
    if following == "{":
        end = text.find("}", at)
        return (text[at + 2 : end], end + 1) if end > 0 else ("", at + 1)
    if following == "(":
        depth, end = 0, at + 1
        while end < len(text):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
            if not depth:
                break
        return "", end
    if following and (following in "@*#?$!-" or following.isdigit()):
        return following, at + 2
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[at + 1 : end], end
