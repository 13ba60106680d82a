"""Which schedulers of IPVS mean the same under another name, and where order counts."""

from __future__ import annotations

from typing import Literal

from hatools.model import Scheduler
from hatools.plugin import Alike

_FLAGS = {
    ("sh", "flag-1"): "sh-fallback", ("sh", "flag-2"): "sh-port",
    ("mh", "flag-1"): "mh-fallback", ("mh", "flag-2"): "mh-port",
}  # fmt: skip
_WEIGHTS: dict[str, tuple[str, Literal["count", "ignored", "order"]]] = {
    "rr": ("wrr", "ignored"),
    "lc": ("lc", "ignored"),
    "fo": ("wrr", "order"),
}


def alike(scheduler: Scheduler) -> Alike:
    """Return *scheduler*, its flags by their names and in one order.

    rr is wrr that takes no notice of weights; fo always uses the heaviest server.
    """
    flags = {_FLAGS.get((scheduler.name, flag), flag) for flag in scheduler.parameters}
    name, weights = _WEIGHTS.get(scheduler.name, (scheduler.name, "count"))
    return Alike(Scheduler(name, tuple(sorted(flags))), weights)


def in_order(words: tuple[str, ...]) -> bool:
    """Tell whether statements like *words* are tried in the order written."""
    return False
