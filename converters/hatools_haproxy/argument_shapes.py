"""The small language in which ``arguments.tsv`` says what a keyword takes, and its matching.

``word|word`` one of these words; ``word@2.7`` a word that came with a version;
``<type>`` or ``<type:bounds>`` a word of a kind (`hatools_haproxy.argument_types`);
``<type@3.1>`` one that came with a version;
``[ … ]`` may be left out; ``{ … / … }`` one of several; ``]*`` and ``}*`` as often as
one likes; ``...`` whatever follows, which haproxy does not look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hatools_haproxy.argument_types import CHECKS, Check, ends_of_expression

Node = tuple[Any, ...]
_PIECE = re.compile(r"<[^>]*>|[\[{]|[\]}]\*?|[^\s\[\]{}<>]+")
GLUED = "\0"
"""What a word begins with that is glued to the keyword before it, in parentheses."""
_GLUED_KINDS = tuple(what for name, (_, what) in CHECKS.items() if name[0] == "(")
_CLOSING = {"]": "opt", "]*": "opt many", "}": "or", "}*": "or many"}


@lru_cache(maxsize=2048)
def compiled(text: str) -> Node:
    """Return the shape that *text* says."""
    stack: list[list[list[Node]]] = [[[]]]
    for piece in _PIECE.findall(text):
        if piece in ("[", "{"):
            stack.append([[]])
        elif piece == "/":
            stack[-1].append([])
        elif piece in _CLOSING:
            choices = stack.pop()
            node: Node = ("or", tuple(("seq", tuple(nodes)) for nodes in choices))
            kind = _CLOSING[piece]
            if kind.endswith("many"):
                node = ("many", node, kind.startswith("opt"))
            elif kind == "opt":
                node = ("opt", node)
            stack[-1][-1].append(node)
        else:
            stack[-1][-1].append(_leaf(piece))
    return ("seq", tuple(stack[0][0]))


def _leaf(piece: str) -> Node:
    if piece == "...":
        return ("rest",)
    if piece[0] == "<":
        name, _, bounds = piece[1:-1].partition(":")
        name, _, since = name.partition("@")
        if name == "end":
            return ("end",)
        if name == "if":
            return ("condition",)
        if name == "expr":
            return ("expr", piece)
        check, what = CHECKS[name]
        return ("type", check, what, bounds, since)
    words = tuple((word.partition("@")[0], word.partition("@")[2]) for word in piece.split("|"))
    return ("words", words)


class Match:
    """One attempt to match words: how far it got, what was *wanted* there, any *complaint*."""

    def __init__(self, words: tuple[str, ...], version: tuple[int, ...]) -> None:
        self.words = words
        self.version = version
        self.furthest = -1
        self.wanted: dict[str, None] = {}
        self.complaint = ""

    def whole(self, node: Node) -> bool:
        """Tell whether *node* matches all the words."""
        end = len(self.words)
        for at in self.ends(node, 0):
            if at == end:
                return True
            self._fail(at, "")
        return False

    def ends(self, node: Node, at: int) -> Iterator[int]:
        """Yield where *node*, begun at word *at*, may end."""
        kind = node[0]
        if kind == "seq":
            yield from self._sequence(node[1], 0, at)
        elif kind == "or":
            for choice in node[1]:
                yield from self.ends(choice, at)
        elif kind == "opt":
            yield from self.ends(node[1], at)
            yield at
        elif kind == "many":
            for middle in self.ends(node[1], at):
                if middle > at:
                    yield from self.ends(("many", node[1], True), middle)
            if node[2]:
                yield at
        elif kind == "rest":
            yield len(self.words)
        elif kind == "end":
            if at == len(self.words):
                yield at
        elif kind == "condition":
            if at < len(self.words) and self.words[at] in ("if", "unless"):
                yield len(self.words)  # what follows is read by reading_conditions
            else:
                self._fail(at, "if or unless")
        elif kind == "expr":
            yield from self._expression(node[1], at)
        else:
            yield from self._word(node, at)

    def _sequence(self, nodes: tuple[Node, ...], number: int, at: int) -> Iterator[int]:
        if number == len(nodes):
            yield at
            return
        for middle in self.ends(nodes[number], at):
            yield from self._sequence(nodes, number + 1, middle)

    def _word(self, node: Node, at: int) -> Iterator[int]:
        word = self.words[at] if at < len(self.words) else ""
        glued = word.startswith(GLUED)
        if glued != (node[0] == "type" and node[2] in _GLUED_KINDS):
            self._fail(at, node[2] if node[0] == "type" else "")
            return
        word = word.removeprefix(GLUED)
        if word and _variable(word):
            yield at + 1
        elif node[0] == "words":
            yield from self._one_of(node[1], at, word)
        elif self._has(node[4]):
            check: Check = node[1]
            complaint = check(word, node[3], self.version)
            if complaint is None:
                yield at + 1
            else:
                self._fail(at, node[2], complaint if word else "")
        elif word:
            self._fail(at, "", f"an argument such as '{word}' came with haproxy {node[4]}")

    def _one_of(self, choices: tuple[tuple[str, str], ...], at: int, word: str) -> Iterator[int]:
        """Yield where *word* ends if it is one of *choices*, words with their versions."""
        for known, since in choices:
            if word == known:
                if self._has(since):
                    yield at + 1
                    return
                self._fail(at, "", f"'{word}' came with haproxy {since}")
        for known, since in choices:
            if self._has(since):
                self._fail(at, known)

    def _has(self, since: str) -> bool:
        """Tell whether this version has what came with *since*."""
        return not since or _order(since) <= self.version

    def _expression(self, what: str, at: int) -> Iterator[int]:
        if at >= len(self.words) or self.words[at].startswith(GLUED):
            self._fail(at, "a sample expression")
            return
        ends, complaint = ends_of_expression(self.words, at, self.version)
        if complaint:
            self._fail(at, "a sample expression", complaint)
        yield from ends

    def _fail(self, at: int, wanted: str, complaint: str = "") -> None:
        if at > self.furthest:
            self.furthest, self.wanted, self.complaint = at, {}, ""
        if at == self.furthest:
            if wanted:
                self.wanted[wanted] = None
            self.complaint = self.complaint or complaint


def _variable(word: str) -> bool:
    """Tell whether *word* holds a variable of the environment whose value is not known."""
    return "${" in word or (word[0] == "$" and word[1:2].isalpha())


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def misfit(head: str, shape: str, words: tuple[str, ...], version: tuple[int, ...]) -> str:
    """Return what keeps *words* behind *head* from the *shape*, nothing where they fit."""
    if "" in words:
        words = words[: words.index("")]  # haproxy takes an empty word for the end
    match = Match(words, version)
    if match.whole(compiled(shape)):
        return ""
    at = match.furthest
    words = tuple([word.removeprefix(GLUED) for word in words])
    wanted = list(match.wanted)
    list_of = f"{', '.join(wanted[:-1])} or {wanted[-1]}" if len(wanted) > 1 else "".join(wanted)
    if len(wanted) > 12:
        list_of = ", ".join(wanted[:11]) + ", …"
    if at >= len(words):
        behind = f" behind '{words[-1]}'" if words else ""
        return f"'{head}' needs {list_of or 'more arguments'}{behind}"
    if match.complaint:
        return f"'{head}': {match.complaint}"
    if not wanted:
        return f"'{head}' takes no argument '{words[at]}'"
    return f"'{head}' does not take '{words[at]}' here: write {list_of}"
