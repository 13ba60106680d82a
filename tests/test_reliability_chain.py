"""Markov chains: their answers held against plain solutions of the same equations."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import steady
from hatools.reliability.chain import BOTH, UNCOVERED, Chain, active_standby

STATES = tuple("abcdef")
rates = st.one_of(st.just(0.0), st.floats(1e-6, 1e3))


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Return a chain in which a ring joins all states, and other rates are as they come."""
    states = STATES[: draw(st.integers(2, 6))]
    found = {(here, there): draw(rates) for here in states for there in states if here != there}
    for here, there in zip(states, [*states[1:], states[0]], strict=True):
        found[here, there] = found[here, there] or draw(st.floats(1e-6, 1e3))
    up = draw(st.sets(st.sampled_from(states), min_size=1, max_size=len(states) - 1))
    return Chain(found, up)


def solved(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve a system of linear equations by Gauss's elimination, in fractions: no rounding."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = next(index for index in range(column, len(rows)) if rows[index][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [value / rows[column][column] for value in rows[column]]
        for index, row in enumerate(rows):
            if index != column and row[column]:
                rows[index] = [a - row[column] * b for a, b in zip(row, head, strict=True)]
    return [row[-1] for row in rows]


def generator(chain: Chain) -> list[list[Fraction]]:
    """Return the rates as a matrix whose rows sum to 0."""
    found = [
        [Fraction(chain.rates.get((here, there), 0.0)) for there in chain.states]
        for here in chain.states
    ]
    for index, row in enumerate(found):
        row[index] = -sum(row, Fraction(0))
    return found


def exact_shares(chain: Chain) -> dict[str, Fraction]:
    """Return the steady state: what flows into each state flows out, and all sum to 1."""
    matrix = [list(column) for column in zip(*generator(chain), strict=True)]
    matrix[-1] = [Fraction(1)] * len(matrix)
    right = [Fraction(0)] * (len(matrix) - 1) + [Fraction(1)]
    return dict(zip(chain.states, solved(matrix, right), strict=True))


def exact_first_failure(chain: Chain, start: str) -> Fraction:
    """Return the mean time to the first down state: Q x = -1 over the up states."""
    ups = [index for index, state in enumerate(chain.states) if state in chain.up]
    whole = generator(chain)
    matrix = [[whole[row][column] for column in ups] for row in ups]
    times = solved(matrix, [Fraction(-1)] * len(ups))
    return times[ups.index(chain.states.index(start))]


@given(chains())
@settings(deadline=None)
def test_the_steady_state_is_that_of_exact_elimination(chain: Chain) -> None:
    shares = chain.steady()
    for state, expected in exact_shares(chain).items():
        assert shares[state] == pytest.approx(float(expected), rel=1e-12, abs=0)
    run = chain.long_run()
    up = sum(share for state, share in exact_shares(chain).items() if state in chain.up)
    assert run.availability == pytest.approx(float(up), rel=1e-12, abs=0)
    assert run.unavailability == pytest.approx(float(1 - up), rel=1e-12, abs=0)
    assert run.mean_up * run.frequency == pytest.approx(run.availability)
    assert run.mean_down * run.frequency == pytest.approx(run.unavailability)


@given(chains())
@settings(deadline=None)
def test_the_time_to_first_failure_is_that_of_exact_elimination(chain: Chain) -> None:
    for start in chain.states:
        if start in chain.up:
            expected = float(exact_first_failure(chain, start))
            assert chain.first_failure(start) == pytest.approx(expected, rel=1e-12, abs=0)
        else:
            assert chain.first_failure(start) == 0


@given(chains())
@settings(deadline=None)
def test_as_often_in_as_out(chain: Chain) -> None:
    """Each state is left as often as entered; down is entered as often as up."""
    shares, visits = chain.steady(), chain.visits()
    for state in chain.states:
        leaves = sum(rate for (here, _), rate in chain.rates.items() if here == state)
        assert visits[state] == pytest.approx(shares[state] * leaves, rel=1e-9, abs=0)
    mended = sum(
        shares[here] * rate
        for (here, there), rate in chain.rates.items()
        if here not in chain.up and there in chain.up
    )
    assert mended == pytest.approx(chain.long_run().frequency, rel=1e-9, abs=0)


def test_uniformised_steps_come_to_the_steady_state() -> None:
    """Follow the pair step by step, as a chain in discrete time, until nothing changes."""
    chain = active_standby(100, 4, 0.5, 0.9, 0.1, 2)
    fastest = 1.1 * max(
        sum(rate for (here, _), rate in chain.rates.items() if here == state)
        for state in chain.states
    )
    now = {state: float(state == BOTH) for state in chain.states}
    for _ in range(20_000):
        following = dict(now)
        for (here, there), rate in chain.rates.items():
            following[here] -= now[here] * rate / fastest
            following[there] += now[here] * rate / fastest
        now = following
    assert chain.steady() == pytest.approx(now, rel=1e-9, abs=0)


@given(
    st.floats(1, 1e6),
    st.floats(1e-3, 1e3),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 10),
)
@settings(deadline=None)
def test_a_pair_gets_no_better_by_worse_settings(
    mttf: float, mttr: float, failover: float, coverage: float, common: float, manual: float
) -> None:
    """Nor does it depend on how it is solved: long run, first failure, exact elimination."""
    chain = active_standby(mttf, mttr, failover, coverage, common, manual)
    run = chain.long_run()
    assert run.availability + run.unavailability == pytest.approx(1, abs=1e-14)
    slower = active_standby(mttf, mttr, failover * 2, coverage, common, manual * 2).long_run()
    if failover * 2 <= manual <= mttr:  # while every step waits for something worse
        assert slower.unavailability >= run.unavailability * (1 - 1e-9)
    reached = {state: share for state, share in exact_pair(chain).items() if share}
    for state, share in reached.items():
        assert chain.steady()[state] == pytest.approx(float(share), rel=1e-10, abs=0)


def exact_pair(chain: Chain) -> dict[str, Fraction]:
    kept = [state for state in chain.states if chain.steady()[state] > 0]
    inside = {
        pair: rate for pair, rate in chain.rates.items() if pair[0] in kept and pair[1] in kept
    }
    return exact_shares(Chain(inside, chain.up & set(kept)))


def test_a_ladder_of_groups_is_the_group() -> None:
    """Two of three with one crew, as a chain; and many, which overflow where one is careless."""
    for needed, total, crews in ((2, 3, 1), (5, 9, 2), (100, 400, 30)):
        fail = {(str(n), str(n + 1)): (total - n) / 1000.0 for n in range(total)}
        mend = {(str(n), str(n - 1)): min(n, crews) / 10.0 for n in range(1, total + 1)}
        group = steady.k_of_n(needed, total, 1000, 10, crews)
        up = {str(n) for n in range(total - needed + 1)}
        for rates in ({**fail, **mend}, dict(reversed({**fail, **mend}.items()))):
            chain = Chain(rates, up)
            assert chain.long_run() == pytest.approx(group.long_run, rel=1e-9, abs=0)
            assert chain.first_failure("0") == pytest.approx(group.mttf, rel=1e-9, abs=0)


def test_a_state_that_is_left_for_ever_has_no_time() -> None:
    chain = Chain({("new", "old"): 1.0, ("old", "worn"): 1.0, ("worn", "old"): 3.0}, {"new", "old"})
    assert chain.steady() == pytest.approx({"new": 0.0, "old": 0.75, "worn": 0.25})
    assert chain.first_failure("new") == pytest.approx(2.0)
    covered = active_standby(1000, 2, 0.01, 1.0, 0.0, 0.5)
    assert covered.steady()[UNCOVERED] == 0.0


def test_what_never_fails() -> None:
    chain = Chain({("a", "b"): 1.0, ("b", "a"): 1.0, ("c", "a"): 1.0}, {"a", "b"})
    assert chain.first_failure("a") == math.inf
    assert chain.long_run() == (1.0, 0.0, 0.0, math.inf, 0.0)
    partly = Chain({("a", "safe"): 1.0, ("a", "down"): 1.0}, {"a", "safe"})
    assert partly.first_failure("a") == math.inf  # half the time it is never down


def test_what_never_comes_back() -> None:
    chain = Chain({("up", "down"): 0.5}, {"up"})
    assert chain.first_failure("up") == 2.0
    assert chain.long_run() == (0.0, 1.0, 0.0, 0.0, math.inf)


REFUSED: tuple[tuple[str, Callable[[], object]], ...] = (
    ("without rates", lambda: Chain({}, ()).steady()),
    ("to itself", lambda: Chain({("a", "a"): 1.0}, {"a"})),
    ("rate from a to b", lambda: Chain({("a", "b"): -1.0}, {"a"})),
    ("rate from a to b", lambda: Chain({("a", "b"): math.inf}, {"a"})),
    ("state x", lambda: Chain({("a", "b"): 1.0}, {"x"})),
    ("state x", lambda: Chain({("a", "b"): 1.0}, {"a"}).first_failure("x")),
    ("for ever with b or with c", lambda: Chain({("a", "b"): 1, ("a", "c"): 1}, "a").steady()),
    ("states", lambda: Chain({(str(n), str(n + 1)): 1.0 for n in range(700)}, {"0"})),
    ("MTTF", lambda: active_standby(0, 1, 1)),
    ("MTTR", lambda: active_standby(1, 0, 1)),
    ("failover", lambda: active_standby(1, 1, -1)),
    ("coverage", lambda: active_standby(1, 1, 1, 1.1)),
    ("common-cause", lambda: active_standby(1, 1, 1, 1, math.nan)),
    ("manual recovery", lambda: active_standby(1, 1, 1, 1, 0, math.inf)),
)


@pytest.mark.parametrize(("said", "ask"), REFUSED)
def test_what_cannot_be_is_refused(said: str, ask: Callable[[], object]) -> None:
    with pytest.raises(BadSetting, match=said):
        ask()
