"""Erlang's formulas, held against the sums that they abbreviate, and queues with choices."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import queues

loads = st.one_of(st.just(0.0), st.floats(1e-50, 30))


def waits_by_states(servers: int, load: float) -> float:
    """Sum the steady state of M/M/c: terms a^n / n!, then a geometric tail."""
    a = Fraction(load)
    terms = [a**n / math.factorial(n) for n in range(servers)]
    tail = a**servers / math.factorial(servers) / (1 - a / servers)
    return float(tail / (sum(terms) + tail))


@given(st.integers(1, 40), loads)
def test_erlang_c_is_the_sum_over_states(servers: int, load: float) -> None:
    waits = queues.erlang_c(servers, load)
    if load < servers * 0.999:
        assert waits == pytest.approx(waits_by_states(servers, load), rel=1e-9, abs=1e-300)
        found = queues.waiting(servers, load, 3.0)
        # Little's law: the mean number that waits is arrivals x time
        assert found.queue == pytest.approx(load / 3.0 * found.mean_wait, rel=1e-9, abs=0)
        assert found.mean_time == pytest.approx(found.mean_wait + 3.0)
    elif load >= servers:
        assert waits == 1.0
        assert queues.waiting(servers, load).mean_time == math.inf
        assert queues.waits_longer(servers, load, 1e9) == 1.0


@given(st.integers(1, 40), loads)
def test_erlang_b_is_the_sum_over_states(servers: int, load: float) -> None:
    a = Fraction(load)
    terms = [a**n / math.factorial(n) for n in range(servers + 1)]
    assert queues.erlang_b(servers, load) == pytest.approx(
        float(terms[-1] / sum(terms)), rel=1e-9, abs=1e-300
    )


def test_one_server_is_m_m_1() -> None:
    assert queues.erlang_c(1, 0.8) == pytest.approx(0.8)
    assert queues.waiting(1, 0.8).mean_time == pytest.approx(5.0)
    assert queues.waits_longer(1, 0.8, 10.0) == pytest.approx(0.8 * math.exp(-2))
    assert queues.time_with_choices(0.8, 1) == pytest.approx(5.0)


@given(st.floats(0, 200), st.floats(0.001, 0.999), st.floats(0, 5))
def test_enough_is_enough_and_one_less_is_not(load: float, fraction: float, longer: float) -> None:
    servers = queues.servers_enough(load, fraction, longer, 2.0)
    assert queues.waits_longer(servers, load, longer, 2.0) <= fraction * (1 + 1e-9)
    if servers > 1:
        assert queues.waits_longer(servers - 1, load, longer, 2.0) >= fraction * (1 - 1e-9)


def test_thousands_of_servers() -> None:
    servers = queues.servers_enough(50_000, 0.01)
    assert 50_000 < servers < 51_000  # a few times the square root of the load more


@given(st.floats(0, 0.999), st.integers(1, 8))
def test_more_choices_wait_less(load: float, choices: int) -> None:
    more = queues.time_with_choices(load, choices + 1)
    assert 1 <= more <= queues.time_with_choices(load, choices) * (1 + 1e-12)


def test_full() -> None:
    assert queues.time_with_choices(1.0, 2) == math.inf
    assert queues.time_with_choices(0.0, 2) == 1.0


REFUSED: tuple[Callable[[], object], ...] = (
    lambda: queues.erlang_b(-1, 1),
    lambda: queues.erlang_c(2, -1),
    lambda: queues.erlang_c(2, math.nan),
    lambda: queues.erlang_b(10_000_000, 1),
    lambda: queues.waiting(2, 1, 0),
    lambda: queues.waits_longer(2, 1, -1),
    lambda: queues.servers_enough(1, 0),
    lambda: queues.servers_enough(1, 1),
    lambda: queues.time_with_choices(1.1, 2),
    lambda: queues.time_with_choices(0.5, 0),
)


@pytest.mark.parametrize("ask", REFUSED)
def test_what_cannot_be_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(BadSetting):
        ask()
