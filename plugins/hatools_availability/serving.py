"""What the servers behind a service lose: all down, or one down that still gets requests.

Each server is up, down and not noticed yet (it still gets its share), or out.
Servers are independent of each other.  The sums are exact for up to
`MOST_JOINT` combinations of weights, which is any pool of some dozen servers;
for larger ones the servers' being too few is left out where one of them is
silent, which changes nothing that could be seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from hatools.reliability.blocks import AtLeast, Block, Diagram, Parallel, Part, Times
from hatools.reliability.spans import said_span
from hatools.reliability.steady import LongRun
from hatools_availability.parts import SEVERAL, Cost, Loss, Pool, Server

MOST_JOINT = 20_000  # combinations of weight that is up, and weight that gets requests
MOST_WEIGHT = 2_000  # of all servers together; more is scaled down
LEAST = 1e-100  # what is less probable than that is left out: large pools are quick then
NAMED = 20  # servers that a cost of its own is told of

Spread = dict[tuple[int, int], float]  # (weight that is up, weight that gets requests): probability


class States(NamedTuple):
    """The shares of time in which a server is up, silent (down, not noticed), out."""

    up: float
    silent: float
    out: float


@cache
def states(times: Times, detection: float | None, back: float) -> States:
    """Return how a server spends its time; *detection* None: its failure is never noticed."""
    if math.isinf(times.mttf):
        return States(1.0, 0.0, 0.0)
    if detection is None or not times.mttr:
        silent, out = times.mttr, 0.0
    else:  # an exponential repair may be done before anybody noticed
        found = math.exp(-detection / times.mttr)
        silent, out = -times.mttr * math.expm1(-detection / times.mttr), found * (times.mttr + back)
    cycle = times.mttf + silent + out
    return States(times.mttf / cycle, silent / cycle, out / cycle)


def loss(pool: Pool) -> Loss:
    """Return what the pool's servers cost, by cause."""
    pool = _scaled(pool)
    servers = pool.servers
    found = [_states(server) for server in servers]
    together = _spread(servers, found)
    too_few = math.fsum(share for (up, _), share in together.items() if up < pool.needed)
    all_out = math.prod(state.out for state in found)
    saved = all_out * (1.0 - _standing_in(pool)) if pool.backups else 0.0
    down = max(too_few - saved, 0.0)
    costs = [*_silent(pool, found), *_down(pool, found, down)]
    return Loss(down, long_run(pool).frequency, tuple(cost for cost in costs if cost.lost > 0.0))


def _states(server: Server) -> States:
    return states(server.times, server.detection, server.back)


def _scaled(pool: Pool) -> Pool:
    """Return *pool* with the smallest weights that mean the same, or nearly."""
    if not pool.servers:
        return pool
    weights = [server.weight for server in pool.servers]
    common: float = math.gcd(*weights) if pool.needed <= min(weights) else 1
    if sum(weights) > MOST_WEIGHT * common:
        common = sum(weights) / MOST_WEIGHT
    if common == 1:
        return pool
    servers = tuple(
        server._replace(weight=max(1, round(server.weight / common))) for server in pool.servers
    )
    return pool._replace(servers=servers, needed=max(1, math.ceil(pool.needed / common)))


def _spread(servers: Sequence[Server], found: Sequence[States]) -> Spread:
    """Return the probabilities of what is up and what gets requests; of what is up, if too many."""
    if len(servers) > 1 and _combinations(servers) > MOST_JOINT:
        return _one_by_one(servers, found)
    spread: Spread = {(0, 0): 1.0}
    for server, state in zip(servers, found, strict=True):
        grown: Spread = {}
        weight = server.weight
        for (up, asked), share in spread.items():
            for key, part in (
                ((up + weight, asked + weight), state.up),
                ((up, asked + weight), state.silent),
                ((up, asked), state.out),
            ):
                if share * part > LEAST:
                    grown[key] = grown.get(key, 0.0) + share * part
        spread = grown
    return spread


def _combinations(servers: Sequence[Server]) -> float:
    """Return how many combinations of weight up and weight asked there are, at most."""
    weights = Counter(server.weight for server in servers)
    several = math.prod((count + 1) * (count + 2) // 2 for count in weights.values())
    return min(several, sum(server.weight for server in servers) ** 2 / 2)


def _one_by_one(servers: Sequence[Server], found: Sequence[States]) -> Spread:
    """Return the probabilities of what is up; what gets requests is taken for the same."""
    shares = [1.0] + [0.0] * sum(server.weight for server in servers)
    most = 0
    for server, state in zip(servers, found, strict=True):
        most += server.weight
        down = 1.0 - state.up
        for weight in range(most, -1, -1):
            came = shares[weight - server.weight] * state.up if weight >= server.weight else 0.0
            shares[weight] = shares[weight] * down + came
    return {(weight, weight): share for weight, share in enumerate(shares) if share}


def _silent(pool: Pool, found: Sequence[States]) -> Iterator[Cost]:
    """Yield what servers cost that are down and still get their share, others being up."""
    told = 0
    known: dict[Server, float] = {}  # servers that are alike fare alike
    rest = 0.0
    for at, (server, state) in enumerate(zip(pool.servers, found, strict=True)):
        if not state.silent:
            continue
        like = server._replace(label="")
        if like not in known:
            others = [*pool.servers[:at], *pool.servers[at + 1 :]]
            spread = _spread(others, [*found[:at], *found[at + 1 :]])
            known[like] = state.silent * math.fsum(
                share * server.weight / (server.weight + asked)
                for (up, asked), share in spread.items()
                if up >= pool.needed
            )
        if known[like] > 0.0 and told < NAMED:
            told += 1
            yield Cost(_said(server), f"server {server.label}", "detection", known[like])
        else:
            rest += known[like]
    if rest:
        yield Cost("further servers fail and still get requests", "further servers", "detection",
                   rest)  # fmt: skip


def _said(server: Server) -> str:
    if server.detection is None:
        return f"{server.label} fails and keeps its share: nothing checks it"
    return f"{server.label} fails and gets its share for {said_span(server.detection)} more"


def _down(pool: Pool, found: Sequence[States], down: float) -> Iterator[Cost]:
    """Yield what it costs that too few servers are up; one that nobody can spare, by itself."""
    alone = list(_indispensable(pool, found))
    yield from alone
    down = max(down - math.fsum(cost.lost for cost in alone), 0.0)
    servers = len(pool.servers)
    if servers == 1 and not pool.backups:
        only = pool.servers[0]
        sorry = ": the sorry server answers" if pool.sorry else ", the only server"
        yield Cost(f"{only.label} is down{sorry}", f"server {only.label}", "server", down)
    elif servers:
        every = pool.needed <= min(server.weight for server in pool.servers)
        whole = {1: "the server", 2: "both servers"}.get(servers, f"all {servers} servers")
        said = whole if every else f"too many of the {servers} servers"
        beside = " and the backups" if pool.backups else ""
        sorry = ": the sorry server answers" if pool.sorry else ""
        yield Cost(f"{said}{beside} are down at once{sorry}", SEVERAL, "several", down)
    else:
        yield Cost(f"{pool.name} has no server", pool.name, "server", down)


def _indispensable(pool: Pool, found: Sequence[States]) -> Iterator[Cost]:
    """Yield what servers cost without which the others, all up, weigh less than is needed."""
    whole = sum(server.weight for server in pool.servers)
    every = math.prod(state.up for state in found)
    if len(pool.servers) < 2 or pool.backups or not every:
        return
    sorry = ": the sorry server answers" if pool.sorry else ""
    rest, told = 0.0, 0
    for server, state in zip(pool.servers, found, strict=True):
        if whole - server.weight >= pool.needed:
            continue
        lost = every / state.up * (state.silent + state.out)
        told += 1
        if told <= NAMED:
            yield Cost(f"{server.label} is down, without which the quorum is not reached{sorry}",
                       f"server {server.label}", "server", lost)  # fmt: skip
        else:
            rest += lost
    if rest:
        yield Cost("further servers are down, without any of which the quorum is not reached",
                   "further servers", "server", rest)  # fmt: skip


def _standing_in(pool: Pool) -> float:
    """Return the share of requests that backups lose while they stand in."""
    found = [_states(server) for server in pool.backups]
    if pool.all_backups:
        spread = _spread(pool.backups, found)
        return 1.0 - math.fsum(share * up / asked for (up, asked), share in spread.items() if asked)
    served, so_far = 0.0, 1.0
    for state in found:
        served += so_far * state.up
        so_far *= state.out
    return 1.0 - served


def diagram(pool: Pool) -> Block | None:
    """Return the block diagram of *pool*: enough of its servers, or a backup; None of none."""
    pool = _scaled(pool)
    gates: list[Block] = []
    if pool.servers:
        parts = [Part(server.label) for server in pool.servers]
        if pool.needed <= min(server.weight for server in pool.servers):
            gates.append(Parallel(*parts))
        else:
            weighted = [
                part
                for part, server in zip(parts, pool.servers, strict=True)
                for _ in range(server.weight)
            ]
            gates.append(AtLeast(min(pool.needed, len(weighted)), *weighted))
    if pool.backups:
        gates.append(Parallel(*(Part(server.label) for server in pool.backups)))
    return Parallel(*gates) if len(gates) > 1 else gates[0] if gates else None


def long_run(pool: Pool) -> LongRun:
    """Return how often too few servers are up, and for how long."""
    block = diagram(pool)
    if block is None:
        return LongRun.of(0.0, 1.0, 0.0)
    times = {server.label: server.times for server in (*pool.servers, *pool.backups)}
    return Diagram(block).long_run(times)
