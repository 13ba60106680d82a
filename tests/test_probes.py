"""The probes: conversations as data, answers in any pieces, and answers that are none."""

from __future__ import annotations

from hashlib import md5
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.model import Check, DnsQuery, Expect, HttpRequest, ScriptRun, UdpProbe
from hatools.plugin import Asked, Conversation, Verdict
from hatools.plugin_host import Host

PROBES = {name: record for name, (_, record) in Host().named("hatools_probes").items()}
PAGE = b"<h1>web1</h1>\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + PAGE
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=y\r\n<h1>w\r\n9\r\neb1</h1>\n\r\n0\r\n\r\n"
)
DIGEST = md5(PAGE, usedforsecurity=False).hexdigest()


def http(*expects: Expect, method: str = "GET") -> Check:
    return Check("http", detail=(HttpRequest(method, "/", host="example.com", expects=expects),))


def talk(name: str, check: Check, *pieces: bytes) -> tuple[bytes, Verdict | None]:
    """Return what was sent, and the verdict after *pieces* were received."""
    conversation: Conversation = PROBES[name].converse(Asked(check, "192.0.2.1", 80))
    said = conversation.begin()
    if isinstance(said, Verdict):
        return b"", said
    sent = said
    for piece in pieces:
        answer = conversation.received(piece)
        if isinstance(answer, Verdict):
            return sent, answer
        sent += answer or b""
    return sent, None


CASES = [
    ("tcp", Check(), (), True, "connected"),
    ("http", http(), (b"HTTP/1.0 200 OK\r\n\r\n",), True, "HTTP 200"),
    ("http", http(), (b"HTTP/1.0 404 No\r\n\r\n",), False, "HTTP 404"),
    ("http", http(Expect("status", "200-399")), (b"HTTP/1.0 302 F\r\n\r\n",), True, "HTTP 302"),
    ("http", http(Expect("digest", DIGEST)), (OK,), True, "HTTP 200"),
    ("http", http(Expect("digest", DIGEST)), (CHUNKED,), True, "HTTP 200"),
    ("http", http(Expect("digest", "0" * 32)), (OK,), False, f"digest {DIGEST}, not {'0' * 32}"),
    ("http", http(Expect("string", "web1")), (OK,), True, "HTTP 200"),
    ("http", http(Expect("string", "web1", negate=True)), (OK,), False,
     "string web1 was not to be there"),
    ("http", http(Expect("regex", "<h1>.*</h1>")), (OK,), True, "HTTP 200"),
    ("http", http(Expect("regex", "<h2>")), (OK[:30], OK[30:]), False,
     "nothing in the answer fits '<h2>'"),
    ("http", http(Expect("string", "x")), (OK[:-3], b""), False, "the answer was cut off"),
    ("http", http(Expect("string", "web"), method="GET"), (b"HTTP/1.0 200 OK\n\nweb", b""),
     True, "HTTP 200"),
    ("http", http(), (b"SSH-2.0-OpenSSH\r\n\r\n",), False, "no HTTP answer"),
    ("http", http(), (b"HTTP/1.0 2", b""), False, "no HTTP answer"),
    ("smtp", Check("smtp", detail="lb1"), (b"220-hi\r\n220 mx\r\n", b"250 ok\r\n", b"221 bye\r\n"),
     True, "SMTP 250"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"250 ok\r\n", b""), True, "SMTP 250"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"250 ok\r\n"), None, ""),
    ("smtp", Check("smtp"), (b"554 no\r\n",), False, "greeting answered with 554"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"500 what\r\n"), False, "HELO answered with 500"),
    ("smtp", Check("smtp"), (b"",), False, "no SMTP answer"),
    ("udp", Check("udp", detail=UdpProbe("00ff")), (b"",), True, "no answer"),
    ("udp", Check("udp", detail=UdpProbe("00", "*")), (b"",), False, "no answer"),
    ("udp", Check("udp", detail=UdpProbe("00", "01xx03")), (b"\1\2\3",), True, "answered"),
    ("udp", Check("udp", detail=UdpProbe("00", "01xx03")), (b"\1\2\4",), False,
     "another answer than expected"),
    ("ping", Check("ping"), (bytes([0, 0, 0, 0, 0, 0, 0, 9]),), None, ""),
    ("script", Check("script", detail=ScriptRun("/x")), (b"0",), True, "exit status 0"),
    ("script", Check("script", detail=ScriptRun("/x")), (b"7",), False, "exit status 7"),
    ("script", Check("script", detail=ScriptRun("/x", dynamic=True)), (b"7",), True,
     "exit status 7"),
    ("script", Check("script", detail=ScriptRun("/x")), (b"",), False,
     "the script did not end in time"),
    ("mysql", Check("mysql"), (b"\x4a\0\0\0\x0a8.0.36\0" + b"\0" * 70,), True, "MySQL 8.0.36"),
    ("mysql", Check("mysql"), (b"\x09\0\0\0\xff\x15\x04denied",), False, "MySQL error 1045"),
    ("pgsql", Check("pgsql", detail="lb"), (b"R\0\0\0\x08\0\0\0\5",), True,
     "PostgreSQL asks who we are"),
    ("pgsql", Check("pgsql"), (b"E\0\0\0\x10SFATAL\0\0",), False, "PostgreSQL: SFATAL"),
    ("redis", Check("redis"), (b"+PO", b"NG\r\n"), True, "+PONG"),
    ("redis", Check("redis"), (b"-NOAUTH Authentication required.\r\n",), False,
     "-NOAUTH Authentication required."),
    ("ldap", Check("ldap"), (bytes.fromhex("300c02010161070a010004000400"),), True,
     "LDAP result 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "check", "pieces", "passed", "reason"), CASES)
def test_conversations(
    name: str, check: Check, pieces: tuple[bytes, ...], passed: bool | None, reason: str
) -> None:
    _, verdict = talk(name, check, *pieces)
    assert (verdict and verdict.passed, (verdict and verdict.reason) or "") == (passed, reason)


def test_a_ping_is_answered_by_its_own_echo_only() -> None:
    check = Check("ping")
    (first, _), (second, _) = talk("ping", check), talk("ping", check)
    assert first != second
    conversation = PROBES["ping"].converse(Asked(check, "192.0.2.1", 0))
    sent = conversation.begin()
    assert isinstance(sent, bytes)
    assert conversation.received(b"\0" + first[1:]) is None
    assert conversation.received(b"\x45" + b"\0" * 19 + b"\0" + sent[1:]) == Verdict(
        True, "replied"
    )


def test_dns_answers_must_be_for_the_question() -> None:
    check = Check("dns", detail=DnsQuery("A", "www.example.com"))
    sent, _ = talk("dns", check)
    assert b"\3www\7example\3com\0\0\1\0\1" in sent
    other = bytes([sent[0] ^ 1]) + sent[1:2] + b"\x80\0" + b"\0" * 8
    assert talk("dns", check, other)[1] is None
    for rcode, passed in ((0, True), (2, False), (3, False)):
        verdict = talk("dns", check, sent[:2] + bytes([0x81, rcode]) + b"\0" * 8)[1]
        assert verdict is not None
        assert (verdict.passed, verdict.code) == (passed, rcode)


@given(st.sampled_from(sorted(PROBES)), st.lists(st.binary(max_size=80), max_size=6))
@settings(max_examples=400, deadline=None)
def test_any_answer_is_taken(name: str, pieces: list[bytes]) -> None:
    talk(name, http(Expect("string", "x")) if "http" in name else Check(name), *pieces)


@given(st.lists(st.integers(1, len(CHUNKED) - 1), max_size=6), st.sampled_from([OK, CHUNKED]))
def test_pieces_do_not_matter(cuts: list[int], answer: bytes) -> None:
    places = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    pieces = [answer[a:b] for a, b in pairwise(places)]
    verdict = talk("http", http(Expect("digest", DIGEST)), *pieces)[1]
    assert verdict is not None
    assert verdict.passed
