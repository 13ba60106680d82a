"""Block diagrams: what holds for any of them, held against plain enumeration."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import diagrams_at_random as diagrams
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.reliability import blocks, decision, steady
from hatools.reliability.blocks import AtLeast, Block, Diagram, Parallel, Part, Series, Times
from hatools.reliability.cuts import cut_sets

NEAR = 1e-12
fractions = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 0.9, 0.999, 1.0]))
ups = st.fixed_dictionaries(dict.fromkeys(diagrams.NAMES, fractions))
times = st.fixed_dictionaries(
    dict.fromkeys(diagrams.NAMES, st.builds(Times, st.floats(1, 1e4), st.floats(0.01, 100)))
)


@given(diagrams.blocks(10), ups)
@settings(max_examples=200, deadline=None)
def test_as_enumeration_has_it(block: Block, ups: dict[str, float]) -> None:
    expected = diagrams.enumerated(block, ups)
    assert blocks.availability(block, ups) == pytest.approx(expected, abs=NEAR)
    assert blocks.unavailability(block, ups) == pytest.approx(1 - expected, abs=NEAR)


@given(diagrams.blocks(6), ups)
@settings(max_examples=100, deadline=None)
def test_importance_and_share_are_what_they_say(block: Block, ups: dict[str, float]) -> None:
    importance, share = blocks.importance(block, ups), blocks.share(block, ups)
    assert set(importance) == set(share) == diagrams.names_of(block)
    here = diagrams.enumerated(block, ups)
    for name in importance:
        perfect = diagrams.enumerated(block, {**ups, name: 1.0})
        failed = diagrams.enumerated(block, {**ups, name: 0.0})
        assert importance[name] == pytest.approx(perfect - failed, abs=NEAR)
        assert share[name] == pytest.approx(perfect - here, abs=NEAR)
        assert importance[name] >= 0


@given(diagrams.blocks(), ups, st.sampled_from(diagrams.NAMES), fractions)
@settings(deadline=None)
def test_a_better_component_makes_nothing_worse(
    block: Block, ups: dict[str, float], name: str, value: float
) -> None:
    better = {**ups, name: max(ups[name], value)}
    assert blocks.availability(block, better) >= blocks.availability(block, ups) - NEAR


@given(diagrams.blocks(), ups)
@settings(deadline=None)
def test_the_dual_is_down_where_this_is_up(block: Block, ups: dict[str, float]) -> None:
    inverted = {name: 1.0 - up for name, up in ups.items()}
    assert blocks.availability(diagrams.dual(block), inverted) == pytest.approx(
        blocks.unavailability(block, ups), abs=NEAR
    )


@given(st.lists(fractions, min_size=1, max_size=8))
def test_the_ends_of_k_of_n_are_series_and_parallel(values: list[float]) -> None:
    names = diagrams.NAMES[: len(values)]
    given_ups = dict(zip(names, values, strict=True))
    parts = [Part(name) for name in names]
    for needed, same in ((len(values), Series(*parts)), (1, Parallel(*parts))):
        expected = blocks.availability(same, given_ups)
        assert blocks.availability(AtLeast(needed, *parts), given_ups) == expected
        assert steady.at_least(needed, values) == pytest.approx(expected, abs=NEAR)
    assert steady.at_least(len(values), values) == pytest.approx(steady.series(values), abs=NEAR)
    assert steady.at_least(1, values) == pytest.approx(steady.parallel(values), abs=NEAR)
    assert steady.at_least(0, values) == pytest.approx(1, abs=NEAR)
    for needed in range(1, len(values) + 1):
        assert blocks.availability(AtLeast(needed, *parts), given_ups) == pytest.approx(
            steady.at_least(needed, values), abs=NEAR
        )


@given(diagrams.blocks(6))
@settings(max_examples=100, deadline=None)
def test_cut_sets_are_all_the_minimal_ones(block: Block) -> None:
    def down(failed: tuple[str, ...]) -> bool:
        return not diagrams.works(block, {name: name not in failed for name in names})

    names = sorted(diagrams.names_of(block))
    expected: list[frozenset[str]] = []
    for size in range(1, len(names) + 1):
        for failed in itertools.combinations(names, size):
            if down(failed) and not any(known <= set(failed) for known in expected):
                expected.append(frozenset(failed))
    found = cut_sets(block)
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
    assert [len(one) for one in found] == sorted(len(one) for one in found)
    for largest in (1, 2):
        assert cut_sets(block, largest) == [one for one in found if len(one) <= largest]
    diagram = Diagram(block)
    assert all(not diagram.is_up(one) for one in found)
    assert all(diagram.is_up(one - {member}) for one in found for member in one)


@given(diagrams.blocks(5), times)
@settings(max_examples=60, deadline=None)
def test_the_frequency_counts_every_step_from_an_up_state_to_a_down_one(
    block: Block, times: dict[str, Times]
) -> None:
    share = {name: steady.availability(*pair) for name, pair in times.items()}
    steps, up, down = 0.0, 0.0, 0.0
    for state in diagrams.states(block):
        here = math.prod(
            share[name] if ok else steady.unavailability(*times[name]) for name, ok in state.items()
        )
        if not diagrams.works(block, state):
            down += here
            continue
        up += here
        for name, ok in state.items():
            if ok and not diagrams.works(block, {**state, name: False}):
                steps += here / times[name].mttf
    run = blocks.long_run(block, times)
    assert run.frequency == pytest.approx(steps, rel=1e-9, abs=0)
    assert run.availability == pytest.approx(up, rel=1e-9, abs=0)
    assert (run.mean_up, run.mean_down) == pytest.approx(
        (up / steps, down / steps), rel=1e-9, abs=0
    )


@pytest.mark.parametrize("needed", [1, 2, 3, 5])
def test_a_group_of_blocks_is_a_group_with_a_crew_each(needed: int) -> None:
    names = "abcde"
    run = blocks.long_run(
        AtLeast(needed, *map(Part, names)), dict.fromkeys(names, Times(1000.0, 10.0))
    )
    group = steady.k_of_n(needed, 5, 1000, 10).long_run
    assert run == pytest.approx(group, rel=1e-10, abs=0)


def test_a_small_unavailability_keeps_its_digits() -> None:
    pair = Parallel(Part("a"), Part("b"))
    run = blocks.long_run(pair, dict.fromkeys("ab", Times(1e9, 1.0)))
    down = 1 / (1e9 + 1)
    assert run.unavailability == pytest.approx(down**2, rel=1e-14, abs=0)
    assert run.mean_down == pytest.approx(0.5, rel=1e-14, abs=0)
    assert blocks.availability(pair, dict.fromkeys("ab", 1 - 1e-9)) == 1.0
    assert blocks.unavailability(pair, dict.fromkeys("ab", 1 - 1e-9)) > 0
    hardly = blocks.importance(Series(Part("a"), Part("b")), dict.fromkeys("ab", 1e-9))
    assert hardly["a"] == pytest.approx(1e-9, rel=1e-14, abs=0)


def test_a_component_in_two_places_fails_in_both() -> None:
    """Two paths through one switch are no better than the switch."""
    switch, a, b = Part("switch"), Part("a"), Part("b")
    paths = Parallel(Series(switch, a), Series(switch, b))
    given_ups = {"switch": 0.9, "a": 0.99, "b": 0.99}
    assert blocks.availability(paths, given_ups) == pytest.approx(0.9 * 0.9999, abs=NEAR)
    assert cut_sets(paths) == [{"switch"}, {"a", "b"}]
    assert max(blocks.share(paths, given_ups).items(), key=lambda item: item[1])[0] == "switch"


def test_a_bridge() -> None:
    """The diagram that no nesting of series and parallel gives (IEC 61078)."""
    a, b, c, d, e = map(Part, "abcde")
    bridge = Parallel(Series(a, b), Series(c, d), Series(a, e, d), Series(c, e, b))
    p, q = 0.9, 0.1
    expected = p * (1 - q**2) ** 2 + q * (1 - (1 - p**2) ** 2)  # by whether e is up
    assert blocks.availability(bridge, dict.fromkeys("abcde", p)) == pytest.approx(expected)
    assert cut_sets(bridge) == [{"a", "c"}, {"b", "d"}, {"a", "d", "e"}, {"b", "c", "e"}]


def test_what_never_fails() -> None:
    run = blocks.long_run(Part("a"), {"a": Times(math.inf, 5.0)})
    assert run == (1.0, 0.0, 0.0, math.inf, 0.0)
    at_once = blocks.long_run(Part("a"), {"a": Times(10.0, 0.0)})
    assert at_once == (1.0, 0.0, 0.1, 10.0, 0.0)


def test_two_hundred_servers() -> None:
    names = [f"server{number}" for number in range(200)]
    block = AtLeast(150, *map(Part, names))
    diagram = Diagram(block)
    assert len(diagram.nodes) < 200 * 150
    values = {name: 0.7 + number / 1000 for number, name in enumerate(names)}
    assert diagram.both(values)[0] == pytest.approx(steady.at_least(150, values.values()), abs=NEAR)
    assert len(cut_sets(AtLeast(199, *map(Part, names)), most=20_000)) == 200 * 199 // 2
    assert cut_sets(block, 50) == []
    with pytest.raises(BadSetting, match="minimal cut sets"):
        cut_sets(block)


def test_thousands_in_series_and_nested_deeply_are_no_deeper_than_the_stack() -> None:
    names = [str(number) for number in range(3000)]
    chain = Series(*map(Part, names))
    nested: Block = Part("0")
    for name in names[1:]:
        nested = Series(Part(name), nested)
    values = dict.fromkeys(names, 0.9999)
    for block in (chain, nested):
        assert blocks.availability(block, values) == pytest.approx(0.9999**3000, rel=1e-9, abs=0)
    assert len(cut_sets(nested)) == 3000
    shared: Block = Part("a")
    for _ in range(200):  # 2^200 places of one component
        shared = Parallel(shared, shared)
    assert blocks.availability(shared, {"a": 0.5}) == 0.5


REFUSED: tuple[tuple[str, Callable[[], object]], ...] = (
    ("no blocks", Series),
    ("no blocks", Parallel),
    ("no blocks", lambda: AtLeast(1)),
    ("at most 1", lambda: AtLeast(2, Part("a"))),
    ("at least 1", lambda: AtLeast(0, Part("a"))),
    ("whole number", lambda: AtLeast(1.5, Part("a"), Part("b"))),  # type: ignore[arg-type]
    ("is no block", lambda: Series("a")),  # type: ignore[arg-type]
    ("said about a", lambda: blocks.availability(Part("a"), {"b": 1})),
    ("availability of a", lambda: blocks.availability(Part("a"), {"a": 1.1})),
    ("availability of a", lambda: blocks.availability(Part("a"), {"a": math.nan})),
    ("said about a", lambda: blocks.long_run(Part("a"), {})),
    ("MTTF", lambda: blocks.long_run(Part("a"), {"a": Times(0, 1)})),
    ("MTTR", lambda: blocks.long_run(Part("a"), {"a": Times(1, math.inf)})),
    ("size of a cut set", lambda: cut_sets(Part("a"), 0)),
    ("at least", lambda: steady.at_least(-1, [0.5])),
    ("at most 1", lambda: steady.at_least(2, [0.5])),
    ("an availability", lambda: steady.series([2])),
    ("crews", lambda: steady.k_of_n(1, 2, 1, 1, 0)),
    ("needed", lambda: steady.k_of_n(3, 2, 1, 1)),
    ("MTTR", lambda: steady.k_of_n(1, 2, 1, 0)),
    ("common-cause", lambda: steady.beta_factor(0.1, 2)),
)


@pytest.mark.parametrize(("said", "ask"), REFUSED)
def test_what_cannot_be_is_refused(said: str, ask: Callable[[], object]) -> None:
    with pytest.raises(BadSetting) as caught:
        ask()
    assert said in f"{caught.value.message} {caught.value.advice}"


def test_a_diagram_that_is_too_entangled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "MOST_NODES", 500)
    names = [str(number) for number in range(20)]
    pairs = [Series(Part(names[n]), Part(names[n + 10])) for n in range(10)]
    with pytest.raises(BadSetting, match="more than 500 decisions"):
        Diagram(Series(Parallel(*map(Part, names)), Parallel(*pairs)))


@given(
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 14),
    st.floats(1e-9, 1e9),
    st.floats(1e-9, 1e9),
)
def test_groups_of_any_size(needed: int, spare: int, crews: int, mttf: float, mttr: float) -> None:
    group = steady.k_of_n(needed, needed + spare, mttf, mttr, crews)
    run = group.long_run
    assert run.availability + run.unavailability == pytest.approx(1)
    assert group.mttf >= run.mean_up * (1 - 1e-9)  # from new lasts longer than from a repair
    more = steady.k_of_n(needed, needed + spare, mttf, mttr, crews + 1).long_run
    assert more.unavailability <= run.unavailability * (1 + 1e-9)
    assert 0 <= group.busy <= min(crews, needed + spare) * (1 + 1e-9)


def test_a_large_group_does_not_overflow() -> None:
    group = steady.k_of_n(9_000, 10_000, 100, 1, 500)
    assert group.availability == pytest.approx(1)
    assert math.isfinite(group.long_run.mean_down)
    even = steady.k_of_n(5_000, 10_000, 1, 1)  # C(10000, 5000) is no float
    assert even.availability == pytest.approx(0.504, abs=0.001)
