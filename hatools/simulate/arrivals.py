"""The connections that clients begin: when, from where, and how long they are to last."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate, cycle, islice, repeat
from math import inf, log
from operator import add, mod
from random import Random
from typing import NamedTuple

from hatools.plugin.balancing import Connection
from hatools.simulate.scenario import Load

FIRST_PORT, LAST_PORT = 32768, 60999  # Linux' ephemeral ports
BATCH = 256  # so many are made at once: enough to be cheap, few enough to throw some away

Fields = tuple[object, ...]
_connection: Callable[[Fields], Connection] = partial(tuple.__new__, Connection)


def client_address(number: int, family: int) -> str:
    """Return the made-up address of client *number*."""
    if family == 6:
        return f"2001:db8:c::{number + 1:x}"
    return f"10.{128 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


class Batch(NamedTuple):
    """Connections by the time of their arrival: *times* and *ends* in seconds."""

    times: list[float]
    connections: list[Connection]
    ends: list[float]


class Arrivals:
    """The connections of one load, until *length*.

    All random numbers come from streams of their own (when, how long, who),
    so that one does not disturb another.
    """

    def __init__(self, load: Load, number: int, seed: int, length: float) -> None:
        self.load = load
        self._when, self._long = (
            Random(f"{seed} {number} {stream}").random for stream in ("when", "long")
        )
        self._who = Random(f"{seed} {number} who").getrandbits
        self._last = load.start if load.rate > 0 else inf
        self._until = min(length, load.end if load.end is not None else length)
        family = 6 if ":" in load.address else 4
        self._sources = load.sources or tuple(
            client_address(at, family) for at in range(load.clients)
        )
        self._ports = cycle(range(FIRST_PORT, LAST_PORT + 1))

    def batch(self) -> Batch:
        """Return the next connections, none when there are no more."""
        load, sources = self.load, self._sources
        times = list(accumulate(self._gaps(), initial=self._last))[1:]
        self._last = times[-1]
        del times[bisect_right(times, self._until) :]
        count = len(times)
        ends = list(map(add, times, self._lengths()))
        fields = zip(
            map(sources.__getitem__, map(mod, self._numbers(), repeat(len(sources)))),
            islice(self._ports, count),
            repeat(load.address),
            repeat(load.port),
            repeat(load.protocol),
            times,
            repeat(load.facts),
            strict=False,
        )
        return Batch(times, list(map(_connection, fields)), ends)

    def _numbers(self) -> Iterable[int]:
        """Return a large random number for each connection of a batch."""
        return memoryview(self._who(32 * BATCH).to_bytes(4 * BATCH, "little")).cast("I")

    def _gaps(self) -> Iterable[float]:
        """Return the seconds from each arrival of a batch to the next."""
        rate, when = self.load.rate, self._when
        if self.load.evenly or rate <= 0:
            return [1 / rate if rate > 0 else inf] * BATCH
        return [-log(1.0 - when()) / rate for _ in range(BATCH)]

    def _lengths(self) -> Iterable[float]:
        """Return how many seconds each connection of a batch is to last."""
        kind, seconds, most = self.load.lasting
        long = self._long
        if kind == "exponential":
            each = 1 / seconds
            return [-log(1.0 - long()) / each for _ in range(BATCH)]
        if kind == "uniform":
            return [seconds + (most - seconds) * long() for _ in range(BATCH)]
        return repeat(inf if kind == "forever" else seconds)
