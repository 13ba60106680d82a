"""One logical line as a shell splits it: prompt, words, quotes, variables, several commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

BLANKS = " \t\r\v\f\n\u00a0"


class Command(NamedTuple):
    """One command of a line: its words, where it stands, what follows it.

    *live* tells that a variable was in it; *end_mark* is the word that ends a
    here-document, *into* the file that its output goes to.
    """

    words: tuple[str, ...]
    start: int
    end: int
    live: bool = False
    comment: str = ""
    end_mark: str = ""
    into: str = ""


def prompt_end(line: str) -> int:
    """Return where the command begins behind a shell's prompt; 0 where there is none."""
    text = line.lstrip(BLANKS)
    at = len(line) - len(text)
    if text.startswith(("$ ", "% ", "> ")):
        return at + 2
    if text.startswith("# nmcli "):
        return 0  # a comment, or root's prompt: a comment is what a shell makes of it
    if text.startswith("["):
        close = text.find("]")
        if "@" in text[:close] and text[close + 1 : close + 2] in ("#", "$"):
            return at + close + 2
    head, blank, _ = text.partition(" ")
    if blank and "@" in head and head[-1] in "#$%>" and not head.startswith(("-", '"', "'")):
        return at + len(head) + 1
    return 0


def split_line(
    text: str, at: int = 0, variables: Mapping[str, str] | None = None
) -> tuple[list[Command], int]:
    """Return the commands of a logical line, and where a quote begins that does not end (or -1).

    With *variables*, ``$NAME`` and ``${NAME}`` are replaced; unknown ones stay.
    """
    splitter = _Splitter(text, variables)
    splitter.run(at)
    return splitter.found, splitter.unclosed


class _Splitter:
    def __init__(self, text: str, variables: Mapping[str, str] | None) -> None:
        self.text = text
        self.variables = variables
        self.found: list[Command] = []
        self.unclosed = -1
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.word: list[str] | None = None
        self.first = self.last = -1
        self.live = False
        self.redirect = self.mark = self.into = ""

    def run(self, at: int) -> None:
        text, size = self.text, len(self.text)
        while at < size:
            sign = text[at]
            if sign in BLANKS:
                self._end_word()
                at += 1
            elif sign == "#" and self.word is None:
                stop = text.find("\n", at)
                stop = size if stop < 0 else stop
                self._end_command(text[at + 1 : stop].strip())
                at = stop
            elif sign == "\\":
                at = self._escape(at)
            elif sign in "'\"":
                at = self._quoted(at)
            elif sign in "$`":
                at = self._variable(at, False)
            elif sign in ";&|":
                self._end_word()
                self._end_command("")
                at += 1
            elif sign in "<>":
                at = self._redirect(at)
            else:
                self._letter(sign, at, 1)
                at += 1
        self._end_word()
        self._end_command("")

    def _letter(self, letters: str, at: int, width: int) -> None:
        if self.word is None:
            self.word = []
        if self.first < 0:
            self.first = at
        self.word.append(letters)
        self.last = at + width

    def _escape(self, at: int) -> int:
        following = self.text[at + 1 : at + 3]
        if following[:1] == "\n" or following == "\r\n":
            return at + (2 if following[:1] == "\n" else 3)
        self._letter(following[:1] or "\\", at, 2 if following else 1)
        return at + 2

    def _quoted(self, at: int) -> int:
        text, quote, begin = self.text, self.text[at], at
        self._letter("", at, 1)
        at += 1
        while at < len(text):
            sign = text[at]
            if sign == quote:
                self._letter("", at, 1)
                return at + 1
            if quote == '"' and sign == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`"):
                self._letter(text[at + 1], at, 2)
                at += 2
            elif quote == '"' and sign in "$`":
                at = self._variable(at, True)
            else:
                self._letter(sign, at, 1)
                at += 1
        self.unclosed = begin
        return at

    def _variable(self, at: int, quoted: bool) -> int:
        name, end = variable_at(self.text, at)
        written = self.text[at:end]
        if end == at + 1:
            self._letter(written, at, 1)
            return end
        self.live = True
        value = None
        if self.variables is not None and name:
            plain, _, default = name.partition(":-")
            key = plain.removesuffix("[@]").removesuffix("[*]")
            value = self.variables.get(key, default or None)
        if value is None:
            self._letter(written, at, end - at)
        elif (quoted and not name.endswith("[@]")) or not value:
            self._letter(value, at, end - at)
        else:
            for number, word in enumerate(value.split()):
                if number:
                    self._end_word()
                self._letter(word, at, end - at)
        return end

    def _redirect(self, at: int) -> int:
        """Take ``> FILE``, ``<<MARK``; ``<NAME>`` is a placeholder for something to fill in."""
        text = self.text
        close = text.find(">", at)
        inner = text[at + 1 : close] if text[at] == "<" and close > 0 else ""
        if inner and inner.replace("_", "").replace("-", "").replace(" ", "").isalnum():
            self._letter(text[at : close + 1], at, close + 1 - at)
            return close + 1
        if self.word is not None and "".join(self.word).isdigit():
            self.word = None  # the number of a file descriptor
        self._end_word()
        end = at
        while end < len(text) and text[end] in "<>&-" and end - at < 3:
            end += 1
        self.redirect = text[at:end]
        self.first = at if self.first < 0 else self.first
        self.last = end
        return end

    def _end_word(self) -> None:
        if self.word is None:
            return
        word, self.word = "".join(self.word), None
        if not self.redirect:
            self.words.append(word)
        elif self.redirect.startswith("<<") and self.redirect != "<<<":
            self.mark = word
        elif ">" in self.redirect and not self.redirect.endswith("&"):
            self.into = word
        self.redirect = ""

    def _end_command(self, comment: str) -> None:
        if self.words or self.mark or self.into:
            self.found.append(Command(tuple(self.words), self.first, self.last, self.live,
                                      comment, self.mark, self.into))  # fmt: skip
        self._begin()


def variable_at(text: str, at: int) -> tuple[str, int]:
    """Return the name of the variable that begins at *at*, and where it ends.

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
