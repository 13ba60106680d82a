"""Connections counted in bulk fare as they do one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hatools.engine.cluster import Cluster
from hatools.model import Listener, Pool, RealServer, Service, Topology
from hatools.model import Scheduler as Algorithm
from hatools.plugin.balancing import Balancing, Scheduler
from hatools.plugin_host import Host
from hatools.simulate.recording import Told
from hatools.simulate.result import Result
from hatools.simulate.run import simulate
from hatools.simulate.scenario import Expectation, Happening, Lasting, Load, Scenario

VIP = "192.0.2.10"
WEIGHTS = (1, 3, 2, 5, 4)
HAPPENINGS = {
    "nothing": (),
    "a server is silent for a while": (
        Happening(20, "server", subject="10.0.0.2", value="silent", port=80),
        Happening(60, "server", subject="10.0.0.2", value="answers", port=80),
    ),
    "a weight changes": (Happening(30, "weight", subject="10.0.0.1:80", value="9"),),
    "the node crashes and returns": (Happening(40, "crash", "lb1"), Happening(70, "return", "lb1")),
    "no server is left": tuple(
        Happening(50, "state", subject=f"10.0.0.{number}:80", value="maintenance")
        for number in range(1, 6)
    ),
}
LASTING = [
    Lasting("exponential", 0.3),
    Lasting("constant", 30.0),
    Lasting("uniform", 1.0, 5.0),
    Lasting("forever"),
]


def one_by_one(record: Scheduler) -> Scheduler:
    """Return the scheduler without saying that it does not heed the counters."""

    def make(balancing: Balancing) -> object:
        made = record.make(balancing)
        made.heedless = False
        return made

    return record._replace(make=make)


def course(
    name: str,
    happenings: tuple[Happening, ...],
    lasting: Lasting,
    change: Callable = lambda one: one,
    told: Told | None = None,
) -> Result:
    """Return a simulation of five servers at 80 connections a second."""
    record = Host().named("hatools_schedulers")[name][1]
    servers = [
        RealServer(f"10.0.0.{number}", 80, weight, forwarding="nat")
        for number, weight in enumerate(WEIGHTS, 1)
    ]
    service = Service("web", [Listener(VIP, (80, 80))], default_pool="web")
    topology = Topology(services=[service], pools=[Pool("web", Algorithm(name), servers)])
    cluster = Cluster({"lb1": [topology]}, {name: change(record)})
    scenario = Scenario(
        "bulk",
        loads=(Load(40, 80.0, VIP, 80, lasting=lasting),),
        happenings=happenings,
        expectations=(Expectation("sticks", f"{VIP}:80"),),
        length=150.0,
    )
    return simulate(scenario, cluster, 7, told)


@pytest.mark.parametrize("lasting", LASTING, ids=lambda lasting: lasting.kind)
@pytest.mark.parametrize("happenings", HAPPENINGS.values(), ids=HAPPENINGS)
def test_bulk_is_one_by_one(happenings: tuple[Happening, ...], lasting: Lasting) -> None:
    assert course("wrr", happenings, lasting) == course("wrr", happenings, lasting, one_by_one)


@pytest.mark.parametrize("name", ["rr", "sh", "dh", "mh"])
def test_other_schedulers_in_bulk(name: str) -> None:
    happenings = HAPPENINGS["a server is silent for a while"]
    assert course(name, happenings, LASTING[0]) == course(name, happenings, LASTING[0], one_by_one)


def test_a_trace_changes_nothing() -> None:
    """Connections are traced one by one."""
    told: list[dict[str, object]] = []
    happenings = HAPPENINGS["the node crashes and returns"]
    assert course("wrr", happenings, LASTING[0]) == course(
        "wrr", happenings, LASTING[0], told=told.append
    )
    assert sum(one["kind"] == "connection" for one in told) > 10_000
