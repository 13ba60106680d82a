"""What keepalived.conf is written from a model, and that it says what was intended."""

from __future__ import annotations

from pathlib import Path

import lab
import pytest
from keepalived_topologies import CASES, Case, here, listener, server, web

from hatools.model import Check, Outcome, Topology, differences
from hatools.plugin import Place, Settings, Target, Writing
from hatools.text import Source
from hatools_keepalived.expand import expand
from hatools_keepalived.reader import read
from hatools_keepalived.spelling import dotted, pattern_word, remark, seconds, word
from hatools_keepalived.syntax import parse
from hatools_keepalived.writer import write

ALL = pytest.mark.parametrize("name", CASES)


def written(case: Case) -> Writing:
    return write(case.topology, Target(case.version, Settings(case.settings)))


def text_of(name: str) -> str:
    writing = written(CASES[name])
    assert writing.main is not None
    return writing.main.text


def read_back(text: str) -> Topology:
    reading = read(expand(parse(Source("keepalived.conf", text)), Place()))
    assert [str(d) for d in reading.diagnostics] == []
    return reading.topology


@ALL
def test_reads_back_as_intended(name: str) -> None:
    writing = written(CASES[name])
    if writing.main is None:
        assert writing.lost
        return
    assert differences(read_back(writing.main.text), writing.intended) == []


@ALL
def test_what_is_lost_is_named(name: str) -> None:
    case = CASES[name]
    lost = dict(written(case).lost)
    assert lost.keys() == case.lost.keys()
    for service, reason in case.lost.items():
        assert reason in lost[service]


@ALL
def test_every_object_has_one_record(name: str) -> None:
    topology = CASES[name].topology
    origins = [s.origin for s in topology.services + topology.pools + topology.sections]  # type: ignore[operator]
    for service in topology.services:
        origins += [x.origin for x in (*service.listeners, *service.rules)]
    for pool in topology.pools:
        origins += [x.origin for x in pool.servers]
    records = written(CASES[name]).records
    assert sorted(o.at for o in origins) == sorted(r.origin.at for r in records)


@ALL
def test_verdicts_have_reasons_and_lines(name: str) -> None:
    writing = written(CASES[name])
    lines = writing.main.text.splitlines() if writing.main else []
    for record in writing.records:
        for fate in record.verdict.values():
            assert (fate.outcome is Outcome.KEPT) == (not fate.reason), record.verdict
            assert not fate.reason.endswith(".")
        if record.line:
            assert (
                lines[record.line - 1]
                .lstrip()
                .startswith(("virtual_server ", "real_server ", "sorry_server ", "192.", "2001:"))
            )
    for assumption in writing.assumptions:
        first, _, _ = assumption.fact.partition(" ")
        begins = "virtual_server " if first in ("lb_kind", "lb_algo", "host") else first
        assert not assumption.line or lines[assumption.line - 1].strip().startswith(begins)


@pytest.mark.real("keepalived", "ip")
@ALL
def test_keepalived_accepts_it(name: str, tmp_path: Path) -> None:
    writing = written(CASES[name])
    if writing.main is None:
        return
    path = tmp_path / "keepalived.conf"
    path.write_text(writing.main.text)
    verdict = lab.keepalived_check(path)
    assert verdict.accepted, verdict.output + writing.main.text


def test_a_plain_service_reads_as_a_person_would_write_it() -> None:
    assert (
        text_of("backup")
        == """\
# web -> app
virtual_server 192.0.2.10 80 {
    delay_loop 2
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    retry 2
    delay_before_retry 2
    connect_timeout 2

    sorry_server 192.0.2.12 80  # web12

    real_server 192.0.2.11 80 {  # web11
        TCP_CHECK {
        }
    }
}
"""
    )


def test_records_point_at_the_lines() -> None:
    case = CASES["two addresses"]
    writing = written(case)
    assert writing.main is not None
    lines = writing.main.text.splitlines()
    pool = case.topology.pools[0]
    found = {r.origin.at: lines[r.line - 1].strip() for r in writing.records}
    assert found[pool.origin.at] == "virtual_server group web {"
    assert found[pool.servers[0].origin.at] == "real_server 192.0.2.11 80 {  # web11"
    second = case.topology.services[0].listeners[1]
    assert found[second.origin.at] == "192.0.2.20 80"


def test_reasons_are_concrete() -> None:
    case = CASES["rules"]
    verdicts = {r.origin.at: r.verdict for r in written(case).records}
    service = case.topology.services[0]
    mine = verdicts[service.origin.at]
    assert "cannot choose by content" in mine["own.0"].reason
    assert "logging" in mine["own.1"].reason
    assert mine["layer"].outcome is Outcome.APPROXIMATED
    assert "static" in verdicts[service.rules[0].origin.at]["*"].reason


def test_what_a_pool_says_for_all_its_servers_has_a_fate() -> None:
    case = CASES["HTTP check"]
    verdicts = {r.origin.at: r.verdict for r in written(case).records}
    mine = verdicts[case.topology.pools[0].origin.at]
    assert mine["servers.checks.rise"].outcome is Outcome.APPROXIMATED
    assert mine["servers.checks.interval"].outcome is Outcome.KEPT
    assert "OPTIONS" in mine["servers.checks.detail"].reason


def test_a_status_pattern_of_haproxy_becomes_ranges() -> None:
    check = Check("http", own=(("http-check", "expect", "!", "rstatus", "^5"),))
    writing = write(web(server(checks=(check,))), Target())
    assert writing.main is not None
    assert "status_code 100-499\n" in writing.main.text


def test_warnings_about_what_works_otherwise() -> None:
    wrapped = web(server(), listeners=(listener(own=(("ssl",),)),))
    codes = [d.code for d in write(wrapped, Target()).diagnostics]
    assert "KA081" in codes
    proxied = web(server(own=(("send-proxy",),)))
    assert "KA083" in [d.code for d in write(proxied, Target()).diagnostics]
    local = web(server(address="127.0.0.1"))
    assert "KA084" in [d.code for d in write(local, Target()).diagnostics]
    assert [d.code for d in write(web(server()), Target()).diagnostics] == ["KA080"]


def test_direct_routing_comes_with_a_script_for_the_real_servers() -> None:
    script = written(CASES["direct routing"]).companions[0]
    assert script.executable
    for line in ("arp_ignore=1", "arp_announce=2", "192.0.2.10/32 192.0.2.20/32"):
        assert line in script.text
    assert "modprobe ipip" in written(CASES["tunnels"]).companions[0].text
    assert written(CASES["one server"]).companions == []


def test_an_object_without_origin_has_no_record() -> None:
    bare = web(server())
    for thing in (*bare.services, *bare.pools, *bare.services[0].listeners):
        thing.origin = Topology().origin
    bare.pools[0].servers[0].origin = here()
    assert len(write(bare, Target()).records) == 1


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("a#b", '"a#b"'),
        ("x{", '"x{'  '"'),
        ("//x", '"//x"'),
        ("", '""'),
        ('a"b', None),
        ("a$b", None),
        ("a\nb", None),
    ],
)  # fmt: skip
def test_words(text: str, spelled: str | None) -> None:
    assert word(text) == spelled


def test_values() -> None:
    assert [seconds(x) for x in (2.0, 0.5, 1e-6, 1.25)] == ["2", "0.5", "0.000001", "1.25"]
    assert [dotted(n) for n in (24, 1, 32)] == ["255.255.255.0", "128.0.0.0", "255.255.255.255"]
    assert pattern_word('a"b') == (r"a\x22b", r'"a\x22b"')
    assert pattern_word(r"a\"b") == (r"a\x22b", r'"a\x22b"')
    assert remark("-----") == "#-----"
    assert len(remark("x" * 5000).encode()) < 1000
