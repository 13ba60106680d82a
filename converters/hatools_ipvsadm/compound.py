"""Finds the compound commands of a script: if, case, loops, functions, groups."""

from __future__ import annotations

from hatools.text import Statement
from hatools.text.document import BRACE
from hatools_ipvsadm.syntax import FLOW

_CLOSERS = {"fi": "if", "done": "loop", "esac": "case", "}": "brace"}
_OPENERS = {"if": "if", "for": "loop", "while": "loop", "until": "loop", "case": "case"}
_INNER = {"then": "if", "elif": "if", "else": "if", "do": "loop"}


class Block:
    """A compound command: *kind*, the keywords inside it (where they stand), its *end*."""

    __slots__ = ("at", "end", "kind", "parts")

    def __init__(self, kind: str, at: int) -> None:
        self.kind = kind
        self.at = at
        self.end = -1
        self.parts: list[int] = []


def blocks_of(statements: list[Statement]) -> dict[int, Block]:
    """Return the compound commands that are closed, by the index of what opens them."""
    found: dict[int, Block] = {}
    stack: list[Block] = []
    for index, statement in enumerate(statements):
        if statement.note != FLOW:
            continue
        word = statement.words[0] if statement.words else "{" if statement.kind == BRACE else "}"
        top = stack[-1].kind if stack else ""
        if word in _OPENERS:
            stack.append(Block(_OPENERS[word], index))
        elif (
            word == "{"
            or (word.endswith("()") and "{" in statement.words)
            or ("{" in statement.words[:3] and (word == "function" or "()" in statement.words))
        ):
            stack.append(Block("brace", index))
        elif word in _CLOSERS:
            while stack and stack[-1].kind != _CLOSERS[word]:
                stack.pop()
            if stack:
                block = stack.pop()
                block.end = index
                found[block.at] = block
        elif _INNER.get(word) == top or (top == "case" and word.endswith(")")):
            stack[-1].parts.append(index)
    return found


def assignment(word: str) -> tuple[str, str] | None:
    """Return name and value of ``NAME=VALUE``; None for any other word."""
    name, equals, value = word.partition("=")
    name = name.removesuffix("+")
    sound = equals and name.isidentifier() and name.isascii()
    return (name, value) if sound else None
