"""The wrr model as one writes it with SimPy: a process for each connection."""

from __future__ import annotations

from importlib import import_module
from itertools import cycle
from random import Random


def served(
    weights: list[int], rate: float, seconds: float, length: float, time_wait: float, seed: int
) -> list[int]:
    """Return how many connections each server got.

    Connections arrive as a Poisson process, last exponentially, and stay
    inactive for *time_wait* seconds behind their end.  The random numbers are
    those that hatools draws, so that both sides make the same connections.
    """
    simpy = import_module("simpy")
    environment = simpy.Environment()
    # the kernel begins at the weight of the server that was added first
    falling = [*range(weights[0], 0, -1), *range(max(weights), weights[0], -1)]
    newest_first = range(len(weights) - 1, -1, -1)
    picks = cycle([at for height in falling for at in newest_first if weights[at] >= height])
    active, inactive, got = ([0] * len(weights) for _ in range(3))
    when, long = Random(f"{seed} 0 when"), Random(f"{seed} 0 long")

    def connection(server):
        active[server] += 1
        got[server] += 1
        yield environment.timeout(long.expovariate(1 / seconds))
        active[server] -= 1
        if time_wait:
            inactive[server] += 1
            yield environment.timeout(time_wait)
            inactive[server] -= 1

    def arrivals():
        while True:
            yield environment.timeout(when.expovariate(rate))
            environment.process(connection(next(picks)))

    environment.process(arrivals())
    environment.run(until=length)
    return got
