"""The probes: conversations as data, answers in any pieces, and answers that are none."""

from __future__ import annotations

import contextlib
import tracemalloc
from hashlib import md5
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.model import Check, DnsQuery, Expect, HttpRequest, ScriptRun, Step, UdpProbe
from hatools.plugin import Asked, Conversation, Verdict
from hatools.plugin_host import Host
from hatools_probes.patterns import Unusable, compiled

PROBES = Host().records("hatools_probes")
PAGE = b"<h1>web1</h1>\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + PAGE
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=y\r\n<h1>w\r\n9\r\neb1</h1>\n\r\n0\r\n\r\n"
)
RAW = md5(CHUNKED.split(b"\r\n\r\n", 1)[1], usedforsecurity=False).hexdigest()
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
    ("http", http(), (b"HTTP/1.0 200 OK\r\n\r\n", b""), True, "HTTP 200"),
    ("http", http(), (b"HTTP/1.0 200 OK\r\n\r\n",), None, ""),
    ("http", http(), (b"HTTP/1.0 404 No\r\n\r\n",), False, "HTTP 404"),
    ("http", http(), (b"HTTP/1.0 200\r\n\r\n", b""), False, "no HTTP answer"),
    ("http", http(Expect("status", "200-399")), (b"HTTP/1.0 302 F\r\n\r\n", b""), True, "HTTP 302"),
    ("http", http(Expect("digest", DIGEST)), (OK, b""), True, "HTTP 200"),
    ("http", http(Expect("digest", DIGEST)), (OK + b"more", b""), True, "HTTP 200"),
    ("http", http(Expect("digest", RAW)), (CHUNKED, b""), True, "HTTP 200"),
    ("http", http(Expect("digest", "0" * 32)), (OK, b""), False,
     f"digest {DIGEST}, not {'0' * 32}"),
    ("http", http(Expect("regex", "<h1>.*</h1>")), (OK, b""), True, "HTTP 200"),
    ("http", http(Expect("regex", "<h1>.*</h1>$")), (OK, b""), True, "HTTP 200"),
    ("http", http(Expect("regex", "</h1>.$")), (OK, b""), False, "'</h1>.$' is not in the answer"),
    ("http", http(Expect("regex", "<h2>")), (OK[:30], OK[30:], b""), False,
     "'<h2>' is not in the answer"),
    ("http", http(Expect("regex", "<h1>", negate=True)), (OK, b""), False,
     "'<h1>' was not to be in the answer"),
    ("http", http(Expect("regex", "web")), (OK[:-3], b""), True, "HTTP 200"),
    ("http", http(), (b"SSH-2.0-OpenSSH\r\n\r\n", b""), False, "no HTTP answer"),
    ("http", http(), (b"HTTP/1.0 2", b""), False, "no HTTP answer"),
    ("http", http(), (b"x" * 5000,), False, "no HTTP answer"),
    ("smtp", Check("smtp", detail="lb1"), (b"220 mx\r\n", b"250 ok\r\n", b"221 bye\r\n"),
     True, "SMTP 250"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"250 ok\r\n", b""), False, "no SMTP answer"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"250 ok\r\n"), None, ""),
    ("smtp", Check("smtp"), (b"220-hi\r\n220 mx\r\n",), False, "greeting answered with 220-hi"),
    ("smtp", Check("smtp"), (b"554 no\r\n",), False, "greeting answered with 554 no"),
    ("smtp", Check("smtp"), (b"220 mx\r\n", b"500 what\r\n"), False,
     "HELO answered with 500 what"),
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
    ("mysql", Check("mysql"), (b"\x0b\0\0\0\x0a8.0.36\0xyz",), True, "MySQL 8.0.36"),
    ("mysql", Check("mysql"), (b"\x09\0\0\0\xff\x15\x04denied",), False,
     "MySQL error 1045 denied"),
    ("pgsql", Check("pgsql", detail="lb"), (b"R\0\0\0\x08\0\0\0\5",), True, "PostgreSQL answers"),
    ("pgsql", Check("pgsql"), (b"E\0\0\0\x10SFATAL\0\0",), False,
     "PostgreSQL refuses: E....SFATAL.."),
    ("redis", Check("redis"), (b"+PO", b"NG\r\n"), True, "+PONG"),
    ("redis", Check("redis"), (b"-NOAUTH Authentication required.\r\n", b""), False,
     "-NOAUTH Authentication required."),
    ("ldap", Check("ldap"), (bytes.fromhex("300c02010161070a010004000400"),), True,
     "LDAP result 0"),
    ("steps", Check("steps", detail=(Step(("expect", "string", "hi", "comment", "it greets")),)),
     (b"ho", b""), False, "step 1 (it greets): another answer than expected: ho"),
    ("agent", Check("agent"), (b"down # disk is full\n",), False,
     "the agent says 'down': disk is full"),
    ("agent", Check("agent"), (b"up 50%\n",), True, "the agent says 'up 50%'"),
    ("file", Check("file"), (b"0\n",), True, "the file has 0"),
    ("file", Check("file"), (b"0x10 and more",), False, "the file has 16"),
    ("file", Check("file"), (b"",), True, "the file has 0"),
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


STEPS = [
    ("connect",), ("send", "a"), ("send-binary", "00ff"), ("expect", "string", "a"),
    ("expect", "!", "string", "b"), ("expect", "rstring", "^[ab]+$"), ("expect", "binary", "ff"),
    ("expect", "rbinary", "^FF"), ("expect", "min-recv", "5", "string", "a"), ("comment", "x"),
]  # fmt: skip
LINES = [
    ("status", "200"), ("!", "status", "500"), ("rstatus", "^2"), ("hdr", "name", "a"),
    ("hdr", "name", "-m", "reg", "^a", "value", "-m", "beg", "b"), ("string", "a"),
    ("!", "string", "a"), ("rstring", "a+$"), ("min-recv", "9", "string", "a"),
]  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, Asked]:
    """Draw a check of any kind, with whatever belongs to it, and who asks."""
    name = draw(st.sampled_from(sorted(PROBES)))
    details: dict[str, st.SearchStrategy[object]] = {
        "steps": st.lists(st.sampled_from(STEPS).map(Step), max_size=5).map(tuple),
        "udp": st.builds(UdpProbe, st.just("00"), st.sampled_from(["", "*", "0x", "ffxx"])),
        "dns": st.builds(DnsQuery, st.sampled_from(["A", "TXT"]), st.text(max_size=20)),
        "script": st.builds(ScriptRun, st.just("/x"), dynamic=st.booleans()),
    }
    proxy = draw(st.booleans())
    own: tuple[tuple[str, ...], ...] = ()
    detail = draw(details.get(name, st.sampled_from([None, "lb"])))
    if name.startswith("http"):
        kinds = st.sampled_from([("status", "200-299"), ("regex", "a.c"), ("digest", DIGEST)])
        expects = draw(st.lists(st.builds(lambda kind: Expect(*kind), kinds), max_size=3))
        detail = (HttpRequest(expects=tuple(expects)),)
        lines = draw(st.lists(st.sampled_from(LINES), max_size=3)) if proxy else []
        own = tuple(("http-check", "expect", *line) for line in lines)
    kind = "http" if name == "https" else name
    return name, Asked(Check(kind, detail=detail, own=own), "192.0.2.1", 80, 0, proxy)  # type: ignore[arg-type]


def conversations(name: str, one: Asked) -> list[Conversation]:
    """Return a conversation for each connection that the check makes."""
    connecting = PROBES[name].legs
    legs = connecting(one, PROBES[name]) if connecting else [(one, PROBES[name])]
    assert not isinstance(legs, str), legs
    return [probe.converse(its) for its, probe in legs]


ANSWERS = [OK, CHUNKED, b"220 hi\r\n", b"250 ok\r\n", b"+PONG\r\n", b"up 50% drain\n", b"a" * 20,
           b"HTTP/1.1 200 OK\r\na: b\r\n\r\nabc", b"\x0b\0\0\0\x0a8.0.36\0xyz"]  # fmt: skip


@given(asked(), st.lists(st.one_of(st.binary(max_size=80), st.sampled_from(ANSWERS)), max_size=8))
@settings(max_examples=500, deadline=None)
def test_any_answer_in_any_pieces_ends_in_a_verdict(
    check: tuple[str, Asked], pieces: list[bytes]
) -> None:
    for conversation in conversations(*check):
        said: object = conversation.begin()
        for piece in (*pieces, b""):
            if isinstance(said, Verdict):
                break
            said = conversation.received(piece)
            assert said is None or isinstance(said, bytes | Verdict)
        if check[0] not in ("dns", "ping", "udp", "script"):
            for _ in range(3):  # who closed says nothing more, and the rest is said
                said = said if isinstance(said, Verdict) else conversation.received(b"")
            assert isinstance(said, Verdict)


@given(asked(), st.sampled_from([b"x", b"220-hi\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x0b\0\xff\0"]))
@settings(max_examples=100, deadline=None)
def test_an_endless_answer_takes_no_memory(check: tuple[str, Asked], head: bytes) -> None:
    for conversation in conversations(*check):
        said: object = conversation.begin()
        tracemalloc.start()
        try:
            for piece in (head, *[b"x" * 65536] * 200):
                if isinstance(said, Verdict):
                    break
                said = conversation.received(piece)
            assert tracemalloc.get_traced_memory()[1] < 40 * 1024 * 1024
        finally:
            tracemalloc.stop()


@given(st.lists(st.integers(1, len(CHUNKED) - 1), max_size=6), st.sampled_from([OK, CHUNKED]))
def test_pieces_do_not_matter(cuts: list[int], answer: bytes) -> None:
    places = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    pieces = [answer[a:b] for a, b in pairwise(places)]
    digest = DIGEST if answer == OK else RAW
    verdict = talk("http", http(Expect("digest", digest)), *pieces, b"")[1]
    assert verdict is not None
    assert verdict.passed
    proxied = Asked(http(Expect("string", "web1")), "192.0.2.1", 80, 0, True)
    (conversation,) = conversations("http", proxied)
    said = [conversation.received(piece) for piece in pieces]
    found = [one for one in said if isinstance(one, Verdict)]
    assert found
    assert found[0].passed


WORDS = st.sampled_from([
    "connect", "send", "send-lf", "send-binary", "expect", "!", "string", "rstring", "rbinary",
    "binary", "status", "rstatus", "hdr", "fhdr", "name", "value", "-m", "reg", "beg", "min-recv",
    "comment", "port", "addr", "ssl", "sni", "alpn", "h2", "default", "send-proxy",
    "disable-on-404",
    "set-var(x)", "meth", "uri", "uri-lf", "ver", "body", "(", "[", "a{", "%[x]", "80", "-1", "zz",
    "", "\udcff", "127.0.0.1:80", "[::1]:80", "*", "linger", "http-check", "source", "interface",
    "verify", "ca-file", "verifyhost", "crt", "check-alpn", "check-send-proxy", "send-proxy-v2",
])  # fmt: skip
LINE = st.lists(WORDS, max_size=8).map(tuple)


@given(st.sampled_from(["steps", "http", "tcp", "smtp", "mysql", "agent"]),
       st.lists(LINE, max_size=4), st.lists(LINE, max_size=3), st.booleans())  # fmt: skip
@settings(max_examples=600, deadline=None)
def test_any_words_make_connections_or_a_reason(
    name: str, lines: list[tuple[str, ...]], own: list[tuple[str, ...]], tls: bool
) -> None:
    detail: object = tuple(Step(line) for line in lines) if name == "steps" else None
    kept = tuple(("http-check", *line) for line in lines)
    if name == "http":
        detail = (HttpRequest(expects=(Expect("regex", "".join(lines[0]) if lines else "("),)),)
    check = Check(name, detail=detail, own=kept if name == "http" else (), tls=tls)  # type: ignore[arg-type]
    one = Asked(check, "192.0.2.1", 80, 0, True, tuple(own))
    connecting = PROBES[name].legs
    assert connecting is not None
    legs = connecting(one, PROBES[name])
    if isinstance(legs, str):
        assert legs
        return
    for its, probe in legs:
        assert probe.transport in ("tcp", "tls")
        conversation = probe.converse(its)
        said: object = conversation.begin()
        for piece in (OK, b"220 a\r\n", b""):
            said = said if isinstance(said, Verdict) else conversation.received(piece)
        if its.opening is not None:
            assert its.opening(("192.0.2.9", 4000), ("192.0.2.1", 80))


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_pattern_is_compiled_or_refused(text: str) -> None:
    with contextlib.suppress(Unusable):
        compiled(text).search(b"some text\nof lines")
