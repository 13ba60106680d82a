"""Guesses what the author meant where keepalived reads something else."""

from __future__ import annotations

import re

from hatools.text import Token
from hatools_keepalived.faults import Finding
from hatools_keepalived.words import decomment, tokens

_SPACES = dict.fromkeys(
    (
        *(0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0, 0x1680),
        *range(0x2000, 0x200B),
        *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
        0xDCA0,  # a non-breaking space of Latin-1, where UTF-8 was expected
    ),
    " ",
)
_NOTHING = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
_PUNCTUATION = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x201C: '"', 0x201D: '"', 0x201E: '"', 0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-",
    0x2010: "-", 0x2011: "-", 0x2212: "-", 0x3002: ".", 0x3001: ",",
}  # fmt: skip
_MEANT = _SPACES | _NOTHING | _PUNCTUATION
_FOREIGN = ("//", "/*", "*/", ";")
_TAKES_SLASHES = frozenset(("path", "script", "misc_path", "quorum_up", "quorum_down"))
_TEMPLATE = re.compile(r"\{\{.*|\{%.*|\{#.*")
_PLACEHOLDER = re.compile(r"<[A-Za-z][A-Za-z0-9_ -]*>")


def intended(
    body: str, found: list[Token], words: tuple[str, ...], offset: int, findings: list[Finding]
) -> tuple[str, ...] | None:
    """Return the words that were meant by *body*, None where it says them; adds to *findings*.

    *found* are its tokens, *words* what keepalived makes of them, *offset* the column of *body*.
    """
    if "{" in body and (match := _TEMPLATE.search(body)):
        mark = "{{ }}" if match[0].startswith("{{") else match[0][:2] + " " + match[0][1] + "}"
        findings.append(Finding("TX005", offset + match.start(), offset + match.end(), (mark,)))
    if "<" in body and (match := _PLACEHOLDER.search(body)):
        findings.append(Finding("TX009", offset + match.start(), offset + match.end(), (match[0],)))
    if not body.isascii() or not body.isprintable():
        for token in found:
            if not token.quoted and _glued(token, offset, findings):
                meant, _ = tokens(decomment(body.translate(_MEANT)).text)
                return _without_comment(tuple(word.text for word in meant))
    for number, token in enumerate(found):
        if token.quoted or not token.text.startswith(_FOREIGN):
            continue
        if number == 1 and words[0] in _TAKES_SLASHES:
            continue
        mark = next(mark for mark in _FOREIGN if token.text.startswith(mark))
        start = offset + token.start
        code = "TX007" if number else "TX011"
        findings.append(Finding(code, start, offset + len(body), (mark,)))
        return words[:number]
    return None


def _without_comment(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return *words* up to a comment in another language's spelling."""
    for number, word in enumerate(words):
        if word.startswith(_FOREIGN):
            return words[:number]
    return words


def _glued(token: Token, offset: int, findings: list[Finding]) -> bool:
    """Tell whether *token* holds a character that was meant as another; adds to *findings*."""
    for at, char in enumerate(token.text):
        code = ord(char)
        if code not in _MEANT:
            continue
        start = offset + token.start + at
        if code in _PUNCTUATION:
            findings.append(Finding("TX003", start, start + 1, (char, _PUNCTUATION[code])))
        else:
            name = "U+00A0" if code == 0xDCA0 else f"U+{code:04X}"
            findings.append(Finding("TX002", start, start + 1, (name,)))
        return True
    return False
