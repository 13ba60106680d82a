"""The prober on real sockets: every transport, every way to fail, many at once, few files."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from lab import REQUIRED, hatools
from servers_at_random import ANSWERS, Server

from hatools.model import Check, Expect, HttpRequest, UdpProbe
from hatools.plugin import Asked, Probe, Verdict
from hatools.plugin_host import Host
from hatools.watch.attempt import Answer, Attempt
from hatools.watch.certificates import expiry
from hatools.watch.prober import Prober

PROBES = Host().records("hatools_probes")
TLS = PROBES["tcp"]._replace(transport="tls")
LIMIT = 0.3
PAGE = Check("http", detail=(HttpRequest(path="/"),))


def ask(*questions: tuple[Asked, str | Probe], limit: float = LIMIT) -> list[Answer]:
    """Return the answers to *questions*, all asked at once."""

    async def asking() -> list[Answer]:
        loop = asyncio.get_running_loop()
        prober = Prober(loop)
        found: list[asyncio.Future[Answer]] = [loop.create_future() for _ in questions]
        try:
            for (asked, probe), future in zip(questions, found, strict=True):
                record = PROBES[probe] if isinstance(probe, str) else probe
                prober.ask(asked, record, limit, limit, future.set_result)
                assert not future.done(), "the verdict comes later"
            return await asyncio.wait_for(asyncio.gather(*found), 20)
        finally:
            prober.close()

    return asyncio.run(asking())


def ask_again(
    asked: Asked, probe: str, server: Server, moods: Iterable[str]
) -> list[tuple[bool, str, float]]:
    """Return the verdicts on one target in each of *moods*, and how long each took."""

    async def asking() -> list[tuple[bool, str, float]]:
        loop = asyncio.get_running_loop()
        prober = Prober(loop)
        verdicts: asyncio.Queue[Answer] = asyncio.Queue()
        found: list[tuple[bool, str, float]] = []
        attempt: Attempt | None = None
        try:
            for mood in moods:
                server.become(mood)
                begin = time.monotonic()
                if attempt is None:
                    attempt = prober.ask(asked, PROBES[probe], LIMIT, LIMIT, verdicts.put_nowait)
                else:
                    prober.again(attempt)
                verdict = await asyncio.wait_for(verdicts.get(), 10)
                assert isinstance(verdict, Verdict)
                assert attempt.over
                assert len(prober) == 0
                found.append((verdict.passed, verdict.reason, time.monotonic() - begin))
            return found
        finally:
            prober.close()

    return asyncio.run(asking())


def answer(asked: Asked, probe: str | Probe) -> tuple[bool, str]:
    (verdict,) = ask((asked, probe))
    assert isinstance(verdict, Verdict), verdict
    return verdict.passed, verdict.reason


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(True)
    yield made
    made.end()


@pytest.mark.parametrize("mood", ANSWERS)
def test_a_server_in_every_mood(server: Server, mood: str) -> None:
    server.become(mood)
    passed, reason = answer(Asked(PAGE, "127.0.0.1", server.port), "http")
    assert passed == server.up, reason
    assert answer(Asked(Check(), "127.0.0.1", server.port), "tcp")[0] == (mood != "closed")


@pytest.mark.parametrize("probe", ["http", "tcp"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_asked_again_a_target_is_as_if_it_were_new(
    server: Server, probe: str, seed: int, host: str
) -> None:
    moods = Random(seed).choices(list(ANSWERS), k=10)
    asked = Asked(PAGE, host, server.port)
    for mood, (passed, reason, lasted) in zip(
        moods, ask_again(asked, probe, server, moods), strict=True
    ):
        server.become(mood)
        assert (passed, reason) == answer(asked, probe), mood
        if reason == "no answer in time":
            assert lasted >= LIMIT, "the limit is its own, not that of the time before"


def test_refused_silent_and_unknown() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert answer(Asked(Check(), "127.0.0.1", port), "tcp") == (False, "connection refused")
    name = "nowhere.invalid"
    assert answer(Asked(Check(), name, 80), "tcp") == (False, "no address is known by that name")


def test_a_name_is_looked_up(server: Server) -> None:
    assert answer(Asked(PAGE, "localhost", server.port), "http")[0]


def test_ipv6_and_unix_sockets(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sock"))
        listener.listen()
        assert answer(Asked(Check(), str(tmp_path / "sock"), 0), "tcp") == (True, "connected")
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind(("::1", 0))
        except OSError:
            pytest.skip("this host has no ::1")
        listener.listen()
        port = listener.getsockname()[1]
        assert answer(Asked(Check(), "::1", port), "tcp") == (True, "connected")


def test_where_it_asks_from() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        asked = Asked(Check(source_address="127.0.0.9"), "127.0.0.1", listener.getsockname()[1])
        assert answer(asked, "tcp")[0]
        peer, (source, _) = listener.accept()
        peer.close()
        assert source == "127.0.0.9"


def test_udp_tells_closed_ports_from_silence() -> None:
    wanted, any_answer = UdpProbe("00"), UdpProbe("00", "*")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        assert answer(Asked(Check("udp", detail=wanted), "127.0.0.1", port), "udp")[0]
        silent = Asked(Check("udp", detail=any_answer), "127.0.0.1", port)
        assert answer(silent, "udp") == (False, "no answer")
    refused = Asked(Check("udp", detail=wanted), "127.0.0.1", port)
    assert answer(refused, "udp") == (False, "connection refused")


@pytest.mark.real
def test_ping() -> None:
    (verdict,) = ask((Asked(Check("ping"), "127.0.0.1", 0), "ping"))
    if isinstance(verdict, str):
        pytest.skip(verdict)
    assert (verdict.passed, verdict.reason) == (True, "replied")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", path, "-out", f"{path}.crt", "-days", "10", "-subj",
         "/CN=www.example.com"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@contextlib.contextmanager
def tls_server(certificate: Path, names: list[str | None]) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), peer:
                peer.settimeout(1)
                with context.wrap_socket(
                    peer, server_side=True, do_handshake_on_connect=False
                ) as wrapped:
                    wrapped.do_handshake()
                    wrapped.recv(4096)
                    wrapped.sendall(ANSWERS["well"])

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_tls_with_a_server_name_and_the_end_of_the_certificate(certificate: Path) -> None:
    names: list[str | None] = []
    request = HttpRequest(expects=(Expect("string", "ok"),))
    check = Check("http", tls=True, sni="www.example.com", detail=(request,))
    with tls_server(certificate, names) as port:
        first, second = ask(
            (Asked(check, "127.0.0.1", port), "https"),
            (Asked(Check(tls=True), "127.0.0.1", port), TLS), limit=3.0,
        )  # fmt: skip
    assert isinstance(first, Verdict)
    assert isinstance(second, Verdict)
    assert (first.passed, first.reason) == (True, "HTTP 200")
    assert second.passed
    assert sorted(map(str, names)) == ["None", "www.example.com"]
    assert first.expires is not None
    assert abs(first.expires - time.time() - 10 * 86400) < 3600


def test_a_name_that_tls_cannot_have_is_told(server: Server) -> None:
    asked = Asked(PAGE._replace(tls=True, sni="..."), "127.0.0.1", server.port)
    assert answer(asked, "https") == (False, "'...' is no server name for TLS")


def test_what_does_not_speak_tls_is_told(server: Server) -> None:
    asked = Asked(PAGE._replace(tls=True), "127.0.0.1", server.port)
    passed, reason = answer(asked, "https")
    assert not passed
    assert reason.startswith(("TLS: ", "the server closed", "no answer"))


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x80", b"\x30\x03\x30\x01", bytes(range(99))])
def test_no_certificate_is_read_wrongly(data: bytes) -> None:
    assert expiry(data) is None


class Broken:
    """A conversation with a fault."""

    def begin(self) -> bytes:
        raise KeyError("a fault")

    def received(self, data: bytes) -> None:
        return None


def test_a_broken_probe_says_nothing_of_the_server(server: Server) -> None:
    probe = Probe("broken", "tcp", lambda asked: Broken())
    (found,) = ask((Asked(Check(), "127.0.0.1", server.port), probe))
    assert isinstance(found, str)
    assert "broken failed: KeyError" in found


@contextlib.contextmanager
def few_files(number: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_without_files_checks_wait_and_no_server_is_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hatools.watch.prober.raise_file_limit", lambda: 10**6)
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        asked = Asked(Check(), "127.0.0.1", listener.getsockname()[1])
        used = len(list(Path("/proc/self/fd").iterdir()))
        with few_files(used + 20):
            answers = ask(*[(asked, "tcp")] * 300, limit=5.0)
    assert {one.reason if isinstance(one, Verdict) else one for one in answers} == {"connected"}


def test_the_limit_of_files_is_raised() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with few_files(min(128, before[0])):
        ask()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before[1]


def test_many_that_hang_end_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        port = listener.getsockname()[1]
        begin = time.monotonic()
        answers = ask(*[(Asked(PAGE, "127.0.0.1", port), "http")] * 500)
        passed = time.monotonic() - begin
    assert {one.reason if isinstance(one, Verdict) else one for one in answers} == {
        "no answer in time"
    }
    assert LIMIT <= passed < 2 * LIMIT + 1


def test_a_busy_process_blames_no_server(server: Server) -> None:
    async def asking() -> Answer:
        loop = asyncio.get_running_loop()
        prober = Prober(loop)
        found: asyncio.Future[Answer] = loop.create_future()
        asked = Asked(PAGE, "127.0.0.1", server.port)
        prober.ask(asked, PROBES["http"], 0.1, 0.1, found.set_result)
        time.sleep(0.15)  # nothing is done meanwhile, though the connection is there
        try:
            return await found
        finally:
            prober.close()

    verdict = asyncio.run(asking())
    assert isinstance(verdict, Verdict)
    assert verdict.passed


@pytest.mark.real
@pytest.mark.parametrize("path", ["/", "/a?b=c"])
def test_genhash_prints_what_keepalived_s_does(server: Server, path: str) -> None:
    if shutil.which("genhash") is None:
        assert not REQUIRED
        pytest.skip("genhash is not installed")
    theirs = subprocess.run(
        ["genhash", "-s", "127.0.0.1", "-p", str(server.port), "-u", path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = hatools("genhash", f"http://127.0.0.1:{server.port}{path}")
    assert (ours.status, ours.stdout) == (0, theirs.stdout)


WRONG: list[tuple[str, str]] = [
    ("ftp://192.0.2.1/", "is no URL"),
    ("http://", "is no URL"),
    ("http://127.0.0.1:99999/", "is no URL"),
    ("http://127.0.0.1:1/", "connection refused"),
]


@pytest.mark.parametrize(("url", "message"), WRONG)
def test_genhash_says_what_is_wrong(url: str, message: str) -> None:
    ran = hatools("genhash", url)
    assert ran.status == 2
    assert message in ran.stderr
