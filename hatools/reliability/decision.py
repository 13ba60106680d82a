"""A binary decision diagram of which components keep a system up, and what is counted on it.

Bryant, Graph-Based Algorithms for Boolean Function Manipulation (1986); for reliability Rauzy,
New algorithms for fault trees analysis (1993).  No function here calls itself: a chain of
thousands of components is no deeper than Python's stack.
"""

from __future__ import annotations

from collections.abc import Sequence

from hatools.errors import BadSetting

DOWN, UP = 0, 1
MOST_NODES = 2_000_000  # about 1 GB; what people draw has a few thousand

Choice = tuple[int, int, int]  # if the first then the second else the third


class Decisions:
    """Nodes that each ask one component; ``up[n]`` and ``down[n]`` are the nodes asked next.

    Components are numbers in the order in which they are asked.  A node's successors have
    smaller numbers than it, so that one pass over the nodes is enough for any sum.
    """

    def __init__(self, components: int) -> None:
        self.asks = [components, components]  # the two ends ask nobody: after everybody
        self.up = [DOWN, UP]
        self.down = [DOWN, UP]
        self._known: dict[Choice, int] = {}
        self._chosen: dict[Choice, int] = {}

    def node(self, component: int, up: int, down: int) -> int:
        """Return the node that asks *component*; equal questions are one node."""
        if up == down:
            return up
        key = (component, up, down)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.asks)
            if found >= MOST_NODES:
                raise BadSetting(
                    f"the block diagram needs more than {MOST_NODES} decisions",
                    "Put blocks that share components next to each other, or leave some out.",
                )
            self.asks.append(component)
            self.up.append(up)
            self.down.append(down)
        return found

    def choose(self, test: int, then: int, other: int) -> int:
        """Return the node of: *then* where *test* is up, *other* where it is down."""
        goal = (test, then, other)
        waiting = [goal]
        while waiting:
            key = waiting[-1]
            if self._settled(key) is not None:
                waiting.pop()
                continue
            component = min(self.asks[node] for node in key)
            ups = self._branch(key, component, self.up)
            downs = self._branch(key, component, self.down)
            up, down = self._settled(ups), self._settled(downs)
            if up is None:
                waiting.append(ups)
            elif down is None:
                waiting.append(downs)
            else:
                self._chosen[key] = self.node(component, up, down)
                waiting.pop()
        found = self._settled(goal)
        assert found is not None
        return found

    def _settled(self, key: Choice) -> int | None:
        test, then, other = key
        if test == UP or then == other:
            return then
        if test == DOWN:
            return other
        if then == UP and other == DOWN:
            return test
        return self._chosen.get(key)

    def _branch(self, key: Choice, component: int, side: Sequence[int]) -> Choice:
        test, then, other = (side[node] if self.asks[node] == component else node for node in key)
        return test, then, other

    def at_least(self, needed: int, blocks: Sequence[int]) -> int:
        """Return the node that is up where at least *needed* of *blocks* are, 1..n."""
        rest = [UP] + [DOWN] * needed  # rest[j]: at least j of the blocks behind are up
        for before in range(len(blocks) - 1, -1, -1):
            behind = len(blocks) - before
            # upwards from the most: rest[j - 1] must still be that of the block behind
            for j in range(min(needed, behind), max(1, needed - before) - 1, -1):
                rest[j] = self.choose(blocks[before], rest[j - 1], rest[j])
        return rest[needed]

    def below(self, root: int) -> list[int]:
        """Return the nodes that *root* leads to, itself included, in rising order; no ends."""
        seen = {root}
        waiting = [root]
        while waiting:
            node = waiting.pop()
            for following in (self.up[node], self.down[node]):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return sorted(seen - {DOWN, UP})


def probabilities(
    decisions: Decisions, nodes: Sequence[int], ups: Sequence[float], downs: Sequence[float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return for each of *nodes* the probability to end up, and that to end down.

    *ups* and *downs* are the components' availabilities and unavailabilities; both answers are
    sums of positive terms, so that a small unavailability keeps its digits.
    """
    good, bad = {DOWN: 0.0, UP: 1.0}, {DOWN: 1.0, UP: 0.0}
    for node in nodes:
        up, down = decisions.up[node], decisions.down[node]
        works, fails = ups[decisions.asks[node]], downs[decisions.asks[node]]
        good[node] = works * good[up] + fails * good[down]
        bad[node] = works * bad[up] + fails * bad[down]
    return good, bad


def slopes(
    decisions: Decisions, nodes: Sequence[int], ups: Sequence[float], downs: Sequence[float]
) -> list[float]:
    """Return for each component the slope of the availability: that with it up - that with it down.

    All at once: the probability to come to a node that asks it, times what its answer changes.
    """
    good, bad = probabilities(decisions, nodes, ups, downs)
    come = dict.fromkeys(nodes, 0.0)
    slope = [0.0] * len(ups)
    if nodes:
        come[nodes[-1]] = 1.0
    for node in reversed(nodes):
        component, here = decisions.asks[node], come[node]
        up, down = decisions.up[node], decisions.down[node]
        # subtract the smaller of the two: more digits are left
        few = bad[down] < good[down]
        slope[component] += here * (bad[down] - bad[up] if few else good[up] - good[down])
        for following, share in ((up, ups[component]), (down, downs[component])):
            if following > UP:
                come[following] += here * share
    return slope
