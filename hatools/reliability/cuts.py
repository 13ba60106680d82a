"""Minimal cut sets: the smallest groups of components whose failure takes the system down.

Found on the decision diagram and kept as a diagram of sets (Minato 1993; Rauzy 1993), so that
their number is known before any is written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from typing import TypeVar

from hatools.errors import BadSetting
from hatools.reliability import domain
from hatools.reliability.blocks import Block, Diagram
from hatools.reliability.decision import DOWN, UP

K = TypeVar("K", bound=Hashable)
NONE, EMPTY = 0, 1  # no set at all; only the set without members
MOST_SETS = 10_000


def cut_sets(
    block: Block, largest: int | None = None, most: int = MOST_SETS
) -> list[frozenset[str]]:
    """Return the minimal cut sets of *block* with at most *largest* components, the smallest first.

    When all of a cut set are down and everything else is up, the system is down, and one of them
    less would leave it up (IEC 61025, IEC 61078).  One with a single member is a single point of
    failure.  Equally large ones come in the order of the components' places.  Raises `BadSetting`
    where there are more than *most*: ask for small ones only, they matter most.
    """
    diagram = Diagram(block)
    limit = math.inf if largest is None else domain.whole(largest, "the size of a cut set", 1)
    sets = _Sets(diagram)
    root = sets.cuts_of(diagram.root, limit)
    count = sets.count(root)
    if count > most:
        raise BadSetting(
            f"there are {count} minimal cut sets", f"At most {most} are listed: ask for small ones."
        )
    found = sorted(sets.members(root), key=lambda members: (len(members), members))
    return [frozenset(diagram.names[one] for one in members) for members in found]


class _Sets:
    """Sets of components as a diagram: a node has the sets with its component and those without."""

    def __init__(self, diagram: Diagram) -> None:
        last = len(diagram.names)
        self.decisions = diagram.decisions
        self.has = [last, last]
        self.having = [NONE, NONE]
        self.lacking = [NONE, NONE]
        self._known: dict[tuple[int, int, int], int] = {}
        self._cuts: dict[tuple[int, float], int] = {}
        self._kept: dict[tuple[int, int], int] = {}

    def node(self, component: int, having: int, lacking: int) -> int:
        if having == NONE:
            return lacking
        key = (component, having, lacking)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.has)
            self.has.append(component)
            self.having.append(having)
            self.lacking.append(lacking)
        return found

    def cuts_of(self, root: int, limit: float) -> int:
        """Return the minimal cut sets of decision node *root* with at most *limit* members."""
        decisions = self.decisions

        def settle(key: tuple[int, float]) -> int | list[tuple[int, float]]:
            node, left = key
            if node == UP:
                return NONE
            if node == DOWN:
                return EMPTY
            without = (decisions.up[node], left)
            needed: list[tuple[int, float]] = [without]
            if left:
                needed.append((decisions.down[node], left - 1))
            if missing := [one for one in needed if one not in self._cuts]:
                return missing
            having = NONE
            if left:  # those that are no cut without this component
                having = self.not_cutting(self._cuts[needed[1]], decisions.up[node])
            return self.node(decisions.asks[node], having, self._cuts[without])

        return _settled((root, limit), self._cuts, settle)

    def not_cutting(self, sets: int, node: int) -> int:
        """Return those of *sets* whose failure alone leaves decision *node* up."""
        decisions = self.decisions

        def settle(key: tuple[int, int]) -> int | list[tuple[int, int]]:
            sets, node = key
            if sets == NONE or node == DOWN:
                return NONE
            if node == UP or sets == EMPTY:
                return sets  # a system without failures is up
            first, asked = self.has[sets], decisions.asks[node]
            up, down = decisions.up[node], decisions.down[node]
            if asked < first:
                needed = [(sets, up)]
            elif first < asked:
                needed = [(self.lacking[sets], node), (self.having[sets], node)]
            else:
                needed = [(self.lacking[sets], up), (self.having[sets], down)]
            if missing := [one for one in needed if one not in self._kept]:
                return missing
            if len(needed) == 1:
                return self._kept[needed[0]]
            return self.node(first, self._kept[needed[1]], self._kept[needed[0]])

        return _settled((sets, node), self._kept, settle)

    def count(self, root: int) -> int:
        """Return how many sets *root* has."""
        counts = [0, 1]
        for node in range(2, root + 1):
            counts.append(counts[self.having[node]] + counts[self.lacking[node]])
        return counts[root]

    def members(self, root: int) -> list[tuple[int, ...]]:
        """Return the sets of *root*, each with its members in rising order."""
        found: list[tuple[int, ...]] = []
        waiting: list[tuple[int, tuple[int, ...]]] = [(root, ())]
        while waiting:
            node, taken = waiting.pop()
            if node == EMPTY:
                found.append(taken)
            elif node != NONE:
                waiting.append((self.lacking[node], taken))
                waiting.append((self.having[node], (*taken, self.has[node])))
        return found


def _settled(goal: K, known: dict[K, int], settle: Callable[[K], int | list[K]]) -> int:
    """Return the answer to *goal*; *settle* answers, or tells which answers it needs first."""
    waiting = [goal]
    while waiting:
        key = waiting[-1]
        if key in known:
            waiting.pop()
            continue
        answer = settle(key)
        if isinstance(answer, list):
            waiting.extend(answer)
        else:
            known[key] = answer
            waiting.pop()
    return known[goal]
