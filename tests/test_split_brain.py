"""Split brain: none in a takeover; one that is, found soon, named, and cleared when it is over."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import SHARED
from split_brain_course import ADDRESSES, WITNESS, Cluster, Watching
from test_vrrp_packets import frames
from vrrp_scenarios import GLOBALS, block, router

from hatools.model import Topology
from hatools.model.event import Event
from hatools.plugin import Place, Watched
from hatools.plugin_host import Host, codec
from hatools.text import Source
from hatools_observers.hearing import Hearing, Sight

FOLDER = SHARED / "vectors" / "vrrp"
RECORDED = {  # a recording -> the verdicts, and how the cause begins
    "split_brain": (["suspected", "confirmed", "cleared"], "cut link"),
    "split_brain_v3": (["suspected", "confirmed", "cleared"], "cut link"),
    # these two end before each has advertised twice beside the other
    "auth_mismatch": (["suspected", "cleared"], "authentication differs"),
    "advint_mismatch": (["suspected", "cleared"], "advertisement interval differs"),
    "vrid_mismatch": (["suspected", "confirmed", "cleared"], "virtual_router_id differs"),
    **dict.fromkeys(
        ("link_down_fault", "nopreempt", "track_script", "v2_both_backup", "v2_equal_priority",
         "v2_graceful", "v2_master_kill"), ([], "")),
}  # fmt: skip


def meaning(text: str) -> Topology:
    form = codec(Host().formats()["keepalived"])
    return form.read(form.expand(form.parse(Source("k.conf", GLOBALS + text)), Place())).topology


PAIR = {"lb1": meaning(router(150)), "lb2": meaning(router(100))}
FAST = {
    "lb1": meaning(router(150, version=3, interval="0.3")),
    "lb2": meaning(router(100, version=3, interval="0.3")),
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_clusters_as_a_witness_hears_them(name: str) -> None:
    path = FOLDER / f"{name}.pcap"
    if not path.exists():
        pytest.skip(f"no recording at {path}")
    watched = Watched(WITNESS, tuple)
    hearing = Hearing(watched, lambda secret: secret.hex())
    watching = Watching(WITNESS)
    data, at, time = path.read_bytes(), 24, 0.0
    for frame in frames(path):
        seconds, fraction = struct.unpack_from("<II", data, at)
        at += 16 + len(frame)
        time = seconds + fraction / 1e6
        kind = struct.unpack_from("!H", frame, 12)[0]
        sight = Sight(time, "lan0", kind, frame[14:], frame[6:12].hex(":"))
        for event in hearing.seen(sight):
            watching.tell(event)
    watching.wait(time + 30)
    words, cause = RECORDED[name]
    assert watching.words == words
    causes = {one for _, _, one in watching.verdicts} - {""}
    assert bool(causes) == bool(cause)
    assert all(one.startswith(cause) for one in causes)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["kill lb1", "stop lb1", "start lb1", "kill lb2", "stop lb2", "start lb2"]),
        st.floats(0.01, 9.0),
    ),
    min_size=1,
    max_size=12,
)


def play(cluster: Cluster, steps: list[tuple[str, float]]) -> None:
    running = set()
    now = 0.0
    for step, pause in [("start lb1", 0.3), ("start lb2", 6.0), *steps]:
        verb, node = step.split()
        if (verb == "start") != (node in running):
            getattr(cluster, verb)(node)
            running ^= {node}
        now += pause
        cluster.go(now)
    cluster.go(now + 20)


@settings(max_examples=30, deadline=None)
@given(STEPS, st.floats(0.0, 0.2), st.booleans())
def test_no_takeover_alarms_anybody(
    steps: list[tuple[str, float]], late: float, fast: bool
) -> None:
    cluster = Cluster(FAST if fast else PAIR, late=late)
    play(cluster, steps)
    for watching in cluster.watching.values():
        assert watching.verdicts == [], watching.node


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(8.0, 20.0), st.booleans())
def test_a_cut_is_confirmed_in_time_and_cleared_after_healing(
    moment: float, while_cut: float, fast: bool
) -> None:
    cluster = Cluster(FAST if fast else PAIR, poll=0.25 if fast else 0.5)
    interval = 0.3 if fast else 1.0
    down = 3 * interval + (156 / 256) * (interval if fast else 1.0)
    play(cluster, [])
    cut = cluster.now + moment
    cluster.go(cut)
    cluster.wire.cut("lb1", "lb2"), cluster.wire.cut("lb2", "lb1")
    cluster.go(cut + while_cut)
    for name, watching in cluster.watching.items():
        confirmed = [time for time, word, _ in watching.verdicts if word == "confirmed"]
        assert confirmed, name
        assert confirmed[0] - cut <= 2 * down + interval * 0.01, name
    assert all("cut link" in one.verdicts[-1][2] for one in cluster.watching.values())
    cluster.wire.heal("lb1", "lb2"), cluster.wire.heal("lb2", "lb1")
    cluster.go(cluster.now + 15)
    for name, watching in cluster.watching.items():
        assert watching.words[-1] == "cleared", name
        assert watching.words.count("cleared") == 1, name


def unicast(node: str, priority: int, *peers: str) -> str:
    lines = [f"unicast_src_ip {ADDRESSES[node]}"]
    return router(priority, *lines, block("unicast_peer", *peers)) if peers else router(priority)


CAUSES = {
    "VRID collision": (router(150), router(100, address="192.0.2.200/24")),
    "authentication differs": (router(150), router(100, secret="other")),
    "advertisement interval differs": (router(150), router(100, interval="2")),
    "version differs": (router(150, secret=""), router(100, version=3)),
    "virtual_router_id differs": (router(150), router(100, vrid=52)),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_cause_is_named(cause: str) -> None:
    first, second = CAUSES[cause]
    cluster = Cluster({"lb1": meaning(first), "lb2": meaning(second)})
    cluster.start("lb1")
    cluster.start("lb2")
    if cause == "VRID collision":  # they take each other's advertisements: not all do
        cluster.wire.cut("lb1", "lb2"), cluster.wire.cut("lb2", "lb1")
    cluster.go(20)
    told = cluster.watching[WITNESS].verdicts
    assert told[-1][1] == "confirmed"
    assert told[-1][2].startswith(cause)


def test_a_unicast_list_that_lacks_the_other() -> None:
    texts = {"lb1": unicast("lb1", 150, "192.0.2.2"), "lb2": unicast("lb2", 100, "192.0.2.3")}
    cluster = Cluster({node: meaning(text) for node, text in texts.items()})
    cluster.start("lb1")
    cluster.start("lb2")
    cluster.wire.cut("lb1", "lb2"), cluster.wire.cut("lb2", "lb1")
    cluster.go(20)
    assert "does not name lb1 (192.0.2.1)" in cluster.watching["lb1"].verdicts[-1][2]


def advertisement(time: float, source: str, **more: Any) -> Event:
    details = {
        "interface": "lan0", "source": source, "virtual_router_id": 51, "priority": 100,
        "version": 2, "interval": 1.0, "family": 4, "addresses": ["192.0.2.100"], **more,
    }  # fmt: skip
    return Event(time, "advertisement", "", details)


def two(watching: Watching, since: float, seconds: int) -> None:
    for second in range(seconds):
        watching.tell(advertisement(since + second, "192.0.2.1"))
        watching.tell(advertisement(since + second + 0.4, "192.0.2.2"))


def test_the_users_command_is_run_once_and_only_where_it_is_set() -> None:
    for command, runs in (("", 0), ("/usr/local/sbin/fence lb2", 1)):
        watching = Watching(WITNESS, {"on_confirmed": command})
        two(watching, 1.0, 20)
        assert len(watching.runs) == runs
    assert watching.runs[0].command == command
    assert watching.runs[0].facts["HATOOLS_SUBJECT"] == "lan0/51"


def test_each_evidence_has_time_and_strength() -> None:
    watching = Watching(WITNESS)
    two(watching, 1.0, 8)
    told = watching.events[-1].details
    evidence = told["evidence"]
    assert isinstance(evidence, list)
    assert [one["kind"] for one in evidence] == ["advertisers"]
    assert evidence[0]["since"] == 1.4
    assert 0.85 <= evidence[0]["strength"] <= 1


def test_two_macs_that_answer_at_once_are_suspect() -> None:
    watching = Watching(WITNESS)
    watching.tell(advertisement(1.0, "192.0.2.1"))
    for at, mac in enumerate(["02:00:00:00:00:01", "02:00:00:00:00:02"]):
        details = {"address": "192.0.2.100", "mac": mac, "gratuitous": False}
        watching.tell(Event(20 + at / 100, "announcement", "", details))
    assert watching.words == ["suspected"]
    watching.wait(60)
    assert watching.words == ["suspected", "cleared"]


def test_a_clock_that_is_set_back_or_on_alarms_nobody_and_blinds_nobody() -> None:
    watching = Watching(WITNESS)
    for second in range(20):
        watching.tell(advertisement(1e6 + second, "192.0.2.1"))
    for second in range(10):
        watching.tell(advertisement(1000.0 + second, "192.0.2.1"))
    assert watching.verdicts == []
    two(watching, 1010.0, 6)
    assert "confirmed" in watching.words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["node", "role", "kind", "source", "interface", "virtual_router_id", "family", "addresses",
     "interval", "version", "peers", "reachable", "reports", "mac", "address", "priority"]
)  # fmt: skip
DETAILS = st.dictionaries(KEYS, JSON | st.sampled_from(["lb1", "MASTER", "role", "router", 51]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["router", "advertisement", "announcement", "role", "peer"]),
            DETAILS,
            st.lists(DETAILS, max_size=3),
        ),
        max_size=6,
    )
)
def test_a_peer_that_lies_is_survived(told: list[tuple[str, dict[str, Any], list[Any]]]) -> None:
    watching = Watching("lb2")
    for at, (kind, details, reports) in enumerate(told):
        if kind == "peer":
            details = {"reachable": True, "node": "lb1", "reports": reports, **details}
        watching.tell(Event(float(at), kind, "subject", details))
    watching.wait(100.0)
