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
    assert not lab.haproxy_check(path).accepted


# Rules of a defaults section that a section of another kind cannot inherit.
INHERITED = {
    "by_listen": ("http-request deny", "listen l from d", True),
    "by_defaults": ("http-request deny", "defaults e from d", True),
    "by_both": ("http-request deny", "frontend f from d\nbackend b from d", True),
    "by_frontends": ("http-request deny", "frontend f from d\nfrontend g from d", False),
    "session_by_backend": ("tcp-request session accept", "backend b from d", True),
    "session_by_frontend": ("tcp-request session accept", "frontend f from d", False),
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
