"""What this package brings: the schedulers, each imported when a pool needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Balancing, Pool, Scheduler

# registry name -> module, class, what `hatools schedulers` says, whether picks are random
KERNEL = {
    "rr": ("rr", "RoundRobin", "one server after the other"),
    "wrr": ("wrr", "WeightedRoundRobin", "one after the other, by weight"),
    "lc": ("lc", "LeastConnection", "fewest connections"),
    "wlc": ("wlc", "WeightedLeastConnection", "fewest connections for its weight"),
    "sed": ("sed", "ShortestExpectedDelay", "shortest expected delay"),
    "nq": ("nq", "NeverQueue", "an idle server, else shortest expected delay"),
    "sh": ("sh", "SourceHashing", "by the client's address"),
    "dh": ("dh", "DestinationHashing", "by the address asked for"),
    "mh": ("mh", "Maglev", "by the client's address, Maglev hashing"),
    "lblc": ("lblc", "LocalityBasedLeastConnection", "an address stays with a server"),
    "lblcr": ("lblcr", "LocalityWithReplication", "an address stays with a set of servers"),
    "fo": ("fo", "WeightedFailover", "the heaviest server takes everything"),
    "ovf": ("ovf", "WeightedOverflow", "the heaviest server until it is full"),
    "twos": ("twos", "PowerOfTwoChoices", "the better of two random servers"),
}
RANDOM = {"twos"}


def _maker(module: str, name: str) -> Callable[[Balancing], Pool]:
    def make(balancing: Balancing) -> Pool:
        made: Pool = getattr(import_module(f"hatools_schedulers.{module}"), name)(balancing)
        return made

    return make


@hookimpl
def hatools_schedulers() -> Iterable[Scheduler]:
    """Return the kernel's schedulers."""
    from hatools.plugin import Scheduler

    return [
        Scheduler(name, _maker(module, made), f"{title} (IPVS)", name in RANDOM)
        for name, (module, made, title) in KERNEL.items()
    ]
