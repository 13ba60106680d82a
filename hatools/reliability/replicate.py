"""Monte Carlo of a block diagram: its components fail and are repaired at random, and are watched.

For answers that the exact formulas do not give, and to check those.  Nothing here draws by itself:
random numbers are passed in, so that a seed gives the same answer again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from heapq import heapify, heapreplace
from typing import NamedTuple

from hatools.errors import BadSetting
from hatools.reliability import domain
from hatools.reliability.blocks import Block, Diagram, Times
from hatools.reliability.decision import UP
from hatools.reliability.special import student_t

CONFIDENCE = 0.95
Uniform = Callable[[], float]  # 0 <= u < 1, each time another: random.Random(seed).random


class Estimate(NamedTuple):
    """A mean of *size* independent replications with two intervals of *confidence*.

    *low* to *high* is Student's t: right for many replications that do not differ wildly, too
    narrow where failures are so rare that most replications see none.  *least* to *most* holds
    whatever the distribution, and is wide: its width falls as 1 / size at best.
    """

    mean: float
    low: float
    high: float
    least: float
    most: float
    size: int
    confidence: float


def availability(
    block: Block,
    times: Mapping[str, Times],
    uniform: Uniform,
    length: float,
    size: int = 1000,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the availability of *block* as *size* replications of *length* show it.

    *times* (MTTF and MTTR by name) and *length* are in one unit; times are exponential, components
    independent.  Each replication begins in the long run, not with everything up, so that the
    expectation is the exact availability for any *length*.  *uniform* draws: for example
    ``random.Random(7).random``.  The sure interval is the empirical Bernstein bound (Maurer and
    Pontil 2009, theorem 4) on both sides.  Raises `BadSetting` for a missing name, times that
    cannot be, and less than two replications.
    """
    size = domain.whole(size, "the number of replications", 2)
    length = domain.positive(length, "the length")
    beyond = 1.0 - domain.inside(confidence, "the confidence")
    watched = _Watched(block, times, uniform)
    shares = [watched.time_up(length) / length for _ in range(size)]
    mean = math.fsum(shares) / size
    variance = math.fsum((share - mean) ** 2 for share in shares) / (size - 1)
    half = student_t(1.0 - beyond / 2.0, size - 1) * math.sqrt(variance / size)
    log = math.log(4.0 / beyond)
    sure = math.sqrt(2.0 * variance * log / size) + 7.0 * log / (3.0 * (size - 1))
    around = [(max(0.0, mean - wide), min(1.0, mean + wide)) for wide in (half, sure)]
    return Estimate(mean, *around[0], *around[1], size, confidence)


def first_failure(
    block: Block,
    times: Mapping[str, Times],
    uniform: Uniform,
    size: int = 1000,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the mean time from everything up until *block* is first down (MTTF).

    Units, draws and errors are those of `availability`.  *least* and *most* are 0 and infinite:
    no bound holds for times without one.  It takes as long as failures are rare: a system that
    fails once in 10^6 repairs needs as many steps for each replication.  Raises `BadSetting`
    where nothing can take *block* down.
    """
    size = domain.whole(size, "the number of replications", 2)
    beyond = 1.0 - domain.inside(confidence, "the confidence")
    watched = _Watched(block, times, uniform)
    if not watched.fails:
        raise BadSetting("nothing can take the system down", "Give a component a finite MTTF.")
    lives = [watched.time_to_failure() for _ in range(size)]
    mean = math.fsum(lives) / size
    variance = math.fsum((life - mean) ** 2 for life in lives) / (size - 1)
    half = student_t(1.0 - beyond / 2.0, size - 1) * math.sqrt(variance / size)
    return Estimate(mean, max(0.0, mean - half), mean + half, 0.0, math.inf, size, confidence)


class _Watched:
    """A block diagram whose components go up and down."""

    def __init__(self, block: Block, times: Mapping[str, Times], uniform: Uniform) -> None:
        self._diagram = Diagram(block)
        self.fails = self._diagram.long_run(times).frequency > 0.0  # refuses what cannot be
        self._times = [times[name] for name in self._diagram.names]
        self._ups = [mttf / (mttf + mttr) if mttf < math.inf else 1.0 for mttf, mttr in self._times]
        self._uniform = uniform

    def time_up(self, length: float) -> float:
        """Return for how long of *length* the system is up, beginning in the long run."""
        up = [self._uniform() < share for share in self._ups]
        agenda = self._agenda(up)
        works, since, total = self._works(up), 0.0, 0.0
        while agenda[0][0] < length:
            now = self._next(agenda, up)
            if self._works(up) != works:
                if works:
                    total += now - since
                works, since = not works, now
        return total + (length - since if works else 0.0)

    def time_to_failure(self) -> float:
        """Return when the system is first down, beginning with everything up."""
        up = [True] * len(self._times)
        agenda, now = self._agenda(up), 0.0
        while self._works(up):
            now = self._next(agenda, up)
        return now

    def _agenda(self, up: list[bool]) -> list[tuple[float, int]]:
        agenda = [(self._lasts(which, state), which) for which, state in enumerate(up)]
        heapify(agenda)
        return agenda

    def _next(self, agenda: list[tuple[float, int]], up: list[bool]) -> float:
        now, which = agenda[0]
        up[which] = not up[which]
        heapreplace(agenda, (now + self._lasts(which, up[which]), which))
        return now

    def _lasts(self, which: int, up: bool) -> float:
        mean = self._times[which][0 if up else 1]
        return mean if mean == math.inf else -math.log(1.0 - self._uniform()) * mean

    def _works(self, up: list[bool]) -> bool:
        decisions, node = self._diagram.decisions, self._diagram.root
        while node > UP:
            node = (decisions.up if up[decisions.asks[node]] else decisions.down)[node]
        return node == UP
