"""Finds the compound commands of a script: if, case, loops, functions, groups."""

from __future__ import annotations

from hatools.text.document import BRACE, Statement
from hatools.text.shell.statements import FLOW, shape

_CLOSERS = {"fi": "if", "done": "loop", "esac": "case", "}": "brace", ")": "subshell"}
_OPENERS = {"if": "if", "for": "loop", "while": "loop", "until": "loop", "select": "loop",
            "case": "case", "(": "subshell"}  # fmt: skip
_INNER = {"then": "if", "elif": "if", "else": "if", "do": "loop"}
ALONE = frozenset((*_CLOSERS, *_INNER, "("))  # keywords that say nothing by themselves


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
        if statement.note != FLOW and shape(statement).kind != FLOW:
            continue
        word = statement.words[0] if statement.words else "{" if statement.kind == BRACE else "}"
        top = stack[-1].kind if stack else ""
        if word in _OPENERS:
            stack.append(Block(_OPENERS[word], index))
        elif word == "{" or _opens_function(statement.words):
            stack.append(Block("brace", index))
        elif word in _CLOSERS:
            if all(block.kind != _CLOSERS[word] for block in stack):
                continue  # it closes nothing
            while stack[-1].kind != _CLOSERS[word]:
                stack.pop()
            block = stack.pop()
            block.end = index
            found[block.at] = block
        elif _INNER.get(word) == top or (top == "case" and word.endswith(")")):
            stack[-1].parts.append(index)
    return found


def _opens_function(words: tuple[str, ...]) -> bool:
    """Tell whether *words* open a function with its brace: ``name() {``, ``function name {``."""
    return bool(function_name(words)) and "{" in words[1:3]


def function_name(words: tuple[str, ...]) -> str:
    """Return the name of the function that *words* open; empty where they open none."""
    if words[:1] == ("function",) and len(words) > 1:
        return words[1].removesuffix("()")
    if words and (words[0].endswith("()") or words[1:2] == ("()",)):
        return words[0].removesuffix("()")
    return ""


def assignment(word: str) -> tuple[str, str] | None:
    """Return name and value of ``NAME=VALUE``; None for any other word."""
    name, equals, value = word.partition("=")
    name = name.removesuffix("+")
    sound = equals and name.isidentifier() and name.isascii()
    return (name, value) if sound else None


def holds(condition: tuple[str, ...]) -> bool | None:
    """Return whether a *condition* holds where its words tell: ``[ a = b ]``; None if not."""
    words = condition
    if words[:1] not in (("[",), ("[[",), ("test",)) or any("$" in w or "`" in w for w in words):
        return None
    inner = words[1:-1] if words[0] != "test" else words[1:]
    if len(inner) == 3 and inner[1] in ("=", "==", "!="):
        return (inner[0] == inner[2]) == (inner[1] != "!=")
    if len(inner) == 2 and inner[0] in ("-n", "-z"):
        return bool(inner[1]) == (inner[0] == "-n")
    return None
