"""What becomes of a haproxy.cfg's lines in keepalived.conf: rows of text, fates by line."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from hatools.convert import Conversion, Request, convert
from hatools.model import Outcome
from hatools.plugin_host import Host, codec
from hatools.text import Source

FORMATS = Host().formats()
KEPT, LIKE, LOST = Outcome.KEPT, Outcome.APPROXIMATED, Outcome.DROPPED
TIMES = "timeout connect 5s\ntimeout client 30s\ntimeout server 30s\n"


class Case(NamedTuple):
    """A *source*, the rows that must be written together, and the fate of some of its lines."""

    source: str
    rows: tuple[str, ...]
    fates: dict[str, tuple[Outcome, str]]


CASES = {
    "a port relative to the client's": Case(
        "listen web\nbind 192.0.2.10:80\nserver a 198.51.100.1:+8000\n",
        ("real_server 198.51.100.1 8080 {",),
        {"server a 198.51.100.1:+8000": (KEPT, "")},
    ),
    "use_backend without condition": Case(
        "frontend web\nbind 192.0.2.10:80\nuse_backend api if { path /api }\nuse_backend app\n"
        "default_backend api\nbackend api\nserver a 198.51.100.1:80\n"
        "backend app\nserver a 198.51.100.2:80\n",
        ("real_server 198.51.100.2 80 {",),
        {
            "use_backend app": (KEPT, ""),
            "use_backend api if { path /api }": (LOST, "IPVS cannot choose by content"),
            "default_backend api": (LOST, "use_backend app takes all before it"),
        },
    ),
    "a listen that leads elsewhere": Case(
        "listen web\nbind 192.0.2.10:80\ndefault_backend app\nserver old 198.51.100.9:80\n"
        "backend app\nserver a 198.51.100.2:80\n",
        ("real_server 198.51.100.2 80 {",),
        {
            "listen web": (KEPT, ""),
            "server old 198.51.100.9:80": (LOST, "all of web goes to app"),
        },
    ),
    "a check that connects twice": Case(
        "listen mail\nbind 192.0.2.10:143\noption tcp-check\ntcp-check connect port 110\n"
        "tcp-check connect port 143\nserver a 198.51.100.1:143 check\n",
        ("TCP_CHECK {", "connect_port 110", "}", "TCP_CHECK {", "connect_port 143", "}"),
        {"option tcp-check": (KEPT, ""), "tcp-check connect port 110": (KEPT, "")},
    ),
    "an HTTP check at another port": Case(
        "listen web\nbind 192.0.2.10:80\noption httpchk GET /up\nhttp-check connect port 8080\n"
        "http-check send meth GET uri /up\n"
        "http-check expect comment up min-recv 10 status 204\nserver a 198.51.100.1:80 check\n",
        ("path /up", "status_code 204", "}", "connect_port 8080"),
        {
            "http-check connect port 8080": (KEPT, ""),
            "http-check expect comment up min-recv 10 status 204": (LIKE, "min-recv"),
        },
    ),
    "what an HTTP check cannot expect": Case(
        "listen web\nbind 192.0.2.10:80\noption httpchk GET /\n"
        "http-check expect hdr name x\nserver a 198.51.100.1:80 check\n",
        ("HTTP_GET {",),
        {
            "option httpchk GET /": (KEPT, ""),
            "http-check expect hdr name x": (LIKE, "cannot expect a hdr"),
        },
    ),
    "a quotation mark in what is expected": Case(
        "listen web\nbind 192.0.2.10:80\noption httpchk GET /\n"
        "http-check expect string '\"ok\"'\nserver a 198.51.100.1:80 check\n",
        (r'regex "\x22ok\x22"',),
        {},
    ),
    "a chain of tracked servers": Case(
        "backend probe\nserver s 198.51.100.1:8080 check inter 7s\n"
        "listen web\nbind 192.0.2.10:80\nserver a 198.51.100.1:80 track probe/s\n"
        "server b 198.51.100.2:80 track a\n",
        ("real_server 198.51.100.2 80 {  # b", "TCP_CHECK {", "connect_ip 198.51.100.1"),
        {"server b 198.51.100.2:80 track a": (LIKE, "it asks probe/s itself")},
    ),
    "named defaults, and a pool that nothing leads to": Case(
        f"defaults web\nmode http\noption httpchk GET /\n{TIMES}timeout check 2s\n"
        "frontend site from web\nbind 192.0.2.10:80\ndefault_backend app\n"
        "backend app from web\nserver a 198.51.100.1:80 check\n"
        "backend idle from web\nserver a 198.51.100.2:80 check\n",
        ("path /", "status_code 200-399"),
        {
            "defaults web": (KEPT, ""),
            "mode http": (LIKE, "HTTP passes as bytes"),
            "option httpchk GET /": (KEPT, ""),
            "timeout check 2s": (LIKE, "connect_timeout"),
            "frontend site from web": (KEPT, ""),
            "backend app from web": (KEPT, ""),
            "backend idle from web": (LOST, "nothing leads to it"),
        },
    ),
    "an algorithm with an argument": Case(
        "listen web\nbind 192.0.2.10:80\nbalance hdr(Host)\nserver a 198.51.100.1:80\n",
        ("lb_algo wlc",),
        {"balance hdr(Host)": (LIKE, "IPVS sees no header to hash")},
    ),
}


def converted(source: str) -> Conversion:
    request = Request(Source("haproxy.cfg", source), "keepalived", "haproxy")
    return convert(request, FORMATS, codec)


@pytest.mark.parametrize("name", CASES)
def test_rows_and_fates(name: str) -> None:
    case = CASES[name]
    done = converted(case.source)
    assert done.writing.main is not None
    written = "\n".join(line.strip() for line in done.writing.main.text.splitlines())
    assert "\n".join(case.rows) in written
    fates = {entry.fact: (entry.outcome, entry.reason) for entry in done.account.entries()}
    for line, (outcome, reason) in case.fates.items():
        assert fates[line][0] is outcome, line
        assert reason in fates[line][1]


def test_a_scheduler_that_nobody_named_is_an_assumption() -> None:
    source = "listen web\nbind 192.0.2.10:80\nserver a 198.51.100.1:80\nserver b 198.51.100.2:80\n"
    facts = [item.fact for item in converted(source).writing.assumptions]
    assert "lb_algo wlc" in facts
    named = source.replace("server a", "balance roundrobin\nserver a")
    facts = [item.fact for item in converted(named).writing.assumptions]
    assert "lb_algo wlc" not in facts


def test_a_page_of_statistics_says_where_the_counters_are() -> None:
    done = converted("listen stats\nbind 192.0.2.10:8404\nmode http\nstats enable\n")
    assert "ipvsadm -Ln --stats" in done.writing.lost[0][1]


def test_clients_without_tls_before_servers_with_tls() -> None:
    done = converted(
        "listen web\nmode http\nbind 192.0.2.10:443 ssl crt x.pem\nbind 192.0.2.10:80\n"
        "server a 198.51.100.1:443 ssl verify none\n"
    )
    assert "KA082" in [item.code for item in done.writing.diagnostics]
