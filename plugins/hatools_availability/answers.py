"""What a service's availability comes to, and which causes take it away."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from hatools.reliability.nines import JULIAN_YEAR, YEAR, nines_of_unavailability
from hatools_availability import front, serving
from hatools_availability.parts import SEVERAL, Cost, Loss, Setup

NOTHING = Loss(0.0, 0.0, ())
_front = cache(front.loss)
_pool = cache(serving.loss)


class Answer(NamedTuple):
    """The availability of one service.

    *lost* is the share of requests that find nobody, *costs* add up to it, the
    dearest first.  *outage* is the share of time in which nobody at all is
    served, *frequency* how often that begins, per second.
    """

    setup: Setup
    lost: float
    outage: float
    frequency: float
    costs: tuple[Cost, ...]

    @property
    def availability(self) -> float:
        """The share of requests that are served."""
        return 1.0 - self.lost

    @property
    def minutes(self) -> float:
        """Minutes lost in a year of 365.25 days."""
        return minutes(self.lost)

    @property
    def nines(self) -> float:
        """How many nines that is."""
        return nines_of_unavailability(self.lost)

    @property
    def mean_up(self) -> float:
        """Seconds between two outages, on average."""
        return (1.0 - self.outage) / self.frequency if self.frequency else math.inf

    @property
    def mean_down(self) -> float:
        """Seconds that an outage lasts, on average."""
        return self.outage / self.frequency if self.frequency else 0.0


def minutes(share: float) -> float:
    """Return the minutes of a year of 365.25 days that *share* of it are."""
    return share * JULIAN_YEAR / 60.0


def minutes_of_365(share: float) -> float:
    """Return the minutes of a year of 365 days, as service agreements count."""
    return share * YEAR / 60.0


def answer(setup: Setup) -> Answer:
    """Return the availability of *setup*: its front and its pool are both needed.

    What they lose at the same time is ``several at once``.
    """
    ahead = _front(setup.front) if setup.front is not None else NOTHING
    behind = _pool(setup.pool) if setup.pool is not None else NOTHING
    costs = [cost._replace(lost=cost.lost * (1.0 - behind.lost)) for cost in ahead.costs]
    costs += [cost._replace(lost=cost.lost * (1.0 - ahead.lost)) for cost in behind.costs]
    both = ahead.lost * behind.lost
    if both:
        costs.append(Cost("addresses and servers fail at once", SEVERAL, "several", both))
    return Answer(
        setup,
        math.fsum(cost.lost for cost in costs),
        ahead.down + behind.down - ahead.down * behind.down,
        ahead.frequency * (1.0 - behind.down) + behind.frequency * (1.0 - ahead.down),
        tuple(sorted(costs, key=lambda cost: -cost.lost)),
    )


class Share(NamedTuple):
    """What one component costs over all its causes."""

    component: str
    lost: float


def components(costs: Iterable[Cost]) -> list[Share]:
    """Return what each component costs, the dearest first; together it is what *costs* are."""
    found: dict[str, float] = {}
    for cost in costs:
        found[cost.component] = found.get(cost.component, 0.0) + cost.lost
    return sorted((Share(*pair) for pair in found.items()), key=lambda share: -share.lost)
