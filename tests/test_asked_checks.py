"""Checks that are asked for with ``--set check=KIND``, and what is said when none is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lab import haproxy_check, hatools, keepalived_check, missing

RULES = """\
-A -t 192.0.2.1:80 -s wlc
-a -t 192.0.2.1:80 -r 10.0.0.1:80 -m -w 1
-a -t 192.0.2.1:80 -r 10.0.0.2:80 -m -w 2
-A -u 192.0.2.1:53 -s rr
-a -u 192.0.2.1:53 -r 10.0.0.1:53 -m -w 1
-A -f 5 -s rr
-a -f 5 -r 10.0.0.3:0 -g -w 1
"""
PROXY = """\
defaults
    timeout client 5s
    timeout server 5s
    timeout connect 4s
frontend web
    bind 192.0.2.1:80
    default_backend be
backend be
    balance roundrobin
    server a 10.0.0.1:80
    server b 10.0.0.2:80 check
"""
DIRECTOR = """\
virtual_server 192.0.2.1 80 {
    protocol TCP
    lb_kind NAT
    lb_algo rr
    real_server 10.0.0.1 80 {
    }
    sorry_server 10.0.0.9 80
}
"""
TIMES = ": every 5 s, 3 s for an answer, down after 3 failures"
NONE = "no health check of {}"

# source, target, settings, what is assumed of checks, codes of remarks about them, what is written
CASES: dict[str, tuple[str, str, tuple[str, ...], list[str], list[str], dict[str, int]]] = {
    "nothing is asked for": (
        RULES, "keepalived", (), [NONE.format("4 servers")], [], {"_CHECK": 0, "delay_loop": 0},
    ),
    "a connection to each server of TCP": (
        RULES, "keepalived", ("check=tcp",),
        ["check tcp of 2 servers of 192.0.2.1:80", NONE.format("2 servers")],
        ["192.0.2.1:53", "fwmark:5"],
        {"TCP_CHECK": 2, "delay_loop 5": 1, "retry 2": 1, "connect_timeout 3": 1},
    ),
    "each service in its own way": (
        RULES, "keepalived",
        ("check=http", "check@192.0.2.1:53=ping", "check@fwmark:5=tcp:8080"),
        ["check http of 2 servers of 192.0.2.1:80", "check ping of 1 server of 192.0.2.1:53",
         "check tcp:8080 of 1 server of fwmark:5"],
        [],
        {"HTTP_GET": 2, "path /": 2, "PING_CHECK": 1, "TCP_CHECK": 1, "connect_port 8080": 1},
    ),
    "one service only": (
        RULES, "keepalived", ("check@192.0.2.1:80=https",),
        ["check https of 2 servers of 192.0.2.1:80", NONE.format("2 servers")], [],
        {"SSL_GET": 2},
    ),
    "none is wanted": (RULES, "keepalived", ("check=none",), [], [], {"_CHECK": 0}),
    "all but one": (
        RULES, "keepalived", ("check=ping", "check@192.0.2.1:80=NONE"),
        ["check ping of 1 server of 192.0.2.1:53", "check ping of 1 server of fwmark:5"], [],
        {"PING_CHECK": 2},
    ),
    "a proxy connects": (
        RULES, "haproxy", ("check=tcp", "vip@fwmark:5=192.0.2.7:90", "check@fwmark:5=http:8080"),
        ["check tcp of 2 servers of 192.0.2.1:80", "check http:8080 of 1 server of fwmark:5"],
        ["192.0.2.1:53"],
        {" check\n": 3, "inter 5s": 2, "fall 3": 2, "port 8080": 1, "expect status 200-299": 1},
    ),
    "what a proxy cannot ask": (
        RULES, "haproxy", ("check=ping",), [], ["192.0.2.1:80"], {" check\n": 0},
    ),
    "from a proxy, where there is none yet": (
        PROXY, "keepalived", ("check=tcp",), ["check tcp of 1 server of web"], [],
        {"TCP_CHECK": 2},
    ),
    "from a proxy, unasked": (PROXY, "keepalived", (), [], [], {"TCP_CHECK": 1}),
    "from keepalived, but not of the sorry server": (
        DIRECTOR, "haproxy", ("check=tcp",), ["check tcp of 1 server of 192.0.2.1:80"], [],
        {" check\n": 1},
    ),
    "to a table without checks": (
        DIRECTOR, "ipvsadm", ("check=tcp",), [], ["192.0.2.1:80"], {"-a": 1},
    ),
}  # fmt: skip
FORMATS = {RULES: "ipvsadm", PROXY: "haproxy", DIRECTOR: "keepalived"}


def convert(tmp_path: Path, source: str, target: str, *facts: str) -> tuple[Path, dict[str, Any]]:
    """Return the file written and the report of a conversion as a user runs it."""
    (tmp_path / "source").write_text(source)
    out, report = tmp_path / f"out.{target}", tmp_path / "report"
    settings = [word for fact in facts for word in ("--set", fact)]
    ran = hatools("convert", tmp_path / "source", "--from", FORMATS[source], "--to", target,
                  "-o", out, "--report", "json", "--report-file", report, *settings)  # fmt: skip
    assert ran.status == 0, ran.stderr
    return out, json.loads(report.read_text())


@pytest.mark.parametrize("name", CASES)
def test_what_is_added_is_told(name: str, tmp_path: Path) -> None:
    source, target, facts, assumed, refused, counts = CASES[name]
    out, report = convert(tmp_path, source, target, *facts)
    text = out.read_text()
    entries = [each for each in report["entries"] if "check" in each["fact"].partition(" of ")[0]
               and each["outcome"] == "assumed"]  # fmt: skip
    assert [each["fact"] for each in entries] == assumed
    for entry in entries:
        assert entry["source"] is None
        assert "--set check=" in entry["reason"]
        if not entry["fact"].startswith("no "):
            assert entry["reason"].endswith(TIMES)
            line = text.splitlines()[entry["targets"][0]["line"] - 1]
            assert "server" in line
    remarks = [each["message"] for each in report["diagnostics"] if each["code"] == "HT003"]
    assert [message.partition(": no ")[0] for message in remarks] == refused
    assert {words: text.count(words) for words in counts} == counts
    judge = {"keepalived": keepalived_check, "haproxy": haproxy_check}.get(target)
    if judge is not None and not missing():
        assert judge(out).accepted, judge(out).output


@pytest.mark.parametrize("value", ["", "foo", "ping:80", "tcp:", "tcp:0", "http:99999", "tcp:x"])
def test_a_check_that_there_is_not_is_refused(value: str, tmp_path: Path) -> None:
    (tmp_path / "source").write_text(RULES)
    ran = hatools("convert", tmp_path / "source", "--from", "ipvsadm", "--to", "keepalived",
                  "--set", f"check={value}")  # fmt: skip
    assert ran.status == 2
    assert f"--set check={value}: there is no such check" in ran.stderr
    assert "write tcp, http, https, ping or none" in ran.stderr
