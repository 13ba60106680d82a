"""Compares what only one language has: words that no other knows."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from hatools.diff.findings import Findings, Places, Said, Side
from hatools.diff.matching import Key, pair
from hatools.model.topology import Own


class Words(NamedTuple):
    """One statement in a language's own words, a block with what is inside it.

    *lines* are its statements, *number* that of the first among its object's.
    """

    lines: Own
    number: int
    places: Places

    @property
    def head(self) -> str:
        """The first word: which keyword it is."""
        return self.lines[0][0] if self.lines[0] else ""

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(word for line in self.lines for word in line)

    def said(self, side: Side) -> Said:
        """Return it with its place; a statement that holds a secret is masked whole."""
        masked = " ".join(side.mask(" ".join(line)) for line in self.lines)
        return side.say(f"own.{self.number}", masked, masked, self.places)


def statements(own: Own, places: Places) -> list[Words]:
    """Return the statements of *own*: ``{`` to ``}`` is one."""
    found: list[Words] = []
    block: list[tuple[str, ...]] = []
    depth = 0
    for number, line in enumerate(own):
        block.append(line)
        if line and line[-1] == "{":
            depth += 1
        elif line == ("}",):
            depth = max(0, depth - 1)
        if not depth:
            found.append(Words(tuple(block), number + 1 - len(block), places))
            block = []
    if block:
        found.append(Words(tuple(block), len(own) - len(block), places))
    return found


def compare_own(
    findings: Findings, where: tuple[str, ...], left: list[Words], right: list[Words]
) -> None:
    """Note what is said on one side only, and what is said in another order that counts."""
    if [words.lines for words in left] == [words.lines for words in right]:
        return
    same, mine, theirs = pair(left, right, lambda words: words.lines)
    if not findings.same_language and not findings.everything:
        findings.left.skipped += len(mine)
        findings.right.skipped += len(theirs)
        return
    _compare_order(findings, where, same, right)
    changed, mine, theirs = pair(
        mine, theirs, lambda words: words.lines[0][:2], _only(mine, theirs)
    )
    for one, other in changed:
        findings.add(where, "own", one.said(findings.left), other.said(findings.right))
    for words in mine:
        findings.add(where, "own", words.said(findings.left), None)
    for words in theirs:
        findings.add(where, "own", None, words.said(findings.right))


def _only(left: list[Words], right: list[Words]) -> Key[Words]:
    """Return a key that is the head of a statement where it is the only one with it."""
    mine = Counter(words.head for words in left)
    theirs = Counter(words.head for words in right)
    return lambda words: words.head if mine[words.head] == theirs[words.head] == 1 else None


def _compare_order(
    findings: Findings,
    where: tuple[str, ...],
    same: list[tuple[Words, Words]],
    right: list[Words],
) -> None:
    """Note the keywords whose statements are tried in turn, and stand in another order."""
    names = findings.left.names
    if names is None:
        return
    rank = {id(words): number for number, words in enumerate(right)}
    groups: dict[str, list[tuple[Words, Words]]] = {}
    for one, other in same:
        if names.in_order(one.lines[0]):
            groups.setdefault(one.head, []).append((one, other))
    for head, rows in groups.items():
        order = [rank[id(other)] for _, other in rows]
        if order != sorted(order):
            at = next(n for n in range(1, len(order)) if order[n] < order[n - 1])
            mine, theirs = rows[at][0].said(findings.left), rows[at][1].said(findings.right)
            text = f"the order of {head}"
            findings.add(where, "order", Said(text, text, mine.span), Said(text, text, theirs.span))
