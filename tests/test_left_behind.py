"""What keepalived leaves behind on a node: killed, stopped, by an operator or by its own script."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulations import KEEPALIVED, course

from hatools.simulate.lanes import takeovers
from hatools.simulate.report import as_json
from hatools.simulate.result import Result, Span, overlaps
from hatools.simulate.words import said

SCRIPT = 'vrrp_script check {\n  script "/bin/check"\n  interval 1\n}\n'
TRACKED = "  track_script {{\n    check\n  }}\n  virtual_ipaddress"
HEAD = 'scenario "left behind"\n'


def run(folder: Path, *lines: str) -> Result:
    """Return what *lines* lead to on a pair of nodes with a script."""
    nodes = ""
    template = KEEPALIVED.replace("  virtual_ipaddress", TRACKED)
    for node, priority in (("lb1", 150), ("lb2", 100)):
        (folder / node).mkdir()
        (folder / node / "keepalived.conf").write_text(SCRIPT + template.format(priority=priority))
        nodes += f'node {node} uses "{node}/keepalived.conf"\n'
    path = folder / "left.scenario"
    path.write_text(HEAD + nodes + "\n".join(lines) + "\n")
    return course(path)


def at(spans: tuple[Span, ...], node: str, time: float) -> list[str]:
    return [f"{one.subject} {one.what}" for one in spans
            if one.node == node and one.start <= time < one.end]  # fmt: skip


def test_a_killed_keepalived_leaves_its_address_on_the_node(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "at 10s keepalived on lb1 is killed",
        "at 30s keepalived on lb1 starts",
        "expect split brain of 192.0.2.150 between 14s and 30s",
        "expect no split brain after 31s",
    )
    assert [one.held for one in result.verdicts] == [True, True]
    ((address, start, end, nodes),) = overlaps(result.addresses)
    assert (address, set(nodes)) == ("192.0.2.150", {"lb1", "lb2"})
    assert 12.5 < start < 14.5
    assert end == pytest.approx(30.0)  # a new keepalived takes it away
    assert at(result.roles, "lb1", 20) == []
    assert len(at(result.servers, "lb1", 20)) == 2  # the kernel goes on
    assert takeovers(result)[0].shared == ("lb1",)


@pytest.mark.parametrize("how", ["keepalived on lb1 stops", "node lb1 crashes"])
def test_nothing_is_left_by_a_stop_or_a_crash(tmp_path: Path, how: str) -> None:
    result = run(tmp_path, f"at 10s {how}", "expect no split brain")
    assert result.held
    assert at(result.addresses, "lb1", 11) == []
    assert at(result.servers, "lb1", 11) == []
    assert len(at(result.servers, "lb2", 11)) == 2


@pytest.mark.parametrize("verb", ["stops", "restarts"])
def test_a_script_that_stops_keepalived_is_seen(tmp_path: Path, verb: str) -> None:
    result = run(
        tmp_path,
        f"when script check on lb1 fails it {verb} keepalived",
        "at 10s script check on lb1 fails",
        "at 20s script check on lb1 passes",
        "ends after 40s",
    )
    sentence = f"script check {verb} keepalived on lb1"
    told = [note.time for note in result.notes if said(note) == sentence]
    assert 10 < told[0] < 11.1
    assert len(told) == (1 if verb == "stops" else 9)  # at once, whenever it has begun anew
    assert at(result.servers, "lb1", told[0] + 0.5) == []
    assert len(at(result.servers, "lb1", 35)) == (0 if verb == "stops" else 2)
    assert at(result.roles, "lb2", 15) == ["VI_1 MASTER"]
    assert at(result.roles, "lb1", 35) == ["VI_1 INIT" if verb == "stops" else "VI_1 MASTER"]
    told = [one.time for one in result.notes if one.kind == "effect" and one.node]
    events = as_json(result)["events"]
    assert isinstance(events, list)
    assert [
        one["time"] for one in events if one["kind"] == "effect" and one["node"]
    ] == pytest.approx(told, abs=1e-6)


def test_connections_after_a_kill_and_a_stop(tmp_path: Path) -> None:
    """Killed, the kernel goes on; stopped, it does not."""
    load = "clients 5 send 10 connections/s lasting 10ms to 192.0.2.150:80"
    for how, lost in (("is killed", False), ("stops", True)):
        folder = tmp_path / how
        folder.mkdir()
        result = run(folder, load, f"at 10s keepalived on lb1 {how}", "ends after 30s")
        assert bool(result.traffic[0].lost) is lost
