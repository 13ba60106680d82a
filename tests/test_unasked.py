"""What cannot be asked from here is said, with the reason, and says nothing of the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from haproxy_replay import SCHEDULERS
from lab import hatools

from hatools.engine.machine import StartProbe
from hatools.engine.node import Node
from hatools.model import Check, Pool, RealServer, Scheduler, Topology
from hatools.model.event import Event
from hatools.plugin_host import Host
from hatools.watch.board import Board
from hatools.watch.first_answers import FirstAnswers
from hatools.watch.legs import legs_of
from hatools.watch.targets import unasked

PROBES = Host().records("hatools_probes")
PROXY = """\
defaults
    mode tcp
    timeout connect 1s
    timeout client 1s
    timeout server 1s
backend web
    option tcp-check
    tcp-check send-lf %[date]
    server s1 192.0.2.1:80 check
    server s2 192.0.2.2:80 check
    server s3 192.0.2.3:80
"""
BALANCER = """\
bfd_instance far {
    neighbor_ip 192.0.2.9
}
virtual_server 198.51.100.1 80 {
    protocol TCP
    real_server 192.0.2.1 80 {
        BFD_CHECK {
            name far
        }
        MISC_CHECK {
            misc_path "/usr/local/bin/check"
        }
    }
}
"""


def test_check_config_says_what_nobody_can_ask(tmp_path: Path) -> None:
    (tmp_path / "haproxy.cfg").write_text(PROXY)
    (tmp_path / "keepalived.conf").write_text(BALANCER)
    ran = hatools("watch", tmp_path, "--check-config", cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    said = " ".join(ran.stderr.split())
    assert "web/s1 and 1 more: a check cannot be made here: hatools evaluates no log format" in said
    assert "198.51.100.1:80/192.0.2.1:80: a check cannot be made here: a BFD session" in said
    assert "scripts are not run (--allow-scripts)" in said
    ran = hatools("watch", tmp_path, "--check-config", "--allow-scripts", cwd=tmp_path)
    assert "scripts are not run" not in " ".join(ran.stderr.split())


UNFIT: list[tuple[str, tuple[str, ...], str]] = [
    ("server s 192.0.2.1:80 check check-via-socks4 socks4 192.0.2.9:1080", (), "SOCKS4"),
    ("server s 192.0.2.1:80 check", ("option httpchk", "http-check connect ssl alpn h2"), "HTTP/2"),
    ("server s 192.0.2.1:80 check check-ssl verify none check-alpn h2", ("option httpchk",),
     "HTTP/2"),
    ("server s 192.0.2.1:80 check", ("option httpchk", "http-check send-state"), "send-state"),
    ("server s 192.0.2.1:80 check", ("option httpchk", "http-check send uri-lf /%[date]"),
     "log format"),
    ("server s 192.0.2.1:80 check", ("option tcp-check", "tcp-check expect rstring a(?R)?b"),
     "pattern"),
    ("server s 192.0.2.1:80 check", ("option tcp-check", "tcp-check connect port int(80)"),
     "sample expression"),
]  # fmt: skip


@pytest.mark.parametrize(("server", "lines", "why"), UNFIT)
def test_what_hatools_cannot_do_is_named(
    tmp_path: Path, server: str, lines: tuple[str, ...], why: str
) -> None:
    text = "".join(f"    {line}\n" for line in (*lines, server))
    (tmp_path / "haproxy.cfg").write_text(PROXY.partition("backend")[0] + f"backend b\n{text}")
    ran = hatools("watch", tmp_path / "haproxy.cfg", "--check-config", cwd=tmp_path)
    said = " ".join(ran.stderr.split())
    assert "b/s: a check cannot be made here" in said
    assert why in said


def test_a_server_that_nobody_can_ask_counts_as_before_with_the_reason() -> None:
    check = Check("bfd", detail="far")
    pool = Pool("web", Scheduler("rr"), servers=[RealServer("192.0.2.1", 80, checks=(check,))])
    topology = Topology(pools=[pool])
    node = Node("lb1", [topology], SCHEDULERS)
    board = Board()
    told: list[Event] = []

    def publish(event: Event) -> None:
        board.note(event)
        told.append(event)

    def ask(start: StartProbe, answered: Callable[[str, Mapping[str, object]], None]) -> None:
        legs = legs_of(start, PROBES, {}, False)
        assert isinstance(legs, str)
        answered(start.name, unasked(legs))

    name = "web/192.0.2.1:80"
    details = {"up": True, "reason": "not checked yet", "checked": False}
    publish(Event(time.time(), "server", name, details))
    first = FirstAnswers(node, ask, board, publish)
    start = StartProbe(f"{name}#0", check, "192.0.2.1", 80)
    for _ in range(3):
        first.probe(start, lambda name, details: None)
    assert len(told) == 2, "it is said once"
    standing = board.standings["server", name].details
    assert (standing["up"], standing["checked"]) == (True, False)
    assert str(standing["reason"]).startswith("not asked: a BFD session")
