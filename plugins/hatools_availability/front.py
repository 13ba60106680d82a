"""How often nobody holds the addresses: an active/standby chain of any number of nodes.

For two equal nodes it is `hatools.reliability.chain.active_standby`, state by
state; a test holds the two against each other.  Repair crews mend the nodes
that are preferred first, one there; times are exponential.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from hatools.reliability.chain import Chain
from hatools.reliability.steady import unavailability
from hatools_availability.parts import SEVERAL, Cause, Cost, Front, Loss, Member

AT_ONCE = 1e-3  # seconds that a repair takes which takes no time
MOST_NODES = 5  # the states grow with 2^n; further nodes change nothing that could be seen
SERVING, FAILING, UNCOVERED = "serving", "failing over", "uncovered"
RETURNING, NONE = "back", "none"


class State(NamedTuple):
    """Which nodes are up (a bit each), what goes on, and whose turn it is or was."""

    up: int
    phase: str
    node: int = 0

    def __str__(self) -> str:
        """Name it for `Chain`."""
        return f"{self.phase} {self.node} {self.up:b}"


class Step(NamedTuple):
    """A change of state, its rate per second, and why: ``failure``, ``common`` or empty."""

    here: State
    there: State
    rate: float
    why: str = ""


def loss(front: Front) -> Loss:
    """Return what it costs that the addresses of *front* are nowhere, by cause."""
    members = list(front.members[:MOST_NODES])
    if not any(map(_fails, members)):
        return Loss(0.0, 0.0, ())
    if len(members) == 1:
        return _alone(members[0])
    steps = list(_Pair(front, members).steps())
    rates: dict[tuple[str, str], float] = {}
    for step in steps:
        key = str(step.here), str(step.there)
        rates[key] = rates.get(key, 0.0) + step.rate
    states = {str(one): one for step in steps for one in (step.here, step.there)}
    up = [name for name, state in states.items() if state.phase == SERVING]
    chain = Chain(rates, up)
    shares = {states[name]: share for name, share in chain.steady().items()}
    costs = tuple(_costs(front, members, steps, shares))
    return Loss(math.fsum(cost.lost for cost in costs), chain.long_run().frequency, costs)


def _fails(member: Member) -> bool:
    return any(not math.isinf(cause.times.mttf) for cause in member.causes)


def _rate(cause: Cause) -> float:
    return 1.0 / cause.times.mttf


def _alone(member: Member) -> Loss:
    """Return what a node alone costs: it is back when it is repaired."""
    often = math.fsum(map(_rate, member.causes))
    spent = math.fsum(_rate(cause) * cause.times.mttr for cause in member.causes)
    down = unavailability(1.0, spent)
    costs = tuple(
        Cost(f"{cause.label} is down", cause.component, "node",
             down * _rate(cause) * cause.times.mttr / spent)
        for cause in member.causes
        if spent
    )  # fmt: skip
    return Loss(down, often * (1.0 - down), costs)


class _Pair:
    """The steps of two nodes or more."""

    def __init__(self, front: Front, members: list[Member]) -> None:
        self.front = front
        self.members = members
        self.rates = [math.fsum(map(_rate, member.causes)) for member in members]
        self.covered = [
            math.fsum(_rate(cause) * cause.covered for cause in member.causes) / (rate or 1.0)
            for member, rate in zip(members, self.rates, strict=True)
        ]
        self.takeovers = [_takeover(member) for member in members]
        self.uncovered = [_uncovered(member, front.manual) for member in members]
        self.mended = [1.0 / (_repair(member) or AT_ONCE) for member in members]

    def steps(self) -> Iterator[Step]:
        """Yield every step that can be reached from the preferred node's serving."""
        begin = State((1 << len(self.members)) - 1, SERVING, 0)
        seen = {begin}
        waiting = [begin]
        while waiting:
            for step in self._from(waiting.pop()):
                if step.rate > 0.0:
                    yield step
                    if step.there not in seen:
                        seen.add(step.there)
                        waiting.append(step.there)

    def _from(self, here: State) -> Iterator[Step]:
        if here.phase == SERVING:
            yield from self._serving(here)
        elif here.phase == NONE:
            for node in range(min(self.front.crews, len(self.members))):
                yield Step(here, State(1 << node, SERVING, node), self.mended[node])
        elif here.phase == RETURNING:
            yield Step(here, here._replace(phase=SERVING), 1.0 / self.front.interruption)
        else:
            lasts = (self.uncovered if here.phase == UNCOVERED else self.takeovers)[here.node]
            yield Step(here, State(here.up, SERVING, _best(here.up)), 1.0 / lasts)
            for node in self._up(here):
                alone = (1.0 - self.front.common_cause) * self.rates[node]
                left = here.up & ~(1 << node)
                there = here._replace(up=left) if left else State(0, NONE)
                yield Step(here, there, alone, "failure")

    def _serving(self, here: State) -> Iterator[Step]:
        """Yield what happens while a node serves: failures, common causes, repairs."""
        common = self.front.common_cause
        up = list(self._up(here))
        if len(up) > 1:
            together = common * math.fsum(self.rates[node] for node in up) / len(up)
            yield Step(here, State(0, NONE), together, "common")
        for node in up:
            left = here.up & ~(1 << node)
            if not left:
                yield Step(here, State(0, NONE), self.rates[node], "failure")
            elif node != here.node:
                yield Step(here, here._replace(up=left), (1.0 - common) * self.rates[node])
            else:
                yield from self._leaves(here, left, (1.0 - common) * self.rates[node])
        broken = [node for node in range(len(self.members)) if not here.up >> node & 1]
        for back in broken[: self.front.crews]:
            there = here._replace(up=here.up | 1 << back)
            if self.members[back].returns and back < here.node:
                phase = RETURNING if self.front.interruption else SERVING
                there = State(there.up, phase, back)
            yield Step(here, there, self.mended[back])

    def _leaves(self, here: State, left: int, rate: float) -> Iterator[Step]:
        """Yield how the serving node's failure goes on: covered or not, at once or in time."""
        covered = self.covered[here.node]
        ways = ((FAILING, covered, self.takeovers[here.node]),
                (UNCOVERED, 1.0 - covered, self.uncovered[here.node]))  # fmt: skip
        for phase, share, lasts in ways:
            there = State(left, phase, here.node) if lasts else State(left, SERVING, _best(left))
            yield Step(here, there, rate * share)

    def _up(self, state: State) -> Iterator[int]:
        return (node for node in range(len(self.members)) if state.up >> node & 1)


def _best(up: int) -> int:
    return (up & -up).bit_length() - 1


def _takeover(member: Member) -> float:
    """Return how long another node needs on average, over the causes that it notices."""
    rate = math.fsum(_rate(cause) * cause.covered for cause in member.causes)
    spent = math.fsum(_rate(cause) * cause.covered * cause.takeover for cause in member.causes)
    return spent / rate if rate else 0.0


def _uncovered(member: Member, manual: float) -> float:
    """Return how long what was not taken over lasts: until it is moved, or repaired."""
    weights = [_rate(cause) * (1.0 - cause.covered) for cause in member.causes]
    spent = math.fsum(
        weight * min(manual, cause.times.mttr)
        for weight, cause in zip(weights, member.causes, strict=True)
    )
    return spent / math.fsum(weights) if any(weights) else 0.0


def _repair(member: Member) -> float:
    """Return a node's mean time to repair over its causes."""
    rate = math.fsum(map(_rate, member.causes))
    spent = math.fsum(_rate(cause) * cause.times.mttr for cause in member.causes)
    return spent / rate if rate else 0.0


def _costs(
    front: Front, members: list[Member], steps: list[Step], shares: dict[State, float]
) -> Iterator[Cost]:
    """Yield what each cause costs; together it is the share of time in which nobody serves."""
    for number, member in enumerate(members):
        spent = {
            phase: math.fsum(
                share
                for state, share in shares.items()
                if state.phase == phase and state.node == number
            )
            for phase in (FAILING, UNCOVERED, RETURNING)
        }
        yield from _by_cause(front, member, FAILING, spent[FAILING])
        yield from _by_cause(front, member, UNCOVERED, spent[UNCOVERED])
        if spent[RETURNING]:
            yield Cost(f"{member.node} returns and takes the addresses back",
                       f"node {member.node}", "return", spent[RETURNING])  # fmt: skip
    none = math.fsum(share for state, share in shares.items() if state.phase == NONE)
    flows = {"common": 0.0, "failure": 0.0}
    for step in steps:
        if step.there.phase == NONE:
            flows[step.why] += shares[step.here] * step.rate
    whole = sum(flows.values())
    said = "both nodes" if len(members) == 2 else f"all {len(members)} nodes"
    if whole:
        if flows["common"]:
            yield Cost(f"one cause takes {said} (power, switch, a bad update)",
                       "common cause", "common", none * flows["common"] / whole)  # fmt: skip
        yield Cost(f"{said} are down at once, by chance", SEVERAL, "several",
                   none * flows["failure"] / whole)  # fmt: skip


def _by_cause(front: Front, member: Member, phase: str, spent: float) -> Iterator[Cost]:
    """Divide what was *spent* failing over from *member*, or uncovered, among its causes."""
    covered = phase == FAILING
    weights = [
        _rate(cause)
        * (
            cause.covered * cause.takeover
            if covered
            else (1.0 - cause.covered) * min(front.manual, cause.times.mttr)
        )
        for cause in member.causes
    ]
    whole = math.fsum(weights)
    for cause, weight in zip(member.causes, weights, strict=True):
        if weight > 0.0:
            if covered:
                said = f"{cause.label} fails: {cause.takeover:.2f} s until another node serves"
            elif cause.never:
                said = f"{cause.label} fails and nothing takes over ({cause.never})"
            else:
                said = f"{cause.label} fails and the failover does not work"
            kind = "failover" if covered else "coverage"
            yield Cost(said, cause.component, kind, spent * weight / whole)
