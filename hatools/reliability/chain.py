"""Continuous-time Markov chains: the share of time in each state, and the time to first failure.

Every elimination here adds, multiplies and divides positive numbers and never subtracts (Grassmann,
Taksar, Heyman 1985; O'Cinneide 1993): a state of one second a century keeps all its digits.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from hatools.errors import BadSetting
from hatools.reliability import domain
from hatools.reliability.steady import LongRun

MOST_STATES = 600  # dense elimination: a matter of seconds, growing with the third power


class Chain:
    """States with *rates* of going from one to another, and the states in which the system is *up*.

    Rates are per unit of time, one unit for all; times in the answers are in that unit.  The time
    in each state is exponential: where a repair takes always the same time, shares of time hold
    nevertheless as long as nothing else can end that state; times to first failure do not.
    Raises `BadSetting` for a negative or infinite rate, a rate from a state to itself, a state in
    *up* that no rate knows, and more than 600 states.
    """

    def __init__(self, rates: Mapping[tuple[str, str], float], up: Collection[str]) -> None:
        self.rates = {
            pair: domain.duration(rate, f"the rate from {pair[0]} to {pair[1]}")
            for pair, rate in rates.items()
        }
        self.states = tuple(dict.fromkeys(state for pair in self.rates for state in pair))
        self.up = frozenset(up)
        self._leads: dict[str, list[str]] = {state: [] for state in self.states}
        for (here, there), rate in self.rates.items():
            if here == there:
                raise BadSetting(f"a rate leads from {here} to itself", "Leave it out.")
            if rate > 0.0:
                self._leads[here].append(there)
        if strange := sorted(self.up - set(self.states)):
            raise BadSetting(f"no rate knows the state {strange[0]}", "Give a rate from or to it.")
        if len(self.states) > MOST_STATES:
            raise BadSetting(f"{len(self.states)} states", f"At most {MOST_STATES} can be solved.")

    def steady(self) -> dict[str, float]:
        """Return the fraction of time in each state in the long run; they sum to 1.

        Solved by the algorithm of Grassmann, Taksar and Heyman (Operations Research 33, 1985).
        States that are left for ever have 0.  Raises `BadSetting` where the long run depends on
        the first state: two groups of states that are never left.
        """
        kept = self._final_states()
        number = {state: index for index, state in enumerate(kept)}
        rate = self._matrix(kept)
        leaving = [0.0] * len(kept)
        for last in range(len(kept) - 1, 0, -1):
            row = rate[last][:last]
            leaving[last] = _flow(row)
            for here in range(last):
                if part := rate[here][last] / leaving[last]:
                    _go_on(rate[here], part, row)
        share = [1.0] * len(kept)
        for state in range(1, len(kept)):
            come = math.fsum(share[here] * rate[here][state] for here in range(state))
            share[state] = come / leaving[state]
            if share[state] > 1e100:  # a long ladder of ever more frequent states
                share[: state + 1] = [one / share[state] for one in share[: state + 1]]
        whole = math.fsum(share)
        return {
            state: share[number[state]] / whole if state in number else 0.0 for state in self.states
        }

    def long_run(self) -> LongRun:
        """Return availability, frequency of going down, mean up and mean down time.

        The frequency counts the steps from an up state to a down one (Trivedi, Probability and
        Statistics, 8.4; IEC 61165).  Errors as `steady`.
        """
        share = self.steady()
        up = math.fsum(share[state] for state in self.states if state in self.up)
        down = math.fsum(share[state] for state in self.states if state not in self.up)
        often = math.fsum(
            share[here] * rate
            for (here, there), rate in self.rates.items()
            if here in self.up and there not in self.up
        )
        return LongRun.of(up, down, often)

    def visits(self) -> dict[str, float]:
        """Return how often each state is entered, per unit of time, in the long run."""
        share = self.steady()
        often = dict.fromkeys(self.states, 0.0)
        for (here, there), rate in self.rates.items():
            often[there] += share[here] * rate
        return often

    def first_failure(self, start: str) -> float:
        """Return the mean time from *start* to the first down state (MTTF); infinite if never.

        All down states become one without return, and the up states are eliminated one by one,
        without subtraction (as `steady`; Trivedi 8.5, "MTTF of absorbing chains").  0 where
        *start* is down.  Raises `BadSetting` where no rate knows *start*.
        """
        if start not in self._leads:
            raise BadSetting(f"no rate knows the state {start}", "Give a rate from or to it.")
        if start not in self.up:
            return 0.0
        kept = [state for state in self._reached(start, self.up) if state in self.up]
        falls = {
            here for here, there in self.rates if there not in self.up and self._goes(here, there)
        }
        if any(not falls & self._reached(state, self.up).keys() for state in kept):
            return math.inf
        return self._time_to_leave(kept, start)

    def _time_to_leave(self, kept: list[str], start: str) -> float:
        kept = [start, *(state for state in kept if state != start)]
        rate = self._matrix(kept)
        out = [
            math.fsum(
                self.rates.get((state, other), 0.0) for other in self.states if other not in self.up
            )
            for state in kept
        ]
        time = [1.0] * len(kept)  # times the rate of leaving: the mean time that is left to go
        for last in range(len(kept) - 1, 0, -1):
            row = rate[last][:last]
            leaving = _flow([*row, out[last]])
            for here in range(last):
                if part := rate[here][last] / leaving:
                    time[here] += part * time[last]
                    out[here] += part * out[last]
                    _go_on(rate[here], part, row)
        return time[0] / _flow(out[:1])

    def _goes(self, here: str, there: str) -> bool:
        return self.rates.get((here, there), 0.0) > 0.0

    def _matrix(self, kept: list[str]) -> list[list[float]]:
        return [[self.rates.get((here, there), 0.0) for there in kept] for here in kept]

    def _reached(self, start: str, through: Collection[str]) -> dict[str, None]:
        """Return the states that *start* leads to, itself first, going on only from *through*."""
        seen = {start: None}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            if here in through:
                for there in self._leads[here]:
                    if there not in seen:
                        seen[there] = None
                        waiting.append(there)
        return seen

    def _final_states(self) -> list[str]:
        """Return the states that are visited for ever: one group, each leading to all others."""
        if not self.states:
            raise BadSetting("a chain without rates", "Give at least one rate.")
        reach = {state: self._reached(state, self._leads) for state in self.states}
        final = [
            state
            for state in self.states
            if all(state in reach[following] for following in reach[state])
        ]
        if other := [state for state in final if state not in reach[final[0]]]:
            raise BadSetting(
                f"the chain stays for ever with {final[0]} or with {other[0]}",
                "Its long run depends on where it begins; give rates that join the two.",
            )
        return final


def _flow(rates: list[float]) -> float:
    """Return the sum of *rates*, which lead on from a state that can be left."""
    flow = math.fsum(rates)
    if flow == 0.0:
        raise BadSetting("the rates are too far apart", "Some are lost beside the others.")
    return flow


def _go_on(rates: list[float], part: float, row: list[float]) -> None:
    """Add to a state's *rates* the *part* that goes on along *row* at once.

    What comes back to the state itself is added, too: nobody asks for the rate to oneself.
    """
    for there, rate in enumerate(row):
        if rate:
            rates[there] += part * rate


BOTH, FAILING_OVER, ONE, UNCOVERED, NONE = "both up", "failing over", "one up", "uncovered", "down"


def active_standby(
    mttf: float,
    mttr: float,
    failover: float,
    coverage: float = 1.0,
    common_cause: float = 0.0,
    manual_recovery: float = 0.0,
) -> Chain:
    """Return the chain of a pair of nodes of which one serves and the other takes over.

    *mttf*, *mttr* (of one node), *failover* (from failure to service on the other node) and
    *manual_recovery* (until somebody moves the service, where the failover did not work) are in
    one unit; 0 for the latter two: at once.  *coverage* is the fraction of failures that are
    noticed and taken over; *common_cause* the fraction of a node's failures that take both (the
    beta factor of IEC 61508-6, annex D).  States: "both up", "failing over" (down), "one up",
    "uncovered" (down), "down" (both nodes).  One repair crew; exponential times; a node that
    stands by fails as often as one that serves.  Such models: Trivedi and Bobbio, Reliability and
    Availability Engineering (2017), chapter 9; the rates: docs/reliability.md.
    Raises `BadSetting` for times or fractions that cannot be.
    """
    failing = 1.0 / domain.positive(mttf, "MTTF")
    mended = 1.0 / domain.positive(mttr, "MTTR")
    coverage = domain.fraction(coverage, "the coverage")
    common = domain.fraction(common_cause, "the common-cause fraction")
    alone = (1.0 - common) * failing
    rates = {
        (BOTH, NONE): common * failing,
        (BOTH, ONE): alone,  # the standby fails
        (ONE, BOTH): mended,
        (ONE, NONE): failing,
        (NONE, ONE): mended,
    }
    for state, part, lasts in (
        (FAILING_OVER, coverage, domain.duration(failover, "the failover time")),
        (UNCOVERED, 1.0 - coverage, domain.duration(manual_recovery, "the manual recovery time")),
    ):
        if lasts == 0.0:
            rates[BOTH, ONE] += alone * part
        else:
            rates[BOTH, state] = alone * part
            rates[state, ONE] = 1.0 / lasts
            rates[state, NONE] = alone
    return Chain(rates, {BOTH, ONE})
