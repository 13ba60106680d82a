"""Peers that answer well, lie, hang, or are somebody else: each reported, survived, bounded."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers import fetching, peers
from hatools_observers.testimony import KINDS, MOST, SHAPES, read_status
from hatools_splitbrain.detector import SplitBrain

ROLE = {"kind": "role", "subject": "lb2/VI_1", "role": "MASTER", "source": "addresses",
        "node": "lb2", "interface": "lan0", "virtual_router_id": 51, "family": 4,
        "addresses": ["192.0.2.100"], "since": 90.0}  # fmt: skip
HEARD = {**ROLE, "subject": "lan0/51/192.0.2.9", "source": "advertisement"}


def status(*objects: dict[str, Any], **told: Any) -> bytes:
    shape = {"node": "lb2", "run": "a1", "version": "0.1", "now": 100, "objects": objects, **told}
    return json.dumps(shape).encode()


def answer(body: bytes, head: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


AS_OF = [(97.5, 2.5), (100, 0.0), (101, 0.0), (None, 0.0), ("97", 0.0), (True, 0.0)]


@pytest.mark.parametrize(("as_of", "lag"), AS_OF)
def test_a_watch_that_is_busy_says_what_was(as_of: object, lag: float) -> None:
    assert read_status(status(ROLE, as_of=as_of)).lag == lag


class Peer:
    """Answers every question as *speak* does, which gets the connection and the question."""

    def __init__(self, speak: Callable[[socket.socket, bytes], None]) -> None:
        self.speak = speak
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._meet, args=self._socket.accept()[:1]).start()

    def _meet(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(5)
            asked = sock.recv(8192)
            self.asked.append(asked)
            self.speak(sock, asked)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def saying(text: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda sock, asked: sock.sendall(text)


def endless(sock: socket.socket, asked: bytes) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"[" * 65536)


def hanging(sock: socket.socket, asked: bytes) -> None:
    sock.recv(1)  # until the other side has enough


def dripping(sock: socket.socket, asked: bytes) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    sock.settimeout(0.05)
    while True:
        sock.sendall(b"a: b\r\n")
        with contextlib.suppress(TimeoutError):
            if not sock.recv(1):
                return


@pytest.fixture(autouse=True, scope="module")
def often() -> Iterator[None]:
    """Ask unreachable peers as often as others: what comes of it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "SLOWEST", 0.1)
        yield


@contextlib.contextmanager
def peer(speak: Callable[[socket.socket, bytes], None]) -> Iterator[Peer]:
    one = Peer(speak)
    try:
        yield one
    finally:
        one.close()


def hear(
    ports: list[int], count: int, node: str = "lb1", **told: Any
) -> tuple[list[Event], list[str]]:
    """Return the first *count* events of peers at *ports*, and what was logged."""
    said: list[str] = []
    watched = Watched(
        node,
        tuple,
        peers=tuple(("127.0.0.1", port) for port in ports),
        settings={"every": 0.1, **told.pop("settings", {})},
        say=lambda level, text: said.append(f"{level} {text}"),
        **told,
    )

    async def listen() -> list[Event]:
        events = []
        source = peers.observe(watched)
        async with asyncio.timeout(20):
            async for event in source:
                events.append(event)
                if len(events) == count:
                    break
        await source.aclose()  # type: ignore[attr-defined]
        return events

    return asyncio.run(listen()), said


def test_a_peer_tells_what_it_knows() -> None:
    with peer(saying(answer(status(ROLE, HEARD)))) as one:
        (event,), said = hear([one.port], 1, token="between-us")
    assert event.details["reachable"]
    assert event.details["roles"] == {"lb2/VI_1": "MASTER"}
    assert [one["kind"] for one in event.details["reports"]] == ["role", "role"]
    assert said == []
    assert one.asked[0].startswith(b"GET /api/v1/status?kind=router&")
    assert b"Authorization: Bearer between-us\r\n" in one.asked[0]
    assert b"between-us" not in repr(event).encode()


LIES: list[tuple[str, Callable[[socket.socket, bytes], None], str]] = [
    ("no HTTP", saying(b"SSH-2.0-x\r\n\r\n"), "does not speak HTTP"),
    ("nothing", saying(b""), "0 bytes read"),
    ("no JSON", saying(answer(b"<html>")), "Expecting value"),
    ("another watch", saying(answer(b"{}", "401 Unauthorized")), "it wants another token"),
    ("broken", saying(answer(b"{}", "500 Oops")), "HTTP 500"),
    ("not a watch", saying(answer(b'{"objects": 5}')), "no hatools watch"),
    ("nameless", saying(answer(status(node=""))), "what it is called"),
    ("a name of any length", saying(answer(status(node="x" * 10**5))), "what it is called"),
    ("timeless", saying(answer(status(now="late"))), "what time"),
    ("infinite", saying(answer(status(now=math.inf))), "Infinity for a number"),
    ("deep", saying(answer(b"[" * 10**6)), "nested too deeply"),
    ("digits", saying(answer(b'{"now": ' + b"9" * 10**5 + b"}")), ""),
    ("endless", endless, "more than 1048576 bytes"),
    ("endless head", saying(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 10**5), "head"),
    ("hanging", hanging, "no answer within 1 s"),
    ("dripping", dripping, "no answer within 1 s"),
]


@pytest.mark.parametrize(
    ("speak", "reason"), [one[1:] for one in LIES], ids=[one[0] for one in LIES]
)
def test_a_peer_that_lies_or_hangs_is_told_of_once(
    speak: Callable[[socket.socket, bytes], None], reason: str
) -> None:
    with peer(speak) as one:
        events, said = hear([one.port], 2)
    for event in events:
        assert not event.details["reachable"]
        assert event.details["roles"] == {}
        assert reason in str(event.details["reason"])
        assert len(str(event.details["reason"])) < 300
    assert len(said) == 1
    assert said[0].startswith("warning peer 127.0.0.1")


def test_a_peer_that_hangs_delays_no_other() -> None:
    with peer(hanging) as slow, peer(saying(answer(status(ROLE)))) as well:
        events, _ = hear([slow.port, well.port], 8)
    assert sum(bool(event.details["reachable"]) for event in events) >= 6


def test_a_peer_that_comes_back_is_told_of() -> None:
    with peer(saying(b"")) as one:

        def speak(sock: socket.socket, asked: bytes) -> None:
            sock.sendall(answer(status(ROLE)) if len(one.asked) > 2 else b"")

        one.speak = speak
        events, said = hear([one.port], 4)
    assert [bool(event.details["reachable"]) for event in events] == [False, False, True, True]
    assert [line.split()[0] for line in said] == ["warning", "info"]


def test_a_peer_speaks_for_itself_only() -> None:
    foreign = {**ROLE, "subject": "lb1/VI_1", "node": "lb1"}
    with peer(saying(answer(status(foreign, HEARD)))) as one:
        (event,), said = hear([one.port], 1)
    assert event.details["roles"] == {}
    assert len(event.details["reports"]) == 1
    assert "roles of other nodes" in said[0]


def test_a_peer_under_this_host_s_name_is_passed_over() -> None:
    with peer(saying(answer(status(ROLE)))) as one:
        (event,), said = hear([one.port], 1, node="lb2")
    assert (event.details["reachable"], event.details["node"]) == (True, "")
    assert event.details["reports"] == []
    assert "as this host is, and is passed over" in said[0]


def test_of_two_with_one_name_the_first_counts() -> None:
    with (
        peer(saying(answer(status(ROLE)))) as one,
        peer(saying(answer(status(ROLE, run="b2")))) as two,
    ):
        events, said = hear([one.port, two.port], 6)
    assert len({event.subject for event in events if event.details["node"] == "lb2"}) == 1
    assert len(said) == 1
    assert "passed over" in said[0]


def test_one_watch_at_two_addresses_speaks_once() -> None:
    with peer(saying(answer(status(ROLE)))) as one, peer(saying(answer(status(ROLE)))) as two:
        events, said = hear([one.port, two.port], 6)
    assert len({event.subject for event in events if event.details["node"] == "lb2"}) == 1
    assert said == []


def test_a_name_that_nobody_knows() -> None:
    async def ask() -> None:
        place = peers.Place("no-such-host.invalid", 9651)
        with pytest.raises(OSError, match="no address"):
            await place.address()

    asyncio.run(ask())


@pytest.mark.parametrize(
    "told", [{"tls": 1}, {"token": 5}, {"token-file": "/nonexistent"}, {"token": "a\r\nb: c"},
             {"every": -1}, {"tls": True, "ca-file": "/nonexistent"}],
)  # fmt: skip
def test_wrong_settings_are_told(told: dict[str, Any]) -> None:
    with pytest.raises(BadSetting, match="peers"):
        hear([1], 1, settings=told)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("lb2"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
OBJECT = st.dictionaries(st.sampled_from(sorted(SHAPES)), ANYTHING).flatmap(
    lambda some: st.sampled_from(KINDS).map(lambda kind: {"subject": "x", **some, "kind": kind})
)


@given(
    st.lists(OBJECT | ANYTHING, max_size=6),
    st.dictionaries(st.sampled_from(("node", "now", "run")), ANYTHING),
)
@settings(max_examples=100, deadline=None)
def test_whatever_a_peer_says_has_a_sound_shape_and_harms_no_detector(
    objects: list[Any], told: dict[str, Any]
) -> None:
    shape = {"node": "lb2", "now": 100.0, "run": "a", **told, "objects": [ROLE, *objects]}
    try:
        heard = read_status(json.dumps(shape).encode())
    except ValueError:
        return
    assert len(heard.reports) <= MOST
    for one in heard.reports:
        assert all(name == "age" or SHAPES[name](value) for name, value in one.items())
    detector = SplitBrain()
    list(detector.handle(Event(99.0, "start", "lb1", {"settings": {}})))
    details = {**heard._asdict(), "reachable": True, "address": "192.0.2.2"}
    list(detector.handle(Event(100.0, "peer", "192.0.2.2:9651", details)))


@given(st.binary(max_size=200))
def test_nonsense_is_refused(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert read_status(body)


def test_too_many_objects_are_cut() -> None:
    heard = read_status(status(*[ROLE] * (MOST + 5)))
    assert len(heard.reports) == MOST
    assert "more than 2000 objects" in heard.fault


HEADS = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     b"HTTP/1.1 \xb2\r\n\r\n", b"HTTP/1.0 " + b"9" * 5000 + b"\r\n\r\n", b"HTTP/1.1 200", b""]
)  # fmt: skip
BODIES = st.sampled_from(
    [b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhel", b"ffffffff\r\n", b"-1\r\n", b"{}"]
)


@given(HEADS, st.lists(BODIES | st.binary(max_size=40), max_size=4).map(b"".join))
@settings(max_examples=100, deadline=None)
def test_no_answer_over_http_breaks_the_fetching(head: bytes, body: bytes) -> None:
    class Nowhere:
        def write(self, data: bytes) -> None:
            """Send nothing."""

        def close(self) -> None:
            """Close nothing."""

    async def fetched() -> tuple[int, bytes]:
        async def connect(*place: object, **how: object) -> tuple[asyncio.StreamReader, Nowhere]:
            reader = asyncio.StreamReader(limit=fetching.HEAD)
            reader.feed_data(head + body)
            reader.feed_eof()
            return reader, Nowhere()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fetching.asyncio, "open_connection", connect)
            return await fetching.fetch("http://192.0.2.1:9651/", 100)

    with contextlib.suppress(OSError, ValueError, EOFError):
        status, found = asyncio.run(fetched())
        assert len(found) <= 100
        assert isinstance(status, int)
