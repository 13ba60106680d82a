"""Queues: whether so many servers are enough, and what looking at several before choosing gains.

*load* is in erlangs: arrivals per unit of time x mean service time, the mean number of servers at
work.  Times are in one unit of the caller's choice.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from hatools.errors import BadSetting
from hatools.reliability import domain

MOST_SERVERS = 1_000_000


class Waiting(NamedTuple):
    """What arrivals at a queue meet; times in the unit of the service time.

    *waits* is the fraction that has to wait; *mean_wait* is over all arrivals, those that do not
    wait, too; *mean_time* includes the service; *queue* is the mean number that waits.  Where the
    load is not below the number of servers, everybody waits, longer and longer: infinite.
    """

    waits: float
    mean_wait: float
    mean_time: float
    queue: float


def erlang_b(servers: int, load: float) -> float:
    """Return the fraction of arrivals that find all *servers* busy, where nobody can wait.

    *load* in erlangs.  Erlang's first formula (1917), by the recursion B(c) = aB(c - 1) /
    (c + aB(c - 1)).  Arrivals are Poisson; any service times.  Raises `BadSetting` for a negative
    load and for a number of servers below 0 or above a million.
    """
    servers = domain.whole(servers, "the number of servers", 0, MOST_SERVERS)
    load = domain.duration(load, "the load")
    lost = 1.0
    for count in range(1, servers + 1):
        lost = load * lost / (count + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Return the fraction of arrivals that must wait at *servers* with one queue.

    *load* in erlangs.  Erlang's second formula (1917; Kleinrock, Queueing Systems I, 3.5) for
    Poisson arrivals and exponential service times; 1 where the load is not below the number of
    servers.  Errors as `erlang_b`.
    """
    return _must_wait(servers, load, erlang_b(servers, load))


def waiting(servers: int, load: float, service: float = 1.0) -> Waiting:
    """Return what arrivals meet at *servers* with one queue; *service* is the mean service time.

    M/M/c: Poisson arrivals, exponential service, first come first served, nobody gives up.  One
    queue for all is the best that a balancer can do: round robin waits longer.  Errors as
    `erlang_b`; *service* must be greater than 0.
    """
    service = domain.positive(service, "the service time")
    waits = erlang_c(servers, load)
    if load >= servers:
        return Waiting(waits, math.inf, math.inf, math.inf)
    wait = waits * service / (servers - load)
    return Waiting(waits, wait, wait + service, waits * load / (servers - load))


def waits_longer(servers: int, load: float, than: float, service: float = 1.0) -> float:
    """Return the fraction of arrivals that wait longer *than* that time.

    C e^(-(c - a) t / s), a the load, c the servers (M/M/c, first come first served).  Errors
    as `waiting`.
    """
    than = domain.duration(than, "the time to wait")
    waits = erlang_c(servers, load)
    if load >= servers:
        return 1.0
    return waits * math.exp(-(servers - load) * than / domain.positive(service, "the service time"))


def servers_enough(load: float, fraction: float, longer: float = 0.0, service: float = 1.0) -> int:
    """Return the least number of servers with which at most *fraction* waits *longer* than that.

    *load* in erlangs; *longer* and *service* (the mean service time) in one unit.  M/M/c, as
    `waits_longer`.  At least 1.  Raises `BadSetting` for a fraction that is not between 0 and 1
    and where a million servers are not enough.
    """
    load = domain.duration(load, "the load")
    fraction = domain.inside(fraction, "the fraction that may wait")
    patience = domain.duration(longer, "the time to wait") / domain.positive(
        service, "the service time"
    )
    lost = 1.0
    for servers in range(1, MOST_SERVERS + 1):
        lost = load * lost / (servers + load * lost)
        if servers > load:
            waits = _must_wait(servers, load, lost)
            if waits * math.exp(-(servers - load) * patience) <= fraction:
                return servers
    raise BadSetting(f"{MOST_SERVERS} servers are not enough", "Is the load in erlangs?")


def time_with_choices(load: float, choices: int) -> float:
    """Return the mean time, in service times, where the shortest of *choices* queues is chosen.

    *load* is that of one server, 0..1; each server has its own queue.  The sum over i >= 1 of
    load^((d^i - d) / (d - 1)) (Mitzenmacher 1996; Vvedenskaya, Dobrushin, Karpelevich 1996), the
    limit for many servers: a few per cent off for ten.  Poisson arrivals, exponential service.
    One choice is chance alone, 1 / (1 - load).  Infinite for a load of 1.  Raises `BadSetting`
    for a load outside 0..1 and less than one choice.
    """
    load = domain.fraction(load, "the load of one server")
    choices = domain.whole(choices, "the number of choices", 1)
    if load == 1.0:
        return math.inf
    if choices == 1:
        return 1.0 / (1.0 - load)
    terms, power = [], 0.0
    while (term := load**power) > 1e-18:
        terms.append(term)
        power = choices * power + choices  # (d^i - d) / (d - 1): 0, d, d + d^2, …
    return math.fsum(terms)


def _must_wait(servers: int, load: float, lost: float) -> float:
    """Return Erlang's C from his B."""
    return servers * lost / (servers - load * (1.0 - lost)) if load < servers else 1.0
