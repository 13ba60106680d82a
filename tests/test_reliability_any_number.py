"""Whatever numbers come in: an answer that means something, or a `BadSetting`."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import blocks, intervals, nines, queues, special, steady
from hatools.reliability.blocks import Parallel, Part, Series, Times
from hatools.reliability.chain import BOTH, Chain, active_standby
from hatools.reliability.intervals import Seen

numbers = st.one_of(
    st.floats(),
    st.floats(0, 1),
    st.floats(1e-12, 1e12),
    st.integers(-2, 40).map(float),
    st.floats(1e3, 1e9),
    st.sampled_from([0.0, 1.0, math.inf, math.nan, 5e-324, 1e-300, 1e300, 1 - 2**-53]),
)
counts = st.integers(-1, 300)


def means_something(values: Iterable[float]) -> bool:
    return all(value >= 0 for value in values)  # and is a number


@given(numbers, numbers, counts, counts, counts)
@settings(deadline=None)
def test_components_and_groups(mttf: float, mttr: float, k: int, n: int, crews: int) -> None:
    with contextlib.suppress(BadSetting):
        assert 0 <= steady.availability(mttf, mttr) <= 1
        assert 0 <= steady.unavailability(mttf, mttr) <= 1
        group = steady.k_of_n(k, n, mttf, mttr, crews)
        assert means_something([*group.long_run, group.mttf, group.busy])


@given(numbers, numbers, numbers, numbers)
@settings(deadline=None)
def test_blocks(mttf: float, mttr: float, up: float, other: float) -> None:
    block = Series(Part("a"), Parallel(Part("a"), Part("b")), Parallel(Part("b"), Part("c")))
    with contextlib.suppress(BadSetting):
        run = blocks.long_run(
            block, {"a": Times(mttf, mttr), "b": Times(up, other), "c": Times(1.0, mttr)}
        )
        assert means_something(run)
    with contextlib.suppress(BadSetting):
        ups = {"a": up, "b": other, "c": mttf}
        assert 0 <= blocks.availability(block, ups) <= 1
        assert 0 <= blocks.unavailability(block, ups) <= 1
        assert means_something(blocks.importance(block, ups).values())
        assert means_something(blocks.share(block, ups).values())


@given(numbers, numbers, numbers, numbers, numbers, numbers)
@settings(deadline=None)
def test_chains(a: float, b: float, c: float, d: float, e: float, f: float) -> None:
    with contextlib.suppress(BadSetting):
        pair = active_standby(a, b, c, d, e, f)
        assert means_something([*pair.long_run(), pair.first_failure(BOTH)])
    with contextlib.suppress(BadSetting):
        pairs = [("1", "2"), ("2", "3"), ("3", "1"), ("2", "1"), ("1", "3"), ("3", "2")]
        chain = Chain(dict(zip(pairs, (a, b, c, d, e, f), strict=True)), {"1", "2"})
        assert means_something([chain.first_failure("1"), chain.first_failure("2")])
        assert means_something([*chain.long_run(), *chain.visits().values()])


@given(numbers, counts, numbers, numbers)
@settings(deadline=None, max_examples=50)
def test_intervals(time: float, ended: int, confidence: float, other: float) -> None:
    with contextlib.suppress(BadSetting):
        found = intervals.mean_time(time, ended, confidence)
        assert 0 <= found.low <= found.high
        assert means_something([intervals.mean_time_at_least(time, ended, confidence)])
    with contextlib.suppress(BadSetting):
        found = intervals.availability(Seen(time, ended, 1), Seen(other, ended, 0), confidence)
        assert 0 <= found.low <= found.high <= 1
    with contextlib.suppress(BadSetting):
        assert means_something([special.chi_square(confidence, time)])
    with contextlib.suppress(BadSetting):
        assert means_something([special.f_ratio(confidence, time, other)])


@given(numbers, numbers, numbers, counts)
@settings(deadline=None)
def test_nines_and_queues(a: float, b: float, c: float, count: int) -> None:
    with contextlib.suppress(BadSetting):
        assert means_something([nines.nines(a), nines.downtime(a, b), nines.burn_rate(b, a)])
    with contextlib.suppress(BadSetting):
        assert means_something([nines.spent(a, b, c), nines.lasts_for(a, c)])
    with contextlib.suppress(BadSetting):
        assert means_something(alert.rate for alert in nines.alerts(a))
        assert means_something(alert.fires_after(b, c) for alert in nines.alerts(a))
    with contextlib.suppress(BadSetting):
        assert means_something([*queues.waiting(count, a, b), queues.waits_longer(count, a, b, c)])
    with contextlib.suppress(BadSetting):
        assert means_something([queues.time_with_choices(a, count)])
    with contextlib.suppress(BadSetting):
        assert means_something([queues.servers_enough(min(a, 1e4), b, c)])
