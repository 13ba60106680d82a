"""Connections through haproxy in a simulation: full servers, queues, retries, cookies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.cli.simulate import prepared
from hatools.engine.cluster import Cluster
from hatools.engine.proxy_pool import ProxyPool
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.simulate.result import Result, Traffic
from hatools.simulate.run import _Run, simulate
from hatools.simulate.scenario import Happening, Lasting, Load, Scenario
from hatools.text import Source

ADDRESS = "192.0.2.10"
HEAD = "listen web\n  bind 192.0.2.10:80\n  mode http\n  timeout connect 5s\n"
SILENT = Happening(2.0, "server", subject="10.0.0.1", value="silent", port=80)
REFUSES = Happening(2.0, "server", subject="10.0.0.1", value="refuses", port=80)
ANSWERS = Happening(8.0, "server", subject="10.0.0.1", value="answers", port=80)
PAIR = ("server web1 10.0.0.1:80", "server web2 10.0.0.2:80")


Record = dict[str, Any]


def cluster(*lines: str) -> Cluster:
    host = Host()
    form = codec(host.formats()["haproxy"])
    text = HEAD + "".join(f"  {line}\n" for line in lines)
    topology = form.read(form.expand(form.parse(Source("haproxy.cfg", text)), Place())).topology
    schedulers = host.records("hatools_schedulers")
    return Cluster({"lb1": [topology]}, schedulers)


def scenario(
    *happenings: Happening,
    rate: float = 10.0,
    clients: int = 50,
    lasting: float = 0.1,
    length: float = 30.0,
    loads: int = 1,
) -> Scenario:
    kind = Lasting("constant", lasting)
    load = Load(clients, rate, ADDRESS, 80, lasting=kind, evenly=True, end=20.05)
    return Scenario("proxied", loads=(load,) * loads, happenings=happenings, length=length)


def course(made: Cluster, *happenings: Happening, **how: float) -> tuple[Traffic, list[Record]]:
    told: list[Record] = []
    result: Result = simulate(scenario(*happenings, **how), made, 3, told.append, explain=True)  # type: ignore[arg-type]
    return result.traffic[0], [one for one in told if one["kind"] == "connection"]


def late(told: list[Record]) -> list[float]:
    """Return for how long each connection that had to had waited when it was decided."""
    return [one["time"] - one["arrived"] for one in told if "arrived" in one]


def test_redispatch_saves_those_whom_a_server_refuses_at_once() -> None:
    traffic, told = course(cluster("balance roundrobin", "option redispatch", *PAIR), REFUSES)
    assert traffic.lost == {}
    assert late(told) == []  # another server is tried without delay
    assert any("after 1 failed attempts" in one["why"] for one in told)
    assert {one["server"] for one in told if one["time"] > 2} == {"web2"}


def test_redispatch_saves_those_whom_a_server_does_not_answer_after_a_timeout() -> None:
    traffic, told = course(cluster("balance roundrobin", "option redispatch", *PAIR), SILENT)
    assert traffic.lost == {}
    assert late(told) == pytest.approx([5.0] * len(late(told)))
    assert 85 <= len(late(told)) <= 95  # about every other one of 180


def test_without_redispatch_the_same_server_is_tried_again() -> None:
    traffic, told = course(cluster("balance roundrobin", *PAIR), REFUSES)
    assert set(traffic.lost) == {"the server refuses"}
    waited = late(told)
    assert waited == pytest.approx([3.0] * len(waited))  # three times one second
    traffic, told = course(cluster("balance roundrobin", *PAIR), SILENT)
    assert max(late(told)) == pytest.approx(20.0)  # four times five


def test_those_who_try_again_meet_the_server_when_it_is_back() -> None:
    traffic, told = course(cluster("balance roundrobin", "retries 9", *PAIR), REFUSES, ANSWERS)
    assert traffic.lost == {}
    assert max(late(told)) == pytest.approx(6.0, abs=0.2)


def test_a_full_server_lets_them_wait() -> None:
    one = "server web1 10.0.0.1:80 maxconn 2"
    traffic, told = course(cluster("timeout queue 60s", one), lasting=0.25)
    assert traffic.lost == {}
    assert traffic.served == {"web1": 200}
    assert max(late(told)) == pytest.approx(5.0, abs=0.3)  # 8 a second are served of 10


def test_who_waits_too_long_goes() -> None:
    one = "server web1 10.0.0.1:80 maxconn 2"
    traffic, told = course(cluster("timeout queue 1s", one), lasting=0.25)
    assert traffic.lost == {"it waited too long in a queue": pytest.approx(33, abs=4)}
    assert max(late(told)) == pytest.approx(1.0)


def test_who_still_waits_at_the_end_is_told_apart() -> None:
    made = cluster("timeout queue 1h", "server web1 10.0.0.1:80 maxconn 1")
    traffic, _ = course(made, lasting=1.0, length=20.5)
    assert traffic.total + traffic.waiting == 200
    assert traffic.total == 21  # one a second, from 0.1 s on
    assert traffic.availability == 1.0


def test_a_server_that_comes_back_takes_from_the_queue() -> None:
    states = [
        Happening(at, "state", subject=f"web/{name}", value=value)
        for at, name, value in ((4.0, "web1", "maintenance"), (6.0, "web1", "ready"))
    ]
    servers = [f"server web{at} 10.0.0.{at}:80 maxconn 1" for at in (1, 2)]
    traffic, told = course(cluster("timeout queue 60s", *servers), *states, lasting=0.19)
    assert traffic.lost == {}
    assert any(one["server"] == "web1" and one["time"] == pytest.approx(6.0) for one in told)


def test_who_waits_on_a_node_that_crashes_is_lost() -> None:
    made = cluster("timeout queue 1h", "server web1 10.0.0.1:80 maxconn 1")
    traffic, told = course(made, Happening(10.0, "crash", "lb1"), lasting=1.0)
    assert traffic.waiting == 0
    assert traffic.lost["the address left its node while it waited"] > 80
    assert {one["time"] for one in told if one["lost"] and "arrived" in one} == {10.0}


def test_a_cookie_keeps_a_client() -> None:
    servers = [f"{line} cookie c{at}" for at, line in enumerate(PAIR)]
    traffic, told = course(cluster("balance roundrobin", "cookie SRV insert", *servers))
    servers_of: dict[str, set[str]] = {}
    for one in told:
        servers_of.setdefault(one["client"], set()).add(one["server"])
    assert all(len(found) == 1 for found in servers_of.values())
    assert len(traffic.served) == 2


@settings(max_examples=25, deadline=None)
@given(
    limits=st.lists(st.integers(0, 3), min_size=1, max_size=4),
    words=st.lists(
        st.sampled_from(["option redispatch", "retries 1", "timeout queue 2s", "option persist",
                         "balance leastconn", "balance source", "cookie S insert"]),
        unique=True,
    ),
    changes=st.lists(
        st.tuples(
            st.floats(0.5, 19.0),
            st.integers(1, 4),
            st.sampled_from(["silent", "refuses", "fails", "answers", "drain", "maintenance",
                             "ready"]),
        ),
        max_size=6,
    ),
    checked=st.booleans(),
    loads=st.integers(1, 2),
)  # fmt: skip
def test_nobody_is_lost_sight_of(
    limits: list[int],
    words: list[str],
    changes: list[tuple[float, int, str]],
    checked: bool,
    loads: int,
) -> None:
    servers = [
        f"server web{at} 10.0.0.{at}:80 cookie c{at} maxconn {limit}" + " check" * checked
        for at, limit in enumerate(limits, 1)
    ]
    happenings = tuple(
        Happening(time, "state", subject=f"web/web{at}", value=value)
        if value in ("drain", "maintenance", "ready")
        else Happening(time, "server", subject=f"10.0.0.{at}", value=value, port=80)
        for time, at, value in changes
    )
    run = _Run(scenario(*happenings, loads=loads, length=80.0), cluster(*words, *servers), 5, None,
               False)  # fmt: skip
    result = run.result(None)
    for traffic in result.traffic:
        served = sum(traffic.served.values())
        assert served + sum(traffic.lost.values()) + traffic.waiting == 200
        assert traffic.total == served + sum(traffic.lost.values())
    (pool,) = run.world.stations["lb1"].node.pools.values()
    queued = sum(one.waiting for one in result.traffic)
    assert isinstance(pool, ProxyPool)
    for member in pool.members.values():
        assert member.active >= 0
        assert not member.limit or member.active <= member.limit
    if not queued:  # everybody has gone home
        assert all(member.active == 0 for member in pool.members.values())
        assert pool._connections == 0


def test_a_server_with_a_name_is_expected_by_its_address(tmp_path: Path) -> None:
    (tmp_path / "haproxy.cfg").write_text(HEAD + "".join(f"  {line} check\n" for line in PAIR))
    path = tmp_path / "named.scenario"
    expected = (
        "expect server 10.0.0.1:80 is out within 8s after 5s",
        "expect server web1 is out within 8s after 5s",
        "expect server 10.0.0.2:80 has 50 % of connections within 50 %",
    )
    path.write_text(
        'scenario "named"\nnode lb1 uses "haproxy.cfg"\n'
        "clients 5 send 10 connections/s to 192.0.2.10:80\n"
        "at 5s server 10.0.0.1:80 refuses connections\n" + "\n".join(expected) + "\n"
    )
    scenario, cluster = prepared((str(path),), (), (), (), ())
    assert [one.held for one in simulate(scenario, cluster).verdicts] == [True] * 3
