"""Three ways to one number: block diagrams, the exact chain, and the engine's simulation agree."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import ROOT, hatools

from hatools.cli.simulate import prepared
from hatools.model import VirtualAddress, replace
from hatools.reliability.blocks import Times, availability
from hatools.reliability.chain import active_standby
from hatools.reliability.special import student_t
from hatools.reliability.steady import availability as steady
from hatools.simulate.intervals import interval
from hatools.simulate.run import simulate
from hatools.simulate.wear import drawn
from hatools_availability import front, serving
from hatools_availability.answers import answer
from hatools_availability.changes import changes
from hatools_availability.parts import Cause, Front, Member, Pool, Server, Setup
from hatools_availability.simulated import _names as simulated_names
from hatools_availability.takeover import known

PAIR = ROOT / "fixtures" / "availability" / "pair"
shares = st.floats(0.0, 1.0)
seconds = st.floats(0.1, 1e4)


def pair(times: Times, takeover: float, covered: float, **facts: float) -> Front:
    """Return two equal nodes of which neither is preferred."""
    causes = (Cause("it", "node", times, takeover, covered),)
    members = (Member("one", causes, False), Member("other", causes, False))
    return Front("address", members, **facts)  # type: ignore[arg-type]


@given(st.floats(1e3, 1e9), seconds, seconds, shares, st.floats(0.0, 0.99), seconds)
@settings(max_examples=60, deadline=None)
def test_two_equal_nodes_are_the_chain_of_the_literature(
    mttf: float, mttr: float, takeover: float, coverage: float, common: float, manual: float
) -> None:
    manual = min(manual, mttr)  # what is repaired needs nobody to move it
    one = front.loss(pair(Times(mttf, mttr), takeover, coverage, common_cause=common,
                          manual=manual))  # fmt: skip
    other = active_standby(mttf, mttr, takeover, coverage, common, manual).long_run()
    assert one.down == pytest.approx(other.unavailability, rel=1e-9)
    assert one.frequency == pytest.approx(other.frequency, rel=1e-9)
    assert one.lost == pytest.approx(one.down, rel=1e-9)


@given(st.integers(1, 6), st.integers(1, 3), st.floats(1e3, 1e6), seconds)
@settings(max_examples=40, deadline=None)
def test_servers_whose_failure_is_noticed_at_once_are_the_block_diagram(
    count: int, needed: int, mttf: float, mttr: float
) -> None:
    servers = tuple(Server(f"s{at}", 1, Times(mttf, mttr), 0.0) for at in range(count))
    pool = Pool("pool", servers, min(needed, count))
    block = serving.diagram(pool)
    assert block is not None
    expected = availability(block, {one.label: steady(mttf, mttr) for one in servers})
    assert serving.loss(pool).lost == pytest.approx(1 - expected, abs=1e-12)


def brute(pool: Pool) -> float:
    """Return what *pool* loses, over all states of all servers."""
    found = [serving.states(one.times, one.detection, one.back) for one in pool.servers]
    lost = 0.0
    for number in range(3 ** len(found)):
        state = [number // 3**at % 3 for at in range(len(found))]
        share = math.prod(found[at][what] for at, what in enumerate(state))
        up = sum(one.weight for one, what in zip(pool.servers, state, strict=True) if what == 0)
        asked = sum(one.weight for one, what in zip(pool.servers, state, strict=True) if what < 2)
        lost += share * (1.0 if up < pool.needed else 1 - up / asked)
    return lost


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, 100, 256]), st.floats(100, 1e5), seconds,
                       st.one_of(st.none(), seconds), st.floats(0, 100)), min_size=1, max_size=5),
    st.one_of(st.integers(1, 5), st.integers(1, 600)),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_silent_servers_cost_what_counting_all_states_says(
    facts: list[tuple[int, float, float, float | None, float]], needed: int
) -> None:
    servers = tuple(
        Server(f"s{at}", weight, Times(mttf, mttr), detection, back)
        for at, (weight, mttf, mttr, detection, back) in enumerate(facts)
    )
    pool = Pool("pool", servers, min(needed, sum(one.weight for one in servers)))
    assert serving.loss(pool).lost == pytest.approx(brute(pool), rel=1e-9, abs=1e-15)


def test_a_server_that_the_quorum_cannot_spare_is_named() -> None:
    servers = tuple(Server(name, weight, Times(1000.0, 10.0), 0.0)
                    for name, weight in (("heavy", 2), ("light", 1), ("other", 1)))  # fmt: skip
    lost = {cost.component: cost.lost for cost in serving.loss(Pool("pool", servers, 3)).costs}
    up, down = 100 / 101, 1 / 101
    assert lost["server heavy"] == pytest.approx(down * up**2, rel=1e-12)
    several = 3 * up * down**2 + down**3
    assert lost["several at once"] == pytest.approx(several, rel=1e-9)


@pytest.mark.parametrize("count", [30, 300])
def test_a_large_pool_costs_what_one_silent_server_of_many_takes(count: int) -> None:
    servers = tuple(Server(f"s{at}", 100, Times(1e6, 1e3), 10.0) for at in range(count))
    lost = serving.loss(Pool("pool", servers)).lost
    assert lost == pytest.approx(10.0 / (1e6 + 1e3), rel=0.01)  # its share, times all servers


def test_backups_and_what_never_fails() -> None:
    times = Times(1000.0, 100.0)
    first, second = (Server(name, 1, times, 0.0) for name in ("a", "b"))
    alone = serving.loss(Pool("pool", (first,))).lost
    assert alone == pytest.approx(100 / 1100)
    assert serving.loss(Pool("pool", (first,), backups=(second,))).lost == pytest.approx(alone**2)
    unchecked = first._replace(detection=None)  # nobody notices that the backup is needed
    assert serving.loss(Pool("pool", (unchecked,), backups=(second,))).lost == pytest.approx(alone)
    sound = first._replace(times=Times(math.inf, 100.0))
    assert serving.loss(Pool("pool", (sound, second))).lost == 0.0
    assert answer(Setup("nothing", None, Pool("pool", ()))).lost == 1.0


@pytest.mark.parametrize("nodes", [2, 3, 4, 5, 9])
def test_more_nodes_are_never_worse_and_costs_add_up(nodes: int) -> None:
    causes = (Cause("it", "node", Times(1e6, 1e4), 3.0, 0.95),)
    found = [
        front.loss(Front("address", tuple(Member(str(at), causes) for at in range(count)),
                         0.05, 1800.0, 1.0))
        for count in (nodes - 1, nodes)
    ]  # fmt: skip
    assert found[1].down <= found[0].down
    assert found[1].lost == pytest.approx(found[1].down, rel=1e-12)


def test_a_standby_that_never_fails_does_not_make_failovers_free() -> None:
    fails = Member("one", (Cause("it", "node", Times(1e6, 1e4), 3.0, 0.9),))
    never = Member("other", (Cause("it", "node", Times(math.inf, 1e4), 3.0, 0.9),))
    found = front.loss(Front("address", (fails, never), 0.0, 100.0))
    expected = (0.9 * 3.0 + 0.1 * 100.0) / (1e6 + 1e4)
    assert found.lost == pytest.approx(expected, rel=1e-4)
    assert front.loss(Front("address", (never, never), 0.05, 100.0, 1.0)).lost == 0.0
    assert front.loss(Front("address", (never,), 0.05, 100.0, 1.0)).lost == 0.0
    back = front.loss(Front("address", (never, fails), 0.0, 100.0))
    assert back.lost == 0.0


def test_a_change_is_computed_not_guessed() -> None:
    setup = Setup("web", pair(Times(1e6, 1e4), 3.0, 0.95, common_cause=0.05, manual=1800.0,
                              coverage=0.95))  # fmt: skip
    gains = {change.kind: change for change in changes(setup)}
    assert setup.front is not None
    halved = setup._replace(front=setup.front._replace(common_cause=0.025))
    assert gains["common-cause"].lost == answer(halved).lost
    assert gains["common-cause"].gained == answer(setup).lost - answer(halved).lost


# Simulated ------------------------------------------------------------------------------------

RUNS, LENGTH = 30, "1h"


class Way(NamedTuple):
    """Configurations whose service at *address* is simulated and computed; how things fail."""

    mttf: str
    mttr: str
    folder: Path = PAIR
    files: tuple[str, ...] = ("lb1", "lb2")
    address: str = "192.0.2.10:80"


WAYS = {
    "nodes": Way("node=10m", "node=20s"),
    "servers": Way("server=5m", "server=1m"),
    "both": Way("node=20m,server=10m", "node=1m,server=1m"),
    "backups": Way("server=3m", "server=1m", PAIR.parent / "haproxy-backups-and-rules",
                   ("haproxy.cfg",), "192.0.2.20:80"),
}  # fmt: skip


def simulated(way: Way) -> list[float]:
    """Return how far the service answered in each of `RUNS` runs in which things failed."""
    paths = tuple(str(way.folder / name) for name in way.files)
    scenario, cluster = prepared(paths, (), (), (), (), (way.mttf,), (way.mttr,), LENGTH)
    return [simulate(scenario, cluster, seed).answering[way.address] for seed in range(1, RUNS + 1)]


@pytest.mark.parametrize("name", WAYS)
def test_the_simulation_agrees_with_what_is_computed(name: str) -> None:
    """Its 99.9 % interval holds what the chain and the diagram say of the same failures."""
    way = WAYS[name]
    found = interval(simulated(way))
    assert found.low is not None
    half = (found.mean - found.low) / student_t(0.975, RUNS - 1) * student_t(0.9995, RUNS - 1)
    sound = [f"{kind}=never" for kind in ("node", "server", "link") if kind not in way.mttf]
    ran = hatools(
        "availability", *way.files, "--mttf", ",".join([way.mttf, *sound]), "--mttr", way.mttr,
        "--coverage", "100%", "--common-cause", "0%", "--interruption", "0s", "--crews", "2",
        "--output", "json", cwd=way.folder,
    )  # fmt: skip
    service = json.loads(ran.stdout)["services"][0]
    assert way.address in service["name"]
    assert abs(service["availability"] - found.mean) < half
    assert half < 0.5 * service["unavailability"]  # an interval that says something


def test_replications_feed_the_report(tmp_path: Path) -> None:
    runs = tmp_path / "runs.json"
    ran = hatools(
        "simulate", "lb1", "lb2", "--replications", "12", "--report", "json", "--mttf",
        "node=20m", "--mttr", "node=1m", "--for", "30m", cwd=PAIR,
    )  # fmt: skip
    runs.write_text(ran.stdout)
    ran = hatools("availability", "lb1", "lb2", "--simulated", runs, "--output", "json", cwd=PAIR)
    (service,) = json.loads(ran.stdout)["services"]
    held = service["simulated"]
    assert held["low"] < held["mean"] < held["high"]
    assert held["agrees"] == (held["low"] <= held["computed"] <= held["high"])
    assert service["low"] <= service["availability"] <= service["high"]
    takeovers = {cause["takeover"] for member in service["front"]["members"]
                 for cause in member["causes"]}  # fmt: skip
    assert all(2.6 < one < 3.7 for one in takeovers)
    said = hatools("availability", "lb1", "lb2", "--simulated", "-", cwd=PAIR,
                   stdin=runs.read_bytes()).stdout  # fmt: skip
    assert "simulated with the failures drawn there" in said


def test_draws_of_one_component_do_not_change_with_others() -> None:
    paths = (str(PAIR / "lb1"), str(PAIR / "lb2"))
    few, _ = prepared(paths, (), (), (), (), ("node@lb1=10m",), ("node=1m",), LENGTH)
    many, _ = prepared(paths, (), (), (), (), ("node=10m,server=5m",), ("node=1m",), LENGTH)
    of = [one for one in drawn(many.wear, 3600.0, 1) if one.node == "lb1"]
    assert of == drawn(few.wear, 3600.0, 1)
    assert of != [one for one in drawn(many.wear, 3600.0, 2) if one.node == "lb1"]


def test_a_service_of_two_nodes_answers_all_the_time_while_nothing_fails() -> None:
    scenario, cluster = prepared((str(PAIR / "lb1"), str(PAIR / "lb2")), (), (), (), ())
    still = scenario._replace(happenings=(), loads=(), length=60.0)
    assert simulate(still, cluster).answering == {"192.0.2.10:80": pytest.approx(1.0)}


def test_virtual_routers_alike_are_tried_once_and_fare_alike() -> None:
    paths = (str(PAIR / "lb1"), str(PAIR / "lb2"))
    _, cluster = prepared(paths, (), (), (), ())
    (one,) = known(cluster).held
    nodes = {}
    for name, (topology,) in cluster.nodes.items():
        (router,) = topology.routers
        more = [
            replace(router, name=f"r{at}", virtual_router_id=60 + at,
                    addresses=(VirtualAddress(f"192.0.2.{60 + at}", 24),))
            for at in range(100)
        ]  # fmt: skip
        slow = replace(router, name="slow", virtual_router_id=9, advertisement_interval=5.0,
                       addresses=())  # fmt: skip
        nodes[name] = (replace(topology, routers=[router, *more, slow]),)
    held = known(cluster._replace(nodes=nodes)).held
    assert len(held) == 102
    assert one.crash is not None
    for other in held[:-1]:
        assert other.crash is not None
        assert other.crash.holders == one.crash.holders
        assert other.crash[4:7] == pytest.approx(one.crash[4:7])
        assert (other.holder, other.returns) == (one.holder, one.returns)
    assert held[-1].crash is not None
    assert held[-1].crash.typical == pytest.approx(5 * (one.crash.typical or 0), rel=0.2)
    assert held[5].addresses == ("192.0.2.64",)


@pytest.mark.parametrize(
    ("name", "service", "fits"),
    [
        ("192.0.2.10:80", "192.0.2.10:80", True),
        ("web (192.0.2.10:80): app", "192.0.2.10:80", True),
        ("192.0.2.10:8080", "192.0.2.10:80", False),
        ("web (1192.0.2.10:80)", "192.0.2.10:80", False),
        ("[2001:db8::1]:80", "[2001:db8::1]:80", True),
        ("[2001:db8::1]:80", "[2001:db8::1]:8", False),
    ],
)
def test_a_simulated_service_is_found_by_its_whole_address(
    name: str, service: str, fits: bool
) -> None:
    assert simulated_names(name, service) is fits
