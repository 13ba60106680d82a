"""That the clock on the wall was set is noticed, and what keeps it right is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hatools.plugin.clocks import LEAST, Clocks

SMALL = st.floats(-0.4 * LEAST, 0.4 * LEAST)
LARGE = st.floats(1.5 * LEAST, 1e9).flatmap(lambda by: st.sampled_from([by, -by]))


@given(st.lists(st.tuples(st.floats(0.0, 100.0), SMALL | LARGE), max_size=20))
def test_every_jump_is_told_once(course: list[tuple[float, float]]) -> None:
    clocks, wall, steady = Clocks(1.7e9, 5.0), 1.7e9, 5.0
    for passed, by in course:
        wall, steady = wall + passed + by, steady + passed
        told = clocks.jump(wall, steady)
        assert abs(told - (by if abs(by) > LEAST else 0.0)) < 1e-5 * max(1.0, abs(by))
        assert clocks.jump(wall, steady) == 0.0
        assert abs(clocks.old(steady) - wall) < 1e-5 * max(1.0, abs(wall))
