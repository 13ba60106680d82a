"""The interface of a watch: what it tells, to whom, and what it survives."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import ROOT, hatools
from mail_server import certificate
from test_prometheus import EVENTS

from hatools.errors import BadSetting, HatoolsError
from hatools.model.event import Event
from hatools.plugin.pages import Page, PageAnswer, is_loopback, shows
from hatools.watch import access, guests, page_making
from hatools.watch import settings as watch_settings
from hatools.watch.api import Api, encode
from hatools.watch.board import KEPT, RECENT, Board
from hatools.watch.interface import Interface

TOKEN = "between-you-and-me"
STATUS = json.loads((ROOT / "docs" / "status.schema.json").read_text("utf-8"))
HAPPENED = json.loads((ROOT / "docs" / "events.schema.json").read_text("utf-8"))


class Serving:
    """An interface with a board, beside a main loop that turns."""

    def __init__(
        self,
        token: str = "",
        tls: ssl.SSLContext | None = None,
        pages: Any = (),
        port: int = 0,
        run: str = "run1",
    ) -> None:
        self.board = Board()
        self.said: list[str] = []
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        api = Api("lb1", self.board, run, 1.7e9, lambda: "")
        places = [("127.0.0.1", port)]
        self.interface = Interface(api, places, token, tls, lambda *said: self.said.append(said[1]))

        async def start() -> None:
            self.interface.start(pages)

        asyncio.run_coroutine_threadsafe(start(), self.loop).result(10)
        self.port = self.interface.ports[0]

    def tell(self, kind: str, subject: str, **details: Any) -> None:
        def publish() -> None:
            self.board.note(Event(time.time(), kind, subject, details))
            self.interface.wake()

        self.loop.call_soon_threadsafe(publish)

    def get(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=35)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            kind = answer.headers.get("Content-Type", "")
            content = json.loads(body) if kind.startswith("application/json") and body else body
            return answer.status, content, dict(answer.headers)
        finally:
            connection.close()

    def close(self) -> float:
        began = time.monotonic()
        self.interface.close()
        took = time.monotonic() - began
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        return took


@contextlib.contextmanager
def serving(**told: Any) -> Iterator[Serving]:
    one = Serving(**told)
    try:
        yield one
    finally:
        one.close()


# What it tells ------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", [STATUS, HAPPENED], ids=["status", "events"])
def test_the_schema_is_one(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_every_kind_and_all_that_is_kept_of_it_is_in_the_schema() -> None:
    told = {
        one["if"]["properties"]["kind"]["const"]: one["then"]["$ref"].rpartition("/")[2]
        for one in STATUS["$defs"]["object"]["allOf"]
    }
    assert told.keys() == KEPT.keys()
    for kind, name in told.items():
        assert set(STATUS["$defs"][name]["properties"]) >= set(KEPT[kind]), kind


def test_the_shapes_are_as_documented() -> None:
    with serving() as one:
        for kind, subject, details in EVENTS:
            one.tell(kind, subject, **details)
        _, news, _ = one.get("/api/v1/events?wait=5")
        code, status, headers = one.get("/api/v1/status")
    assert code == 200
    jsonschema.validate(status, STATUS)
    jsonschema.validate(news, HAPPENED)
    assert len(status["objects"]) == len(EVENTS)
    assert (status["node"], status["run"]) == ("lb1", "run1")
    assert headers["Server"] == "hatools"
    assert headers["Connection"] == "close"


def test_objects_by_kind() -> None:
    with serving() as one:
        one.tell("server", "web/a", up=True)
        one.tell("role", "lb1/VI_1", role="MASTER")
        one.tell("link", "lan0", up=True)
        one.get("/api/v1/events?kind=link&wait=5")
        _, status, _ = one.get("/api/v1/status?kind=role&kind=link")
    assert {found["kind"] for found in status["objects"]} == {"role", "link"}


def test_ten_thousand_objects() -> None:
    with serving() as one:
        for at in range(10_000):
            one.board.note(Event(1.0, "server", f"web/s{at}", {"up": True, "reason": "x" * 50}))
        _, status, _ = one.get("/api/v1/status")
    assert len({found["subject"] for found in status["objects"]}) == 10_000


def test_whoever_goes_on_from_the_status_misses_nothing() -> None:
    """Events that come all the time are told in order, each once, also from a restart on."""
    with serving() as one:
        _, status, _ = one.get("/api/v1/status")
        at, numbers, done = status["last"], [], threading.Event()

        def happen() -> None:
            for number in range(300):
                one.tell("server", f"web/s{number % 7}", up=bool(number % 2))
                time.sleep(0.001)
            done.set()

        thread = threading.Thread(target=happen)
        thread.start()
        while len(numbers) < 300:
            _, news, _ = one.get(f"/api/v1/events?since={at}&run=run1&wait=5&limit=40")
            assert news["missed"] == 0
            assert len(news["events"]) <= 40
            numbers += [event["number"] for event in news["events"]]
            at = news["next"]
        thread.join()
        assert numbers == list(range(1, 301))
        _, news, _ = one.get(f"/api/v1/events?since={at}&run=before&limit=1")
    assert news["events"][0]["number"] == 1
    assert news["run"] == "run1"


def test_waiting_ends_with_the_first_event_and_in_any_case() -> None:
    with serving() as one:
        began = time.monotonic()
        _, news, _ = one.get("/api/v1/events?wait=1")
        assert news["events"] == []
        assert 0.9 < time.monotonic() - began < 4
        timer = threading.Timer(0.3, one.tell, ("server", "web/a"), {"up": True})
        timer.start()
        began = time.monotonic()
        _, news, _ = one.get("/api/v1/events?kind=server&wait=30")
        assert len(news["events"]) == 1
        assert time.monotonic() - began < 5
        timer.join()


def test_events_that_are_no_longer_known_are_counted() -> None:
    board = Board()
    for number in range(RECENT + 10):
        board.note(Event(float(number), "server", "web/a", {"up": True}))
    api = Api("lb1", board, "r", 0.0, str)
    found = api.events(since=3)
    assert (found["first"], found["missed"], found["events"][0]["number"]) == (11, 7, 11)
    assert api.events(since=RECENT + 10)["events"] == []
    assert api.events(since=RECENT + 10)["missed"] == 0
    some = api.events(since=20, limit=5)
    assert [event["number"] for event in some["events"]] == [21, 22, 23, 24, 25]
    assert some["next"] == 25


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.tuples(st.integers()), inner),
    max_leaves=8,
)


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_whatever_is_known_can_be_said(value: Any) -> None:
    def none(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    json.loads(encode({"value": value}), parse_constant=none)


def test_health_is_that_of_the_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(token=TOKEN) as one:
        assert one.get("/healthz")[:2] == (200, {"format_version": 1, "state": "watching"})
        held = threading.Event()
        monkeypatch.setattr("hatools.watch.interface.BEAT", 0.3)
        one.loop.call_soon_threadsafe(held.wait, 10)
        try:
            code, told, _ = one.get("/healthz")
        finally:
            held.set()
            monkeypatch.undo()
        assert (code, told["state"]) == (503, "stuck")
        assert one.get("/healthz")[0] == 200


def test_pages_of_plugins() -> None:
    pages = [
        Page("/metrics", lambda asked: PageAnswer("text/plain; version=1", asked.accept.encode())),
        Page("/app.js", lambda asked: PageAnswer("text/javascript", b"go()"), open=True),
        Page("/broken", lambda asked: PageAnswer("text/plain", str(1 / 0).encode())),
        Page("/healthz", lambda asked: PageAnswer("text/plain", b"mine")),
        Page("{odd", lambda asked: PageAnswer("text/plain", b"odd")),
        Page("/none", lambda asked: None),  # type: ignore[arg-type,return-value]
    ]
    shown = {"Authorization": f"Bearer {TOKEN}"}
    with serving(token=TOKEN, pages=pages) as one:
        code, body, headers = one.get("/metrics", Accept="text/plain", **shown)
        assert (code, body, headers["Content-Type"]) == (
            200,
            b"text/plain",
            "text/plain; version=1",
        )
        assert one.get("/metrics")[0] == 401
        assert one.get("/app.js")[:2] == (200, b"go()")
        assert one.get("/broken", **shown)[0] == 500
        assert one.get("/none", **shown)[0] == 500
        assert one.get("/healthz")[1]["state"] == "watching"
        code, told, _ = one.get("/", **shown)
        assert (code, "/metrics" in told["error"]) == (404, True)
    assert any("ZeroDivisionError" in line for line in one.said)
    assert any("'{odd' is left out" in line for line in one.said)
    assert any("/healthz is there twice" in line for line in one.said)


# To whom ------------------------------------------------------------------------------------------

GUESSES = ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}",
           f"bearer{TOKEN}", TOKEN, "Bearer \xfc", f"Bearer {TOKEN.upper()}"]  # fmt: skip


def test_a_token_is_asked_for() -> None:
    with serving(token=TOKEN) as one:
        for guess in GUESSES:
            for path in ("/api/v1/status", "/api/v1/events?wait=30", "/nothing"):
                headers = {"Authorization": guess} if guess else {}
                code, told, answered = one.get(path, **headers)
                assert (code, "token" in told["error"]) == (401, True), guess
                assert answered["WWW-Authenticate"].startswith("Bearer")
        for right in (f"Bearer {TOKEN}", f"bearer  {TOKEN}"):
            assert one.get("/api/v1/status", Authorization=right)[0] == 200
        assert TOKEN not in "".join(one.said)
        assert len(one.said) == 1  # and not one for each


@given(st.text(max_size=30))
def test_nothing_but_the_token_opens(shown: str) -> None:
    assert not shows(shown, TOKEN)
    assert not shows(f"Bearer {shown}", TOKEN)


def test_no_page_of_somebody_else_reads_it_in_a_browser() -> None:
    with serving() as one:
        for name in ("evil.example", "evil.example:80", "192.0.2.1:9651", "[2001:db8::1]:9651"):
            assert one.get("/api/v1/status", Host=name)[0] == 403
        for name in ("localhost:9651", "127.0.0.1", "127.8.8.8:1", "[::1]:9651", "[::1]"):
            assert one.get("/api/v1/status", Host=name)[0] == 200
    with serving(token=TOKEN) as one:
        shown = {"Authorization": f"Bearer {TOKEN}", "Host": "lb1.example.com"}
        assert one.get("/api/v1/status", **shown)[0] == 200


def test_only_get() -> None:
    with serving() as one:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            code, _, headers = one.get("/api/v1/status", method)
            assert (code, headers["Allow"]) == (405, "GET,HEAD")
        assert one.get("/api/v1/status", "HEAD")[:2] == (200, b"")
        for wrong in ("since=-1", "limit=0", "wait=long", "since=" + "9" * 30):
            assert one.get(f"/api/v1/events?{wrong}")[0] == 400


LOOPBACK = {"127.0.0.1": True, "127.9.9.9": True, "::1": True, "localhost": True, "[::1]": True,
            "0.0.0.0": False, "::": False, "192.0.2.1": False, "lb1": False, "": False}  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_what_is_loopback(host: str) -> None:
    assert is_loopback(host) is LOOPBACK[host]


def checked(folder: Path, *lines: str, option: str = "--check-config", listen: str = "") -> Any:
    (folder / "haproxy.cfg").write_text("backend shop\n    server web1 127.0.0.1:1 check\n")
    (folder / "hatools.toml").write_text("\n".join(["[watch]", f'state = "{folder}/s"', *lines]))
    extra = ["--listen", listen] if listen else []
    return hatools("watch", "haproxy.cfg", "--config", "hatools.toml", option, *extra, cwd=folder)


def test_beyond_this_host_it_wants_a_token(tmp_path: Path) -> None:
    for listen, lines in (
        ("0.0.0.0:9651", []),
        ("", ['listen = ["127.0.0.1:9651", "192.0.2.1"]']),
        ("[2001:db8::1]:9651", []),
    ):
        ran = checked(tmp_path, *lines, listen=listen)
        assert ran.status == 2
        assert "everybody could ask" in ran.stderr
        assert "token-file" in ran.stderr
    assert checked(tmp_path, listen="127.0.0.1:9651").status == 0
    assert checked(tmp_path, 'listen = "0.0.0.0"', f'token = "{TOKEN}"').status == 0
    assert checked(tmp_path, option="--once", listen="0.0.0.0:9651").status == 2  # a server is down


def test_how_a_token_is_kept_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "token"
    line = f'token-file = "{file}"'
    assert "the token cannot be read" in checked(tmp_path, line).stderr
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o644)
    ran = checked(tmp_path, line, listen="0.0.0.0:9651")
    assert (ran.status, "open to every user" in ran.stderr) == (0, True)
    file.chmod(0o600)
    assert checked(tmp_path, line, listen="0.0.0.0:9651").stderr == ""
    file.write_text("short")
    assert "can be guessed" in checked(tmp_path, line).stderr
    for wrong in ("", "two words", "ü" * 20, "a\nb"):
        file.write_text(wrong)
        assert checked(tmp_path, line).status == 2
    assert "keep token-file" in checked(tmp_path, line, 'token = "x"').stderr
    assert "tls-certificate" in checked(tmp_path, 'tls-key = "key.pem"').stderr
    assert "tls-certificate" in checked(tmp_path, 'tls-certificate = "/nonexistent"').stderr


def test_a_secret_is_not_printed_with_its_record(tmp_path: Path) -> None:
    path = tmp_path / "hatools.toml"
    path.write_text(f'[watch]\ntoken = "{TOKEN}"\n')
    found = watch_settings.load(str(path))
    assert found.token == TOKEN
    assert TOKEN not in repr(found)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, serving() as one:
        api = Api("lb1", one.board, "r", 0.0, str)

        async def start() -> None:
            place = ("127.0.0.1", taken.getsockname()[1])
            Interface(api, [place], "", None, lambda *said: None).start()

        with pytest.raises(
            BadSetting, match=r"\[watch\] listen: 127\.0\.0\.1:\d+: Address already"
        ):
            asyncio.run(start())


def test_tls(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path)
    with serving(token=TOKEN, tls=access.server_tls(str(cert), str(key))) as one:
        shown = {"Authorization": f"Bearer {TOKEN}"}
        trusting = ssl.create_default_context(cafile=str(cert))
        trusting.check_hostname = False
        connection = HTTPSConnection("127.0.0.1", one.port, timeout=5, context=trusting)
        connection.request("GET", "/api/v1/status", headers=shown)
        assert connection.getresponse().status == 200
        connection.close()
        stranger = HTTPSConnection("127.0.0.1", one.port, timeout=5)
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.request("GET", "/healthz")
        stranger.close()
        with socket.create_connection(("127.0.0.1", one.port), 5) as plain:
            plain.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                assert b"200" not in plain.recv(100)
    assert any("spoke no TLS" in line for line in one.said)


# What it survives ---------------------------------------------------------------------------------

BAD = [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02" * 9,
       b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n",
       b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 99999,
       b"GET /healthz HTTP/1.1\r\nA: " + b"b" * 90000, b"GET /healthz HT", b"\x00" * 5000,
       b"GET /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
       b"GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"x" * 9999,
       b"GET /api/v1/status?kind=" + b"%ff" * 999 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
       b"GET http://[ HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       b"GET /healthz HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n" + b"x" * 9999,
       b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]  # fmt: skip


def send(port: int, text: bytes, patience: float = 2.0) -> bytes:
    """Return what comes back until the other side has enough."""
    found = b""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), 2) as sock,
    ):
        sock.settimeout(patience)
        sock.sendall(text)
        sock.shutdown(socket.SHUT_WR)
        while piece := sock.recv(65536):
            found += piece
    return found


@pytest.mark.parametrize("text", BAD, ids=lambda text: str(text[:24]))
def test_no_request_breaks_it(text: bytes) -> None:
    with serving() as one:
        answer = send(one.port, text)
        assert b"Traceback" not in answer
        assert one.get("/healthz")[0] == 200


@pytest.fixture(scope="module")
def lasting() -> Iterator[Serving]:
    with serving(token=TOKEN) as one:
        yield one


@given(
    st.binary(max_size=120) | st.tuples(st.sampled_from(BAD), st.binary(max_size=20)).map(b"".join)
)
@settings(max_examples=80, deadline=None)
def test_noise_is_survived(lasting: Serving, noise: bytes) -> None:
    assert TOKEN.encode() not in send(lasting.port, noise)
    assert lasting.get("/healthz")[0] == 200
    assert not any("failed" in line or "fault" in line for line in lasting.said), lasting.said


def idle(one: Serving, count: int, text: bytes = b"") -> list[socket.socket]:
    held = []
    for _ in range(count):
        sock = socket.create_connection(("127.0.0.1", one.port), 5)
        sock.sendall(text)
        held.append(sock)
    return held


@pytest.mark.parametrize("text", [b"", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: "])
def test_who_holds_connections_blocks_nobody(text: bytes) -> None:
    with serving() as one:
        held = idle(one, 3 * guests.MOST, text)
        try:
            for _ in range(20):
                assert one.get("/healthz")[0] == 200
        finally:
            for sock in held:
                sock.close()
    assert any("connections were cut" in line for line in one.said)


def test_who_asks_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "PATIENCE", 0.4)
    with serving() as one:
        (silent,) = idle(one, 1)
        silent.settimeout(10)
        with contextlib.suppress(ConnectionError):
            assert silent.recv(1) == b""
        silent.close()
        (slow,) = idle(one, 1, b"GET /healthz HTTP/1.1\r\n")
        end = time.monotonic() + 10
        with slow, contextlib.suppress(ConnectionError):
            while time.monotonic() < end:
                slow.sendall(b"A: b\r\n")
                time.sleep(0.1)
        assert time.monotonic() < end


def test_who_takes_no_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "PATIENCE", 0.5)
    big = Page("/big", lambda asked: PageAnswer("text/plain", b"x" * (64 << 20)))
    with serving(pages=[big]) as one:
        (sock,) = idle(one, 1, b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end = time.monotonic() + 10
        while not any("took no answer" in line for line in one.said):
            assert time.monotonic() < end
            time.sleep(0.05)
        sock.close()
        assert one.get("/healthz")[0] == 200


def test_those_who_wait_for_events_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "PATIENCE", 0.3)
    with serving() as one:
        assert one.get("/api/v1/events?wait=1")[0] == 200


def test_a_slow_page_delays_no_other_question() -> None:
    gate = threading.Event()

    def slow(asked: object) -> PageAnswer:
        gate.wait(10)
        return PageAnswer("text/plain", b"at last")

    with serving(pages=[Page("/slow", slow)]) as one:
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(one.get("/slow")[1]))
        thread.start()
        assert one.get("/api/v1/status")[0] == 200
        gate.set()
        thread.join()
    assert found == [b"at last"]


def test_a_page_that_hangs_hangs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_making, "LONGEST", 0.3)
    gate = threading.Event()

    def hang(asked: object) -> PageAnswer:
        gate.wait(20)
        return PageAnswer("text/plain", b"")

    one = Serving(pages=[Page("/hangs", hang)])
    try:
        before = threading.active_count()
        assert [one.get("/hangs")[0] for _ in range(3)] == [503] * 3
        assert threading.active_count() == before + 1
        assert one.get("/healthz")[0] == 200
    finally:
        assert one.close() < 1.0
        gate.set()
    assert any("pages took too long" in line for line in one.said)


class NoThread(threading.Thread):
    def start(self) -> None:
        raise RuntimeError("can't start new thread")


def test_where_no_thread_can_be_begun_the_next_page_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = Page("/page", lambda asked: PageAnswer("text/plain", b"made"))
    with serving(pages=[page]) as one:
        with monkeypatch.context() as patched:
            patched.setattr(page_making, "Thread", NoThread)
            assert one.get("/page")[0] == 500
        assert one.get("/page")[:2] == (200, b"made")
    assert any("can't start new thread" in line for line in one.said)


def test_an_interface_without_a_thread_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def begin() -> None:
        api = Api("lb1", Board(), "run1", 1.7e9, lambda: "")
        Interface(api, [("127.0.0.1", 0)], "", None, lambda *_: None).start()

    monkeypatch.setattr("hatools.watch.interface.Thread", NoThread)
    with pytest.raises(HatoolsError, match="no thread to run in"):
        asyncio.run(begin())


@pytest.mark.xdist_group("live")
def test_a_flood_hardly_delays_the_daemon() -> None:
    """While others flood the interface, the main loop keeps time as it does without them."""
    with serving(token=TOKEN) as one:
        for at in range(2000):
            one.board.note(Event(1.0, "server", f"web/s{at}", {"up": True, "reason": "x" * 50}))
        stop = threading.Event()

        def flood(work: Callable[[], object]) -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    work()

        def lateness() -> float:
            """Return how late a timer is, at the median of many."""

            async def measure() -> list[float]:
                late = []
                for _ in range(60):
                    due = asyncio.get_running_loop().time() + 0.01
                    await asyncio.sleep(0.01)
                    late.append(asyncio.get_running_loop().time() - due)
                return late

            return sorted(asyncio.run_coroutine_threadsafe(measure(), one.loop).result(60))[30]

        shown = {"Authorization": f"Bearer {TOKEN}"}
        work = [lambda: one.get("/api/v1/status", **shown), lambda: send(one.port, BAD[7], 0.2)]
        threads = [threading.Thread(target=flood, args=(work[at % 2],)) for at in range(4)]
        for thread in threads:
            thread.start()
        try:
            late = min(lateness() for _ in range(3))
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert late < 0.1


def test_without_files_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as one:
        refuse = True

        async def sock_accept(sock: socket.socket) -> Any:
            if refuse:
                raise OSError(24, "Too many open files")
            return await accept(sock)

        accept = one.interface._loop.sock_accept
        monkeypatch.setattr(one.interface._loop, "sock_accept", sock_accept)
        with ThreadPoolExecutor(1) as asking:
            answer = asking.submit(one.get, "/healthz")
            end = time.monotonic() + 10
            while not any("Too many open files" in line for line in one.said):
                assert time.monotonic() < end, one.said
                time.sleep(0.01)
            refuse = False
            assert answer.result()[0] == 200
        assert one.get("/healthz")[0] == 200


def test_it_ends_at_once_whoever_is_there() -> None:
    one = Serving()
    held = idle(one, 5) + idle(
        one, 3, b"GET /api/v1/events?wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    time.sleep(0.2)
    assert one.close() < 1.0
    for sock in held:
        sock.close()
    assert not re.search("fault|failed", "".join(one.said))
