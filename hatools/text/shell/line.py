"""One logical line as a shell splits it: prompt, words, quotes, variables, several commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

BLANKS = " \t\r\v\f\n\u00a0\u3000"
_NO_BREAK = "\u00a0\u3000"
_RUN = re.compile("[^ \t\r\v\f\n\u00a0\u3000#\\\\'\"$`;&|<>()]+")
_GAP = re.compile("[ \t\r\v\f\n]+")
_PLACEHOLDER = re.compile(r"<\w[\w-]*(?: [\w-]+)*>")
_PATTERN = re.compile(r"\([^\s()]+\)")
_JOINTS = ("&&", "||", ";;", "|&")
_COMPLETE = frozenset(("then", "do", "else", "{"))  # what follows is a command of its own


class Piece(NamedTuple):
    """One command of a logical line: its words, where it stands, what is around it.

    *redirects* are pairs of operator and word; *live* tells that a variable or a
    command substitution was in it.  *joint* is what joins it to the command before,
    ``|``, ``&&`` or ``||``.  *mark* ends its here-document, whose text is *raw*
    where the mark was quoted.
    """

    words: tuple[str, ...]
    start: int
    end: int
    redirects: tuple[tuple[str, str], ...] = ()
    live: bool = False
    comment: str = ""
    joint: str = ""
    mark: str = ""
    raw: bool = False


class Fault(NamedTuple):
    """What is wrong at *at*: a quote that does not end, or a blank that is none to a shell."""

    sign: str
    at: int

    @property
    def quote(self) -> bool:
        """Tell whether it is a quote."""
        return self.sign in "'\""


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
    if rest.startswith(("$ ", "% ", "> ")):
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
) -> tuple[list[Piece], list[Fault]]:
    """Return the commands of a logical line from *at* on, and its faults.

    With *variables*, ``$NAME`` and ``${NAME}`` are replaced; unknown ones stay.
    """
    return _Splitter(text, variables).run(at)


class _Splitter:
    def __init__(self, text: str, variables: Mapping[str, str] | None) -> None:
        self.text = text
        self.variables = variables
        self.pieces: list[Piece] = []
        self.faults: list[Fault] = []
        self.subshells = 0
        self._begin("")

    def _begin(self, joint: str) -> None:
        self.words: list[str] = []
        self.redirects: list[tuple[str, str]] = []
        self.operator = self.mark = ""
        self.word: list[str] | None = None
        self.first = self.last = -1
        self.open = 0  # parentheses in the words
        self.live = self.quoted = self.raw = False
        self.joint = joint

    def run(self, at: int) -> tuple[list[Piece], list[Fault]]:
        text, size = self.text, len(self.text)
        while at < size:
            run = _RUN.match(text, at)
            if run:
                self._letters(run[0], at, run.end())
                at = run.end()
                continue
            sign = text[at]
            gap = _GAP.match(text, at)
            if gap:
                self._end_word()
                at = gap.end()
            elif sign in _NO_BREAK:
                self.faults.append(Fault(sign, at))
                self._end_word()
                at += 1
            elif sign == "#" and self.word is None:
                stop = text.find("\n", at)
                at, begin = (stop if stop >= 0 else size), at
                if stop < 0 or not self.open:
                    self._end_command(text[begin + 1 : at].strip())
            elif sign == "\\":
                at = self._escape(at)
            elif sign in "'\"":
                at = self._quote(at)
            elif sign in "$`":
                at = self._variable(at, False)
            elif sign in ";&|":
                at = self._separator(at)
            elif sign in "<>":
                at = self._redirect(at)
            elif sign in "()":
                at = self._parenthesis(at)
            else:
                self._letters(sign, at, at + 1)
                at += 1
        self._end_word()
        self._end_command("")
        return self.pieces, self.faults

    def _letters(self, letters: str, at: int, end: int) -> None:
        if self.word is None:
            self.word = []
        if self.first < 0:
            self.first = at
        self.word.append(letters)
        self.last = end

    def _escape(self, at: int) -> int:
        following = self.text[at + 1 : at + 3]
        if following[:1] == "\n" or following == "\r\n":
            if self.text[at - 1 : at].isspace():
                self._end_word()
            return at + (2 if following[:1] == "\n" else 3)
        end = at + (2 if following else 1)
        self._letters(following[:1] or "\\", at, end)
        self.quoted = True
        return end

    def _quote(self, at: int) -> int:
        text, quote, begin = self.text, self.text[at], at
        self._letters("", at, at + 1)
        self.quoted = True
        at += 1
        while at < len(text):
            sign = text[at]
            if sign == quote:
                self._letters("", at, at + 1)
                return at + 1
            if quote == '"' and sign == "\\" and text[at + 1 : at + 2] in ('"', "\\", "$", "`"):
                self._letters(text[at + 1], at, at + 2)
                at += 2
            elif quote == '"' and sign in "$`":
                at = self._variable(at, True)
            else:
                self._letters(sign, at, at + 1)
                at += 1
        self.faults.append(Fault(quote, begin))
        return at

    def _variable(self, at: int, quoted: bool) -> int:
        """Take ``$NAME``, ``${NAME}``, ``$(…)``: replaced where the value is known.

        A value with blanks becomes several words, unless it is *quoted*.
        """
        name, end = variable_at(self.text, at)
        if end == at + 1:
            self._letters(self.text[at], at, end)
            return end
        self.live = True
        value = None
        if self.variables is not None and name:
            plain, _, default = name.partition(":-")
            key = plain.removesuffix("[@]").removesuffix("[*]")
            value = self.variables.get(key) or default or self.variables.get(key)
        if value == "" and not quoted:
            return end  # no word at all
        words = value.split() if value else []
        if value is None or (quoted and not name.endswith(("[@]", "@"))) or words in ([], [value]):
            self._letters(self.text[at:end] if value is None else value, at, end)
            return end
        for number, word in enumerate(words):
            if number:
                self._end_word()
            self._letters(word, at, end)
        return end

    def _separator(self, at: int) -> int:
        sign, both = self.text[at], self.text[at : at + 2]
        if sign == "&" and both == "&>":
            return self._redirect(at)
        if (sign == "&" and self.operator) or (
            sign == "|" and not self.words and self.word is not None and self._in_pattern(at)
        ):
            self._letters(sign, at, at + 1)
            return at + 1
        self._end_word()
        joint = both if both in _JOINTS else sign
        self._end_command("", {"|&": "|", ";;": "", ";": "", "&": ""}.get(joint, joint))
        return at + len(joint)

    def _in_pattern(self, at: int) -> bool:
        """Tell whether the ``|`` at *at* stands in a pattern of ``case``: ``start|restart)``."""
        following = self.text[at + 1 :].split(None, 1)
        return bool(following) and following[0].partition(")")[1] == ")" and "(" not in following[0]

    def _parenthesis(self, at: int) -> int:
        """Take a parenthesis: of a subshell, or a letter of a word."""
        text, ahead = self.text, self.word is None and not self.words
        if text[at] == "(" and ahead and not _PATTERN.match(text, at):
            close = text.find("))", at) + 2
            if text.startswith("((", at) and close > 1:
                self._letters(text[at:close], at, close)  # arithmetic
                return close
            return self._alone("(", at)
        if text[at] == ")" and not self.open and (self.words or not self.word or self.subshells):
            self._end_word()
            self._end_command("")
            return self._alone(")", at)
        self.open += 1 if text[at] == "(" else -1 if self.open else 0
        self._letters(text[at], at, at + 1)
        return at + 1

    def _alone(self, sign: str, at: int) -> int:
        """Take a parenthesis as a command of its own."""
        self._letters(sign, at, at + 1)
        self._end_word()
        if sign == "(":
            self._end_command("")
            self.subshells += 1
        elif self.subshells:
            self.subshells -= 1
        return at + 1

    def _redirect(self, at: int) -> int:
        """Take ``> FILE``, ``<<MARK``; ``<NAME>`` is a placeholder for something to fill in."""
        text = self.text
        placeholder = _PLACEHOLDER.match(text, at)
        if placeholder:
            self._letters(placeholder[0], at, placeholder.end())
            return placeholder.end()
        word = "".join(self.word or ())
        if word.isdigit() and len(word) == 1:
            self.word = None  # the number of a file descriptor
        self._end_word()
        end = at
        while end < len(text) and text[end] in "<>&-" and end - at < 3:
            end += 1
        self.operator = text[at:end]
        self.first = at if self.first < 0 else self.first
        self.last = end
        self.quoted = False
        return end

    def _end_word(self) -> None:
        if self.word is None:
            return
        word, self.word = "".join(self.word), None
        quoted, self.quoted = self.quoted, False
        if self.operator:
            if self.operator.startswith("<<") and not self.operator.startswith("<<<"):
                self.mark, self.raw = word, quoted
            self.redirects.append((self.operator, word))
            self.operator = ""
            return
        self.words.append(word)
        if not quoted and self._opens(word):
            self._end_command("")

    def _opens(self, word: str) -> bool:
        """Tell whether a command may follow *word* without a separator."""
        if len(self.words) == 1:
            return word in _COMPLETE or (word.endswith(")") and "(" not in word[1:] and word != ")")
        head = self.words[0]
        if head == "case" and word == "in":
            return len(self.words) == 3
        return word == "{" and (
            head == "function" or head.endswith("()") or self.words[1:2] == ["()"]
        )

    def _end_command(self, comment: str, joint: str = "") -> None:
        if self.words or self.redirects:
            self.pieces.append(
                Piece(tuple(self.words), self.first, self.last, tuple(self.redirects), self.live,
                      comment, self.joint, self.mark, self.raw)
            )  # fmt: skip
        elif not joint:
            joint = self.joint
        self._begin(joint)


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
