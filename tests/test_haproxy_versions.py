"""What a version of haproxy refuses because it came later, and what is said of it."""

from __future__ import annotations

import lab
import pytest

from hatools.plugin import Place
from hatools.text import Severity, Source
from hatools_haproxy.codec import HaproxyCodec

CODEC = HaproxyCodec()
SERVERS = "backend b\n    mode http\n    timeout server 1s\n    timeout connect 1s\n"
CLIENTS = "frontend f\n    mode http\n    bind 127.0.0.1:8080\n    timeout client 1s\n"
# What came with a version: the text, and that version.
CAME = {
    "section": ("healthcheck h\n    type httpchk\n", "3.4"),
    "section_of_3_0": ("crt-store\n    crt-base /etc/ssl\n", "3.0"),
    "option_of_a_server": (SERVERS + "    server a 192.0.2.1:80 curves X25519\n", "2.9"),
    "host_of_httpchk": (SERVERS + "    option httpchk GET / HTTP/1.1 www.example.com\n", "3.1"),
    "fetch": (CLIENTS + "    http-request set-var(txn.a) fc_pp_tlv(0xE1)\n", "2.9"),
    "fetch_in_a_format": (CLIENTS + "    http-request return hdr a %[be_queue_timeout]\n", "3.4"),
    "converter": (CLIENTS + "    http-request set-var(txn.a) str(example.com),reverse\n", "3.4"),
    "word_of_an_action": (CLIENTS + "    http-request set-timeout queue 3s\n", "3.1"),
    "word_of_an_option": (CLIENTS + "    bind 127.0.0.1:8081 proto qmux\n", "3.4"),
    "mode": ("backend b\n    mode log\n    server a 192.0.2.1:514\n", "2.9"),
    "no_option": (SERVERS + "    no option forwarded\n", "2.8"),
    "address_of_a_bind": (CLIENTS + "    bind abnsz@name\n", "3.1"),
    "address_of_a_server": (SERVERS + "    server a mptcp4@192.0.2.1:80\n", "3.1"),
    "address_of_a_log": (CLIENTS + "    log mptcp@192.0.2.1 local0\n", "3.1"),
    "third_argument": (CLIENTS + "    http-request return hdr a %[url_param(a,,i)]\n", "2.8"),
}  # fmt: skip


def errors(text: str, version: str) -> list[str]:
    """Return the errors that *version* finds in *text*."""
    reading = CODEC.read(CODEC.expand(CODEC.parse(Source("a.cfg", text)), Place(version)))
    return [each.message for each in reading.diagnostics if each.severity is Severity.ERROR]


def before(version: str) -> str:
    """Return the version before *version*."""
    major, minor = map(int, version.split("."))
    return f"{major}.{minor - 1}" if minor else f"{major - 1}.9"


@pytest.mark.parametrize("name", CAME)
def test_a_later_version_is_named(name: str) -> None:
    text, since = CAME[name]
    assert errors(text, since) == []
    said = errors(text, before(since))
    assert len(said) == 1, said
    assert f"came with haproxy {since}" in said[0]


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", CAME)
def test_haproxy_refuses_what_came_later(name: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "haproxy.cfg"
    path.write_text(CAME[name][0])
    assert lab.haproxy_check(path).status == 1


# Lines, and whether haproxy 2.6 refuses them.
JUDGED = {
    "transport_of_a_server": (SERVERS, "server a stream+ipv4@192.0.2.1:80", False),
    "transport_of_a_bind": (CLIENTS, "bind stream+unix@/tmp/hatools-test", False),
    "transport_of_a_log": (CLIENTS, "log stream+ipv4@192.0.2.1 local0", False),
    "datagrams_for_a_server": (SERVERS, "server a udp@192.0.2.1:80", True),
    "datagrams_for_a_bind": (CLIENTS, "bind udp@127.0.0.1:8081", True),
    "logs_to_a_backend": (CLIENTS, "log backend@b local0", True),
    "capture_of_a_rule": (CLIENTS, "http-request capture src len 9\n"
                          "    http-request capture src id 0", False),
    "capture_of_a_header": (CLIENTS, "capture request header a len 9\n"
                            "    http-request capture src id 0", False),
    "capture_of_a_cookie": (CLIENTS, "capture cookie a len 9\n"
                            "    http-request capture src id 0", True),
    "capture_of_the_other_side": (CLIENTS, "declare capture response len 9\n"
                                  "    http-request capture src id 0", True),
    "servers_of_a_frontend": (CLIENTS, "http-request return hdr a %[nbsrv]", True),
    "clients_of_a_backend": (SERVERS, "http-request return hdr a %[fe_conn]", True),
    "servers_of_a_backend": (SERVERS, "http-request return hdr a %[nbsrv]", False),
    "variable_for_a_number": (CLIENTS, "http-request return hdr a %[src,bytes(txn.a)]", True),
    "server_of_a_defaults": ("", "defaults d\n    mode http\n    http-request set-header a"
                             " %[srv_conn(s)]\nbackend b from d\n    server s 192.0.2.1:80",
                             True),
    "number": (CLIENTS, "http-request return hdr a %[str(abc),bytes(-1)]", False),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_lines_are_judged(name: str) -> None:
    section, line, refused = JUDGED[name]
    said = errors(f"{section}    {line}\n", "2.6")
    assert bool(said) == refused, said


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", JUDGED)
def test_haproxy_judges_lines_alike(name: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    section, line, refused = JUDGED[name]
    path = tmp_path / "haproxy.cfg"
    path.write_text(f"{section}    {line}\n")
    assert (lab.haproxy_check(path).status == 1) == refused


def test_later_versions_take_more() -> None:
    assert errors(CLIENTS + "    http-request return hdr a %[src,bytes(txn.a)]\n", "2.9") == []
    assert errors(CLIENTS + "    http-request return hdr a %[src,bytes(-1)]\n", "2.9")
    line = "    server a 192.0.2.1:80 send-proxy-v2 set-proxy-v2-tlv-fmt(0xE2)\n"
    assert errors(SERVERS + line, "3.3") == []
    assert errors(SERVERS + "    http-request set-retries 3\n", "3.3") == []
    assert errors(CLIENTS + "    http-request set-retries 3\n", "3.3")
    logs = "backend b\n    mode log\n    server a udp@192.0.2.1:514\n"
    assert errors(logs, "2.9") == []


def test_a_lua_file_may_know_filters() -> None:
    text = CLIENTS + "    filter lua.odd\n"
    assert errors(text, "2.6")
    assert errors("global\n    lua-load /tmp/odd.lua\n" + text, "2.6") == []


# Rules of a defaults section that a section of another kind cannot inherit.
INHERITED = {
    "by_listen": ("http-request deny", "listen l from d", True),
    "by_defaults": ("http-request deny", "defaults e from d", True),
    "by_both": ("http-request deny", "frontend f from d\nbackend b from d", True),
    "by_frontends": ("http-request deny", "frontend f from d\nfrontend g from d", False),
    "session_by_backend": ("tcp-request session accept", "backend b from d", True),
    "session_by_frontend": ("tcp-request session accept", "frontend f from d", False),
    "captures_by_frontend": ("http-request capture src len 9", "frontend f from d", False),
    "captures_by_backend": ("http-request capture src len 9", "backend b from d", True),
    "answers_by_frontend": ("tcp-response content accept", "frontend f from d", True),
    "answers_by_backend": ("tcp-response content accept", "backend b from d", False),
    "delay_by_listen": ("tcp-request inspect-delay 1s", "listen l from d", False),
}


@pytest.mark.parametrize("name", INHERITED)
def test_rules_that_cannot_be_inherited(name: str) -> None:
    line, heirs, refused = INHERITED[name]
    said = errors(f"defaults d\n    mode http\n    {line}\n{heirs}\n", "2.6")
    assert bool(said) == refused, said


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", INHERITED)
def test_haproxy_judges_inherited_rules_alike(name: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    line, heirs, refused = INHERITED[name]
    path = tmp_path / "haproxy.cfg"
    path.write_text(f"defaults d\n    mode http\n    {line}\n{heirs}\n")
    said = [one for one in lab.haproxy_check(path).output.splitlines() if "inherit" in one]
    assert bool(said) == refused, said
