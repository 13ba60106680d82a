"""Nines, budgets and burn rates: what is parsed, what is refused, and what undoes what."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import nines

SAID = {
    "99.95%": 0.9995,
    " 99.95 % ": 0.9995,
    "99,95 %": 0.9995,
    "100%": 1.0,
    "0%": 0.0,
    ".5%": 0.005,
    "0.9995": 0.9995,
    "0,9995": 0.9995,
    ".9": 0.9,
    "1": 1.0,
    "0": 0.0,
    "4 nines": 0.9999,
    "3.5 nines": 1 - 10**-3.5,
    "1 nine": 0.9,
    "three nines": 0.999,
    "Five Nines": 0.99999,
    "zero nines": 0.0,
}
REFUSED = ("", "99.95", "101%", "-1%", "1.5", "nan", "inf", "1e-3", "%", "nines", "99.9.5%", "٩٩%")
fractions = st.floats(0, 1)


@pytest.mark.parametrize(("text", "value"), SAID.items())
def test_parse(text: str, value: float) -> None:
    assert nines.parse(text) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_availability(text: str) -> None:
    with pytest.raises(BadSetting):
        nines.parse(text)


def test_a_decimal_is_read_as_it_stands() -> None:
    assert nines.parse("99.95%") == 0.9995  # not 99.95 / 100, which is one bit off
    assert nines.parse("99.999%") == 0.99999


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(BadSetting):
        assert 0 <= nines.parse(text) <= 1


@given(st.floats(0, 12))
def test_nines_there_and_back(count: float) -> None:
    assert nines.nines(nines.from_nines(count)) == pytest.approx(count, abs=1e-3)


@given(fractions, st.floats(1, 1e10))
def test_downtime_there_and_back(value: float, period: float) -> None:
    back = nines.from_downtime(min(period, nines.downtime(value, period)), period)
    assert back == pytest.approx(value, abs=1e-12)


@given(st.floats(0, 0.999999), st.floats(0, 1))
def test_a_budget_lasts_as_long_as_it_is_spent_at(objective: float, failing: float) -> None:
    rate = nines.burn_rate(failing, objective)
    if rate > 1e-50:
        assert nines.spent(rate, nines.lasts_for(rate)) == pytest.approx(1)
        # all of a window at this rate: the failing seconds over the allowed ones
        overspent = failing * nines.MONTH / nines.budget(objective)
        assert nines.spent(rate, nines.MONTH) == pytest.approx(overspent, rel=1e-9)


@given(st.floats(0.5, 0.99999), st.floats(1e-6, 1))
def test_an_alert_fires_when_it_says(objective: float, failing: float) -> None:
    for alert in nines.alerts():
        after = alert.fires_after(objective, failing)
        seen = min(1.0, after / alert.long) * failing
        if after == math.inf:
            assert nines.burn_rate(failing, objective) < alert.rate * (1 + 1e-9)
        else:
            soon = min(1.0, after / alert.short) * failing
            assert not alert.fires(seen * 0.999, soon, objective)
            assert alert.fires(min(1, seen * 1.000001), min(1, soon * 1.000001), objective)


def test_the_short_window_ends_an_alert() -> None:
    page = nines.alerts()[0]
    assert page.fires(0.02, 0.02, 0.999)
    assert not page.fires(0.02, 0.0, 0.999)  # it is over


def test_perfect() -> None:
    assert nines.nines(1) == math.inf
    assert nines.nines(0) == 0
    assert nines.burn_rate(0, 1) == 0
    assert nines.burn_rate(0.1, 1) == math.inf
    assert nines.lasts_for(0) == math.inf
    assert nines.alerts()[0].fires_after(0.999, 0) == math.inf


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_what_is_no_fraction(value: float) -> None:
    for ask in (nines.nines, nines.downtime, nines.budget, nines.nines_of_unavailability):
        with pytest.raises(BadSetting):
            ask(value)
    with pytest.raises(BadSetting):
        nines.burn_rate(value, 0.9)
    with pytest.raises(BadSetting):
        nines.from_downtime(2, 1)
    with pytest.raises(BadSetting):
        nines.from_nines(-1)
    with pytest.raises(BadSetting):
        nines.alerts(0)
