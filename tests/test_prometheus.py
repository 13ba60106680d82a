"""/metrics: names, values, rules and the dashboard; and a server that survives what is sent."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import REQUIRED, ROOT

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin.behaviour import Figures
from hatools.watch.board import KEPT, Board
from hatools_prometheus import compat, families
from hatools_prometheus.exporter import Prometheus

FOLDER = ROOT / "exporters" / "hatools_prometheus"
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ROUTER = {"node": "lb1", "interface": "eth0", "virtual_router_id": 51, "family": 4,
          "addresses": ["192.0.2.100"], "source": "addresses"}  # fmt: skip
EVENTS = [
    ("server", "web/s1", {"up": True, "weight": 2, "pool": "web", "address": "192.0.2.11",
                          "port": 80}),
    ("server", "web/s2", {"up": False, "weight": 1, "pool": "web", "address": "2001:db8::1",
                          "port": None, "reason": 'said "no"\n'}),
    ("server", "web/s3", {"up": True, "weight": 1, "pool": "web", "checked": False}),
    ("service", "web", {"listeners": ["192.0.2.10:80"], "pools": ["web"]}),
    ("quorum", "web", {"reached": False, "weight": 2, "needed": 3}),
    ("sorry", "web", {"used": True}),
    ("router", "lb1/VI_1", ROUTER),
    ("role", "lb1/VI_1", {**ROUTER, "role": "MASTER", "priority": 150}),
    ("role", "eth0/51/192.0.2.2", {**ROUTER, "role": "MASTER", "source": "advertisement"}),
    ("counters", "lb1/VI_1", {"counters": {"become_master": 3, "advert_sent": 9},
                              "interface": "lan0", "virtual_router_id": 51}),
    ("address", "192.0.2.100", {"held": True, "interface": "eth0", "router": "lb1/VI_1"}),
    ("link", "eth0", {"up": True}),
    ("ipvs", "TCP 192.0.2.10:80", {"servers": {"192.0.2.11:80": {
        "weight": 1, "active": 2, "inactive": 3, "forwarding": "Route"}}}),
    ("ipvs", "FWM 300 IPv6", {"servers": {"[2001:db8::11]:0": {"weight": 4}}}),
    ("traffic", "ipvs", {"connections": 7, "incoming_packets": 40, "outgoing_packets": 0,
                         "incoming_bytes": 1 << 40, "outgoing_bytes": 28,
                         "states": {"TCP ESTABLISHED": 2, "TCP NONE": 1}}),
    ("bond", "bond0", {"active": "eth1", "up": True, "ports": {"eth1": True, "eth2": False},
                       "failures": {"eth1": 1}}),
    ("proxy", "web/s1", {"status": "UP", "sessions": 4, "queue": 0}),
    ("peer", "192.0.2.3:9651", {"reachable": False}),
    ("split brain", "eth0/51", {"verdict": "confirmed", "virtual_router_id": 51,
                                "interface": "eth0"}),
    ("mail", "queue", {"queued": 2, "sent": 5, "problem": "refused"}),
    ("availability", "server web/s1", {"ratio": 0.999, "downtime": 60.0, "failures": 2,
                                       "mttr": 30.0, "mttf": 3600.0}),
    ("daemon", "lb1", {"state": "watching", "targets": 3, "problem": ""}),
]  # fmt: skip


class Check(NamedTuple):
    name: str
    passed: int = 7
    failed: int = 1
    latency: float | None = 0.25
    expires: float | None = 1.9e9
    unknown: str = ""


@contextlib.contextmanager
def exporting(events: list[Any], **told: object) -> Iterator[Prometheus]:
    exporter, board = Prometheus(), Board()
    figures = Figures(1.7e9, 2, (0.001, 0.1), (5, 3, 1), 0.5, "0.1")
    given: dict[str, object] = {
        "board": board,
        "checks": lambda: [Check("web/s1#0"), Check("web/s2#0", latency=None, unknown="no file")],
        "figures": lambda: figures,
    }
    exporter.start({"listen": "127.0.0.1:0", **given, **told})
    try:
        for kind, subject, details in events:
            event = Event(1.75e9, kind, subject, details)
            board.note(event)
            exporter.export([event])
        yield exporter
    finally:
        exporter.close(1.0)


def page(exporter: Prometheus, **headers: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{exporter.port}/metrics", headers=headers)
    with LOCAL.open(request, timeout=10) as answer:
        return str(answer.read().decode())


def promtool(*arguments: str, text: str = "") -> str:
    """Return what promtool complains of."""
    if shutil.which("promtool") is None:
        assert not REQUIRED
        pytest.skip("promtool is not installed")
    ran = subprocess.run(
        ["promtool", *arguments], input=text, capture_output=True, text=True, check=False,
        cwd=FOLDER / "rules",
    )  # fmt: skip
    return ran.stdout + ran.stderr if ran.returncode or arguments[1] == "metrics" else ""


SHOWN = """\
hatools_server_up{address="192.0.2.11",pool="web",port="80",server="s1"} 1.0
hatools_server_up{address="2001:db8::1",pool="web",port="",server="s2"} 0.0
hatools_pool_servers{pool="web"} 3.0
hatools_pool_servers_up{pool="web"} 2.0
hatools_pool_up{pool="web"} 0.0
hatools_service_up{pool="web",service="web"} 0.0
hatools_pool_sorry_server_used{pool="web"} 1.0
hatools_virtual_router_master{family="4",interface="eth0",node="lb1",router="VI_1",virtual_router_id="51"} 1.0
hatools_virtual_router_heard_master{family="4",interface="eth0",source="192.0.2.2",virtual_router_id="51"} 1.0
hatools_virtual_address_held{address="192.0.2.100",interface="eth0",router="VI_1"} 1.0
hatools_ipvs_server_active_connections{server="192.0.2.11:80",service="TCP 192.0.2.10:80"} 2.0
hatools_ipvs_connections_total 7.0
hatools_ipvs_incoming_bytes_total 1.099511627776e+12
hatools_ipvs_connection_states{protocol="TCP",state="ESTABLISHED"} 2.0
hatools_bond_port_up{bond="bond0",port="eth2"} 0.0
hatools_bond_port_active{bond="bond0",port="eth1"} 1.0
hatools_bond_port_failures_total{bond="bond0",port="eth1"} 1.0
hatools_peer_up{peer="192.0.2.3:9651"} 0.0
hatools_split_brain{interface="eth0",verdict="confirmed",virtual_router_id="51"} 1.0
hatools_mail_queued 2.0
hatools_mail_working 0.0
hatools_availability_ratio{kind="server",name="web/s1"} 0.999
hatools_checks_total{check="0",pool="web",result="failed",server="s1"} 1.0
hatools_check_duration_seconds{check="0",pool="web",server="s1"} 0.25
hatools_check_impossible{check="0",pool="web",server="s2"} 1.0
hatools_timer_lateness_seconds_bucket{le="+Inf"} 9.0
hatools_events_total{kind="server"} 3.0
hatools_configuration_sound 1.0
keepalived_vrrp_state{iname="VI_1",intf="eth0",ip_address="192.0.2.100",vrid="51"} 2.0
keepalived_become_master_total{iname="VI_1",intf="lan0",vrid="51"} 3.0
keepalived_advertisements_sent_total{iname="VI_1",intf="lan0",vrid="51"} 9.0
node_ipvs_backend_connections_inactive{local_address="192.0.2.10",local_mark="",local_port="80",proto="TCP",remote_address="192.0.2.11",remote_port="80"} 3.0
node_ipvs_backend_weight{local_address="",local_mark="0000012C",local_port="",proto="FWM",remote_address="2001:db8::11",remote_port="0"} 4.0
node_ipvs_connections_total 7.0
node_ipvs_outgoing_bytes_total 28.0
node_bonding_active{master="bond0"} 1.0
haproxy_server_status{proxy="web",server="s2",state="DOWN"} 1.0
""".splitlines()  # noqa: E501


def test_what_is_known_is_shown_and_prometheus_has_no_complaint() -> None:
    with exporting(EVENTS, compat=True) as exporter:
        text = page(exporter)
        lines = text.splitlines()
        assert [line for line in SHOWN if line not in lines] == []
        assert "hatools_server_up{" in text
        assert 'server="s3"' not in "".join(x for x in lines if x.startswith("hatools_server_up"))
        open_metrics = page(exporter, Accept="application/openmetrics-text; version=1.0.0")
        assert open_metrics.endswith("# EOF\n")
    told = set(re.findall(r"^# TYPE (\S+)", text, re.M))
    wanted = {one.name for one in families.FAMILIES} | {one.name for one in compat.FAMILIES}
    absent = {name for name in wanted - told if not name.startswith("keepalived_")}
    assert absent == set()
    with exporting(EVENTS) as exporter:  # others' names break the conventions in places
        assert promtool("check", "metrics", text=page(exporter)) == ""


def test_every_family_is_documented_and_reads_what_is_kept() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    names = [one.name for one in families.FAMILIES]
    assert len(names) == len(set(names))
    for one in families.FAMILIES:
        assert f"`{one.name}`" in readme
        assert one.kind in KEPT
        assert (one.type == "counter") == one.name.endswith("_total")


def test_rules_and_alerts_do_what_they_say() -> None:
    assert promtool("check", "rules", "hatools.rules.yml", "hatools.alerts.yml") == ""
    assert promtool("test", "rules", "hatools.tests.yml") == ""


def test_rules_and_the_dashboard_ask_for_metrics_that_exist() -> None:
    with exporting(EVENTS) as exporter:
        known = set(re.findall(r"^# TYPE (\S+)", page(exporter), re.M))
    rules = (FOLDER / "rules" / "hatools.rules.yml").read_text("utf-8")
    known |= set(re.findall(r"record: (\S+)", rules))
    alerts = (FOLDER / "rules" / "hatools.alerts.yml").read_text("utf-8")
    dashboard = json.loads((FOLDER / "dashboards" / "hatools.json").read_text("utf-8"))
    asked = [target["expr"] for one in dashboard["panels"] for target in one["targets"]]
    asked += re.findall(r"expr: (.*(?:\n {10}.*)*)", rules + alerts)
    for expression in asked:
        for name in re.findall(r"\bhatools_[a-z0-9_:]+", expression):
            assert name.removesuffix("_bucket") in known, expression


@given(
    st.sampled_from(sorted(KEPT)),
    st.text(max_size=12),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_no_state_breaks_the_page(kind: str, subject: str, data: st.DataObject) -> None:
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=4,
    )
    board = Board()
    details = data.draw(st.fixed_dictionaries(dict.fromkeys(KEPT[kind], value)))
    board.note(Event(1.0, kind, subject, details))
    for one in (*families.FAMILIES, *compat.FAMILIES):
        for standing in board.of(one.kind) if one.kind == kind else ():
            for labels, number in one.read(standing):
                assert all(isinstance(text, str) for text in labels.values())
                assert isinstance(number, float)


WRONG = [
    ({"listen": "here"}, "is no address"),
    ({"listen": "192.0.2.1:9650"}, "beyond this host"),
    ({"listen": "127.0.0.1:0", "compat": "yes"}, "compat is not true or false"),
    ({"listen": "127.0.0.1:0", "port": 1}, "nothing is called port"),
    ({"listen": "127.0.0.1:0", "token": 5}, "token is not a text"),
    ({"listen": "127.0.0.1:0", "token-file": "/nonexistent"}, "token-file"),
    ({"listen": "203.0.113.1:9650", "token": "x"}, "203.0.113.1:9650"),
]


@pytest.mark.parametrize(("told", "message"), WRONG)
def test_wrong_settings_are_told(told: dict[str, object], message: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(message)):
        Prometheus().start({**told, "board": Board()})


def test_a_token_is_asked_for() -> None:
    with exporting(EVENTS, token="long and secret") as exporter:
        for wrong in ({}, {"Authorization": "Bearer no"}):
            with pytest.raises(urllib.error.HTTPError, match="401") as told:
                page(exporter, **wrong)
            told.value.close()
        assert "hatools_server_up" in page(exporter, Authorization="Bearer long and secret")


BAD = [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02" * 9,
       b"GET /" + b"x" * 70000 + b" HTTP/1.0\r\n\r\n", b"POST /metrics HTTP/1.0\r\n\r\n",
       b"GET /metrics HTTP/1.0\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"GET /metrics HT"]  # fmt: skip


def test_bad_requests_and_floods_are_survived() -> None:
    with exporting(EVENTS) as exporter:
        held = []
        for number in range(200):
            with contextlib.suppress(OSError):
                sock = socket.create_connection(("127.0.0.1", exporter.port), 2)
                held.append(sock)
                sock.sendall(BAD[number % len(BAD)])
        for sock in held:
            sock.close()
        for _ in range(50):
            with contextlib.suppress(OSError):
                assert "hatools_server_up" in page(exporter)
                break
        else:
            raise AssertionError("it does not answer any more")
