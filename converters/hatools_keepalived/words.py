"""Takes one line of keepalived.conf apart: comment, braces, words."""

from __future__ import annotations

import re
from typing import NamedTuple

from hatools.text import Token
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN

_SCRIPT_KEYWORDS = (
    "startup_script shutdown_script notify_fifo_script vrrp_notify_fifo_script"
    " lvs_notify_fifo_script script notify notify_backup notify_master notify_fault"
    " notify_stop notify_deleted notify_master_rx_lower_pri quorum_up quorum_down"
    " notify_up notify_down misc_path"
)
SCRIPT_KEYWORDS = frozenset(_SCRIPT_KEYWORDS.split())
"""Keywords, the same in every block, whose words are split as a shell would."""

RAW_SCRIPT_KEYWORDS = frozenset(("regex",))
"""Those that are split the same way but keep their backslashes."""

_BLANK = " \t\n\v\f\r"
_COMMENT_STOP = re.compile(r'[!#"\\]')
_WORD = re.compile(rf'[{_BLANK}]*(?:"([^"]*)"|(")|([^{_BLANK}"]+))')
_BRACE_STOP = re.compile(r'[{}"]')
_WHOLE = re.compile(r"\{\{[^{}]*\}\}|\{%.*?%\}|\{#.*?#\}")
_REFERENCE = re.compile(r"\{[A-Za-z_]\w*(?:[ \t]+\w+)*\}", re.ASCII)
_ESCAPES = {"a": "\a", "b": "\b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
            "v": "\v"}  # fmt: skip
_ESCAPE = re.compile(r"x([0-9A-Fa-f]{1,2})|c(.)|([0-7]{1,3})|(.)", re.DOTALL)
_SHELL_STOP = {"": re.compile(rf"[{_BLANK}'\"\\]"), '"': re.compile(r'["\\]'),
               "'": re.compile(r"['\\]")}  # fmt: skip


class Bare(NamedTuple):
    """A line without its comment and the white space around.

    *cuts* are the places in *text* before which a backslash was taken out;
    *comment* is None where there is none.  *unclosed*: a ``"`` stays open.
    """

    text: str
    offset: int = 0
    cuts: tuple[int, ...] = ()
    comment: str | None = None
    unclosed: bool = False

    def column(self, at: int) -> int:
        """Return the column in the line of place *at* in the text."""
        return self.offset + at + sum(cut <= at for cut in self.cuts)


def decomment(line: str) -> Bare:
    r"""Take the comment off *line*: from ``#`` or ``!`` outside double quotes.

    ``\#`` and ``\!`` lose their backslash; one at the very end is glued to the word before.
    """
    offset = len(line) - len(line.lstrip(" \t"))
    line = line[offset:].rstrip("\r")
    parts: list[str] = []
    cuts: list[int] = []
    done = at = length = 0
    quoted = glued = False
    comment = None
    while stop := _COMMENT_STOP.search(line, at):
        at = stop.start()
        mark = line[at]
        if mark == '"':
            quoted = not quoted
        elif mark == "\\":
            if at + 1 == len(line):
                glued = True
                line = line[:at]
                break
            if not quoted and line[at + 1] in "#!":
                parts.append(line[done:at])
                length += at - done
                cuts.append(length)
                done = at + 1
            at += 1
        elif not quoted:
            comment = line[at + 1 :]
            line = line[:at]
            break
        at += 1
    parts.append(line[done:])
    text = "".join(parts).rstrip(" \t") + ("\\" if glued else "")
    return Bare(text, offset, tuple(cuts), comment, quoted)


def tokens(text: str) -> tuple[list[Token], int]:
    """Return the words of *text*, and where a ``"`` opens that is never closed (else -1)."""
    found: list[Token] = []
    for match in _WORD.finditer(text):
        if match[2]:
            return found, match.start(2)
        which = 1 if match[1] is not None else 3
        quoted = which == 1
        found.append(
            Token(match[which], match.start(which) - quoted, match.end(which) + quoted, quoted)
        )
    return found, -1


def shell_words(text: str, *, keep_backslashes: bool = False) -> tuple[str, ...] | None:
    """Return the words of a script line, split as a shell would; None if a quote stays open."""
    words: list[str] = []
    at = 0
    while True:
        while at < len(text) and text[at] in _BLANK:
            at += 1
        if at == len(text):
            return tuple(words)
        word: list[str] = []
        quote = ""
        while at < len(text):
            stop = _SHELL_STOP[quote].search(text, at)
            if stop is None:
                if quote:
                    return None
                word.append(text[at:])
                at = len(text)
                break
            word.append(text[at : stop.start()])
            mark, at = stop[0], stop.end()
            if mark == "\\":
                match = _ESCAPE.match(text, at)
                if match is None:
                    return None
                at = match.end() if not keep_backslashes else at + 1
                word.append("\\" + text[at - 1] if keep_backslashes else _unescape(match))
            elif quote:
                quote = ""
            elif mark in "'\"":
                quote = mark
            else:
                at -= 1
                break
        if quote:
            return None
        words.append("".join(word))


def _unescape(match: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    if match[1]:
        return chr(int(match[1], 16))
    if match[2]:
        return chr(ord(match[2]) & 0x1F)
    if match[3]:
        return chr(int(match[3], 8) & 0xFF)
    return _ESCAPES.get(match[4], match[4])


def pieces(text: str) -> list[tuple[int, int, int]]:
    """Split *text* at its braces into (kind, start, end); an `OPEN` piece ends before its brace.

    Braces inside double quotes, of ``${NAME}`` and of template text split nothing.
    """
    found: list[tuple[int, int, int]] = []
    start = at = 0
    while stop := _BRACE_STOP.search(text, at):
        where, mark = stop.start(), stop[0]
        at = where + 1
        if mark == '"':
            closing = text.find('"', at)
            if closing < 0:
                break
            at = closing + 1
            continue
        whole = None
        if mark == "{":
            whole = _WHOLE.match(text, where)
            if whole is None and text[where - 1 : where] == "$":
                whole = _REFERENCE.match(text, where)
        if whole is not None:
            at = whole.end()
            continue
        words = _trim(text, start, where)
        if mark == "}":
            if words:
                found.append((PLAIN, *words))
            found.append((CLOSE, where, at))
        elif words:
            found.append((OPEN, *words))
        else:
            found.append((BRACE, where, at))
        start = at
    words = _trim(text, start, len(text))
    if words:
        found.append((PLAIN, *words))
    return found


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of ``text[start:end]`` without white space around, None when empty."""
    inner = text[start:end].strip(_BLANK)
    if not inner:
        return None
    at = text.index(inner, start)
    return at, at + len(inner)
