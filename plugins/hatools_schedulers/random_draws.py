"""random: the less loaded of some servers drawn on the consistent ring (``backend.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.hash_ring import HashRing
from hatools_schedulers.hashed import argument

DRAWS = 2
STEP = 0x9E3779B97F4A7C15  # of SplitMix64 (Steele, Lea, Flood: Fast splittable generators, 2014)
LONG = 0xFFFFFFFFFFFFFFFF


class RandomDraws(HashRing):
    """``random(N)`` draws N times.  Random, so its picks can only be told as shares."""

    def __init__(self, balancing: Balancing) -> None:
        number = argument(balancing)
        self._draws = int(number) if number.isdigit() and int(number) else DRAWS
        super().__init__(balancing)

    def pick_avoiding(
        self, connection: Connection, draw: float, avoid: Member | None
    ) -> Member | None:
        """Return the least loaded for its weight; None where that one is full."""
        self.running = True
        best: Member | None = None
        state = int(draw * (1 << 53))
        for _ in range(self._draws):
            state = state + STEP & LONG
            drawn = self.at(_spread(state) >> 32, avoid)
            if drawn is None:
                return None
            if best is None or not (
                drawn.active * self.weights[best] > best.active * self.weights[drawn]
            ):
                best = drawn
        if best is None or best.queued or 0 < best.limit <= best.active:
            return None
        return best


def _spread(state: int) -> int:
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & LONG
    state = (state ^ state >> 27) * 0x94D049BB133111EB & LONG
    return state ^ state >> 31
