"""Reliability block diagrams of any shape, answered exactly.

A name that stands in several places is one component: its failure is felt in all of them at once.
The diagram becomes a binary decision diagram (IEC 61078, annex; Rauzy 1993), so nothing is
approximated and no repeated block is taken for independent.  Different names are independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from hatools.errors import BadSetting
from hatools.reliability import domain, steady
from hatools.reliability.decision import DOWN, UP, Decisions, probabilities, slopes
from hatools.reliability.steady import LongRun

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A component; the same *name* in two places is the same component."""

    name: str


class _Gate:
    """Blocks of which some number must be up."""

    __slots__ = ("blocks", "needed")

    def __init__(self, needed: int, blocks: tuple[Block, ...]) -> None:
        kind = type(self).__name__
        if not blocks:
            raise BadSetting(f"{kind} has no blocks", "Give it at least one.")
        for block in blocks:
            if not isinstance(block, (Part, _Gate)):
                raise BadSetting(f"{block!r} in {kind} is no block", "Write Part(name).")
        self.needed = domain.whole(needed, f"the number that {kind} needs", 1, len(blocks))
        self.blocks = blocks

    def __repr__(self) -> str:
        first = [str(self.needed)] if isinstance(self, AtLeast) else []
        return f"{type(self).__name__}({', '.join([*first, *map(repr, self.blocks)])})"


class Series(_Gate):
    """Up while all *blocks* are up."""

    __slots__ = ()

    def __init__(self, *blocks: Block) -> None:
        super().__init__(len(blocks), blocks)


class Parallel(_Gate):
    """Up while at least one of *blocks* is up."""

    __slots__ = ()

    def __init__(self, *blocks: Block) -> None:
        super().__init__(1, blocks)


class AtLeast(_Gate):
    """Up while at least *needed* of *blocks* are up; a block given twice counts twice."""

    __slots__ = ()

    def __init__(self, needed: int, *blocks: Block) -> None:
        super().__init__(needed, blocks)


Block = Part | Series | Parallel | AtLeast


class Times(NamedTuple):
    """A component's mean time to failure and to repair, in one unit."""

    mttf: float
    mttr: float


class Diagram:
    """A block diagram made ready for questions; worth keeping where several are asked of one.

    *names* are the components in the order of their first place.  Building it raises `BadSetting`
    where components are so entangled that more than two million decisions would be needed; a
    diagram in which no name stands twice never is.
    """

    def __init__(self, block: Block) -> None:
        order = list(_bottom_up(block))
        parts = _names(block)
        self.names = tuple(parts)
        self.decisions = Decisions(len(parts))
        made: dict[int, int] = {}
        for one in order:
            if isinstance(one, Part):
                made[id(one)] = self.decisions.node(parts[one.name], UP, DOWN)
            else:
                inner = [made[id(each)] for each in one.blocks]
                made[id(one)] = self.decisions.at_least(one.needed, inner)
        self.root = made[id(block)]
        self.nodes = self.decisions.below(self.root)

    def both(self, availabilities: Mapping[str, float]) -> tuple[float, float]:
        """Return availability and unavailability of the system, each with its own digits."""
        return self._ends(*self._given(availabilities))

    def importance(self, availabilities: Mapping[str, float]) -> dict[str, float]:
        """Return Birnbaum's importance of each component; see the function of that name."""
        found = slopes(self.decisions, self.nodes, *self._given(availabilities))
        return dict(zip(self.names, found, strict=True))

    def share(self, availabilities: Mapping[str, float]) -> dict[str, float]:
        """Return what each component costs; see the function of that name."""
        ups, downs = self._given(availabilities)
        found = slopes(self.decisions, self.nodes, ups, downs)
        return {
            name: slope * down for name, slope, down in zip(self.names, found, downs, strict=True)
        }

    def long_run(self, times: Mapping[str, Times]) -> LongRun:
        """Return what the system does in the long run; see the function of that name."""
        pairs = [self._of(times, name) for name in self.names]
        ups = [steady.availability(*pair) for pair in pairs]
        downs = [steady.unavailability(*pair) for pair in pairs]
        found = slopes(self.decisions, self.nodes, ups, downs)
        often = math.fsum(
            slope * up / mttf for slope, up, (mttf, _) in zip(found, ups, pairs, strict=True)
        )
        return LongRun.of(*self._ends(ups, downs), often)

    def is_up(self, failed: frozenset[str]) -> bool:
        """Tell whether the system is up while exactly the components *failed* are down."""
        node, decisions = self.root, self.decisions
        while node > UP:
            side = decisions.down if self.names[decisions.asks[node]] in failed else decisions.up
            node = side[node]
        return node == UP

    def _ends(self, ups: Sequence[float], downs: Sequence[float]) -> tuple[float, float]:
        good, bad = probabilities(self.decisions, self.nodes, ups, downs)
        return min(1.0, good[self.root]), min(1.0, bad[self.root])

    def _given(self, availabilities: Mapping[str, float]) -> tuple[list[float], list[float]]:
        ups = [
            domain.fraction(self._of(availabilities, name), f"the availability of {name}")
            for name in self.names
        ]
        return ups, [1.0 - up for up in ups]

    @staticmethod
    def _of(values: Mapping[str, T], name: str) -> T:
        try:
            return values[name]
        except KeyError:
            raise BadSetting(f"nothing is said about {name}", "Say how often it is up.") from None


def availability(block: Block, availabilities: Mapping[str, float]) -> float:
    """Return the fraction of time in which *block* is up, from its components' *availabilities*.

    Exact for components that fail and are repaired independently of each other (IEC 61078);
    names that *block* does not have are ignored.  Raises `BadSetting` where a component has no
    availability, or one outside 0..1.
    """
    return Diagram(block).both(availabilities)[0]


def unavailability(block: Block, availabilities: Mapping[str, float]) -> float:
    """Return the fraction of time in which *block* is down, summed up for itself.

    1 - `availability` has lost the digits that matter for a good system; this has not.
    """
    return Diagram(block).both(availabilities)[1]


def importance(block: Block, availabilities: Mapping[str, float]) -> dict[str, float]:
    """Return for each component the availability with it perfect minus that with it failed.

    Birnbaum's importance (IEC 61078, annex): how much of a change in the component's availability
    the system feels; 0..1, the order of names is that of their places.  Errors as `availability`.
    """
    return Diagram(block).importance(availabilities)


def share(block: Block, availabilities: Mapping[str, float]) -> dict[str, float]:
    """Return for each component what the system would gain if it never failed: A(perfect) - A.

    A fraction of time: times a year's minutes these are the minutes that the component costs.
    Shares do not add up to the unavailability where components stand in for each other: a minute
    lost because two failed together counts for both, and is saved by either.
    Computed as importance x (1 - A), the same number.  Errors as `availability`.
    """
    return Diagram(block).share(availabilities)


def long_run(block: Block, times: Mapping[str, Times]) -> LongRun:
    """Return availability, failure frequency, mean up and mean down time of *block*.

    *times* are MTTF and MTTR by name, in one unit, in which the answer is, too.  The frequency is
    the sum of importance x A / MTTF (Vesely 1970; IEC 61078): exact in the long run for
    independent components, whatever their distributions.
    *mean_up* is the time between a repair of the system and its next failure.
    Raises `BadSetting` for a missing name or times that cannot be.
    """
    return Diagram(block).long_run(times)


def _bottom_up(block: Block) -> Iterator[Block]:
    """Yield every block once, those inside before the one around."""
    seen: set[int] = set()
    waiting: list[tuple[Block, bool]] = [(block, False)]
    while waiting:
        one, opened = waiting.pop()
        if opened:
            yield one
        elif id(one) not in seen:
            seen.add(id(one))
            waiting.append((one, True))
            if not isinstance(one, Part):
                waiting.extend((each, False) for each in reversed(one.blocks))


def _names(block: Block) -> dict[str, int]:
    """Return the components' names with their numbers, in the order of their first place."""
    names: dict[str, int] = {}
    for one in _bottom_up(block):
        if isinstance(one, Part):
            names.setdefault(one.name, len(names))
    return names
