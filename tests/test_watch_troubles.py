"""A real hatools watch in trouble: full disks, secrets everywhere, peers, restarts."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import hatools
from mail_server import PASSWORD, USER, MailServer, certificate
from test_interface import Serving
from test_peers import hear
from test_watch_killed import Target

from hatools.cli import watching as cli_watching
from hatools.cli.learning import Configurations
from hatools.plugin import history
from hatools.plugin_host import Host
from hatools.watch.access import server_tls
from hatools.watch.daemon import Daemon, Registry
from hatools.watch.settings import WatchSettings

TOKEN = "a-token-of-32-characters-or-more"


class Watch:
    """A running hatools watch, and what it logs."""

    def __init__(self, folder: Path, *options: str, limit: int | None = None) -> None:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = sock.getsockname()[1]
        listen = ("--listen", f"127.0.0.1:{self.port}")
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "hatools", "watch", *options, "--config", "hatools.toml",
             "--node", "lb1", *listen],
            cwd=folder, stderr=subprocess.PIPE, text=True,
            preexec_fn=None if limit is None else lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)),
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.until(lambda: self.get("/healthz")[0] == 200, 30)

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(self.process.stderr)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def state(self, kind: str, subject: str) -> dict[str, Any]:
        found = json.loads(self.get(f"/api/v1/status?kind={kind}")[1])["objects"]
        return next((one for one in found if one["subject"] == subject), {})

    def limit(self, size: int) -> None:
        """Let files grow to *size* bytes and no further, as on a full disk."""
        limits = (size, resource.RLIM_INFINITY)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limits)

    def until(self, true: Callable[[], object], seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError, ValueError):
                if true():
                    return
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < end, "".join(self.lines)
            time.sleep(0.05)

    def said(self, text: str) -> bool:
        return any(text in line for line in list(self.lines))

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            assert self.process.wait(10) == 0
        finally:
            self.process.kill()
            self._reader.join()
            assert self.process.stderr is not None
            self.process.stderr.close()


@contextlib.contextmanager
def watching(folder: Path, *options: str, **told: Any) -> Iterator[Watch]:
    watch = Watch(folder, *options, **told)
    try:
        yield watch
    finally:
        watch.close()


@pytest.fixture
def target() -> Iterator[Target]:
    one = Target()
    yield one
    one.down()


CHECKED = "defaults\n    default-server check inter 200ms rise 1 fall 1\nbackend shop\n"


@pytest.mark.parametrize("full", ["later", "from the start"])
def test_a_full_disk_is_told_and_stops_no_check(tmp_path: Path, target: Target, full: str) -> None:
    key, cert = certificate(tmp_path)
    server = MailServer(key, cert)
    (tmp_path / "haproxy.cfg").write_text(f"{CHECKED}    server web1 127.0.0.1:{target.port}\n")
    (tmp_path / "hatools.toml").write_text(
        f'[watch]\nstate = "{tmp_path}/state"\n'
        f'[plugin.email]\nto = ["ops@example.com"]\nservers = ["127.0.0.1:{server.port}"]\n'
        f'security = "starttls"\nuser = "{USER}"\npassword = "{PASSWORD}"\nca-file = "{cert}"\n'
        "group-wait = 0.2\nrecovery-wait = 0.2\nretry-first = 0.1\nupdate-every = 0.5\n"
    )
    limit = 0 if full == "from the start" else None
    try:
        with watching(tmp_path, "haproxy.cfg", limit=limit) as watch:
            watch.until(lambda: watch.state("server", "shop/web1").get("up"), 10)
            if limit is None:
                watch.limit(0)
            target.down()
            watch.until(lambda: watch.state("server", "shop/web1")["up"] is False, 10)
            watch.until(lambda: watch.said("the history cannot be written"), 10)
            watch.until(lambda: server.box, 15)  # from memory
            assert watch.get("/metrics")[0] == 200
            watch.limit(resource.RLIM_INFINITY)
            target.up()
            watch.until(lambda: watch.state("server", "shop/web1")["up"], 10)
            watch.until(lambda: watch.said("the history is written again"), 15)
    finally:
        server.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "history.db")) as base:
        rows = base.execute(
            "SELECT details FROM events JOIN objects ON objects.id = object WHERE kind = 'server'"
        ).fetchall()
    ups = [json.loads(row[0])["up"] for row in rows]
    assert ups[-2:] == [False, True]
    assert not watch.said("Traceback")


@contextlib.contextmanager
def full_disk() -> Iterator[int]:
    with open("/dev/full", "wb") as full:
        yield full.fileno()


@contextlib.contextmanager
def full_pipe() -> Iterator[int]:
    """A pipe whose reader stands still, and that has no room for a byte."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"\n")
    os.set_blocking(writing, True)
    try:
        yield writing
    finally:
        os.close(writing)
        os.close(reading)


@pytest.mark.parametrize("stuck", [full_disk, full_pipe], ids=lambda stuck: stuck.__name__)
def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, target: Target, stuck: Callable[[], contextlib.AbstractContextManager[int]]
) -> None:
    (tmp_path / "haproxy.cfg").write_text(f"{CHECKED}    server web1 127.0.0.1:{target.port}\n")
    (tmp_path / "hatools.toml").write_text(f'[watch]\nstate = "{tmp_path}/state"\n')
    with stuck() as full, socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        sock.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "hatools", "watch", "haproxy.cfg", "--config", "hatools.toml",
             "--listen", f"127.0.0.1:{port}"],
            cwd=tmp_path, stderr=full,
        )  # fmt: skip
        try:
            end = time.monotonic() + 60
            while hatools("status", f"127.0.0.1:{port}").status:
                assert process.poll() is None
                assert time.monotonic() < end
            for state, change in (("down", target.down), ("up", target.up)):  # each is a line
                change()
                while f"shop/web1 {state}" not in " ".join(
                    hatools("status", f"127.0.0.1:{port}").stdout.split()
                ):
                    assert time.monotonic() < end
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


SECRETS = ("s3cr3tVR", "s3cr3tSTATS", "s3cr3tBEARER", "s3cr3tQUERY", "s3cr3tPEER", "s3cr3tSQL",
           "s3cr3tSOCKET", PASSWORD, TOKEN)  # fmt: skip


def test_no_secret_is_told_anywhere(tmp_path: Path, target: Target) -> None:
    (tmp_path / "keepalived.conf").write_text(
        "global_defs {\n    router_id lb1\n}\n"
        "vrrp_instance VI_1 {\n    interface lo\n    virtual_router_id 51\n    priority 100\n"
        "    authentication {\n        auth_type PASS\n        auth_pass s3cr3tVR\n    }\n"
        "    virtual_ipaddress {\n        192.0.2.100\n    }\n}\n"
        "virtual_server 192.0.2.10 80 {\n    delay_loop 1\n    protocol TCP\n"
        f"    real_server 127.0.0.1 {target.port} {{\n        HTTP_GET {{\n            url {{\n"
        "                path /health?token=s3cr3tQUERY\n                status_code 200\n"
        "            }\n        }\n    }\n}\n"
    )
    (tmp_path / "haproxy.cfg").write_text(
        "global\n    stats socket /run/s3cr3tSOCKET.sock\n"
        "listen admin\n    mode http\n    bind 127.0.0.1:1\n    stats enable\n"
        "    stats auth admin:s3cr3tSTATS\n"
        "backend shop\n    mode http\n    option httpchk\n"
        "    http-check send meth GET uri /?token=s3cr3tQUERY"
        ' hdr Authorization "Bearer s3cr3tBEARER"\n'
        f"    default-server check inter 200ms rise 1 fall 1\n"
        f"    server web1 127.0.0.1:{target.port}\n"
        "backend base\n    option mysql-check user s3cr3tSQL\n"
        f"    server db1 127.0.0.1:{target.port} check inter 200ms\n"
    )
    (tmp_path / "hatools.toml").write_text(
        f'[watch]\nstate = "{tmp_path}/state"\ntoken = "{TOKEN}"\npeers = ["127.0.0.1:1"]\n'
        f'[plugin.peers]\ntoken = "s3cr3tPEER"\n'
        f'[plugin.email]\nto = ["ops@example.com"]\nservers = ["127.0.0.1:{target.port}"]\n'
        f'user = "{USER}"\npassword = "{PASSWORD}"\ntimeout = 0.5\nretry-first = 0.1\n'
        "group-wait = 0.1\n"
    )
    (tmp_path / "hatools.toml").chmod(0o600)
    with watching(tmp_path, "keepalived.conf", "haproxy.cfg") as watch:
        watch.until(lambda: watch.state("server", "shop/web1").get("up") is False, 20)
        watch.until(lambda: watch.state("mail", "lb1").get("problem"), 20)
        watch.until(lambda: watch.state("peer", "127.0.0.1:1"), 20)
        told = [watch.get(path) for path in ("/api/v1/status", "/api/v1/events", "/metrics")]
        assert [code for code, _ in told] == [200] * 3
        table = hatools("status", f"127.0.0.1:{watch.port}", cwd=tmp_path)
        assert "wants" not in table.stdout
        assert table.status == 2  # without the token
        assert "--token-file" in table.stderr
        own = (tmp_path / "hatools.toml").read_text()
        listen = f'[watch]\nlisten = "127.0.0.1:{watch.port}"\n'
        (tmp_path / "hatools.toml").write_text(own.replace("[watch]\n", listen))
        table = hatools("status", cwd=tmp_path)
        assert table.status == 0, table.stderr
        arguments = Path(f"/proc/{watch.process.pid}/cmdline").read_text()
    pages = "".join(body for _, body in told)
    for text in (pages, "".join(watch.lines), table.stdout, table.stderr, arguments):
        for secret in SECRETS:
            if secret not in ("s3cr3tSOCKET", "s3cr3tSQL"):  # a path, and a name without password
                assert secret not in text, secret


@pytest.mark.parametrize("by", [7200.0, -7200.0])
def test_a_clock_that_is_set_changes_nothing_and_is_told(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch, by: float
) -> None:
    """The daemon with all its exporters and detectors, and a clock that we set while it runs."""
    moved, real = [0.0], time.time
    monkeypatch.setattr(time, "time", lambda: real() + moved[0])
    (tmp_path / "haproxy.cfg").write_text(f"{CHECKED}    server web1 127.0.0.1:{target.port}\n")
    host = Host()
    told = watching_of(tmp_path)
    configurations = Configurations(host, told.paths, told.source_version, told.facts)
    brought = cli_watching.registry(host, exporting=True)
    brought = Registry(brought.schedulers, brought.probes, (), brought.detectors, brought.exporters)
    settings = WatchSettings(
        listen=(("127.0.0.1", 0),), state=str(tmp_path / "state"), reload_every=0.1
    )
    lines: list[str] = []
    daemon = Daemon(
        "lb1",
        configurations.learn,
        configurations.changed,
        settings,
        brought,
        lambda level, text: lines.append(f"{level} {text}"),
    )

    def up() -> object:
        return daemon.board.standings["server", "shop/web1"].details["up"]

    async def until(true: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.05)

    async def course() -> None:
        running = asyncio.create_task(daemon.run())
        await until(lambda: ("quorum", "shop") in daemon.board.standings)
        said = len(lines)
        moved[0] = by
        await until(lambda: any("the clock was set" in line for line in lines))
        await asyncio.sleep(1.0)
        assert len(lines) == said + 1, lines
        assert up()
        target.down()
        await until(lambda: not up())
        target.up()
        await until(up)
        await asyncio.sleep(0.3)
        daemon.stop()
        await running

    asyncio.run(course())
    way = "on" if by > 0 else "back"
    assert f"warning the clock was set {way} by 7200 s" in lines
    assert not any(line.startswith("error") for line in lines), lines
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "history.db")) as base:
        found = history.measure(base, "server", "shop/web1", real() - 9e4, real() + 9e4)
    assert found.failures == 1
    assert found.down < 20
    assert found.watched < 60


def watching_of(folder: Path) -> cli_watching.Told:
    return cli_watching.Told((str(folder / "haproxy.cfg"),), (), (), "", "lb1", False, "")


def test_a_peer_with_token_and_tls(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path)
    secure = {"tls": True, "ca-file": str(cert)}
    for tls, settings in ((None, {}), (server_tls(str(cert), str(key)), secure)):
        one = Serving(token=TOKEN, tls=tls)
        try:
            for token, reachable, reason in (
                (TOKEN, True, ""),
                ("another", False, "it wants another token"),
                ("", False, "it wants another token"),
            ):
                (event,), said = hear([one.port], 1, node="lb2", token=token, settings=settings)
                assert event.details["reachable"] is reachable, event
                assert event.details["reason"] == reason
                assert all(TOKEN not in line for line in said)
            if tls is not None:
                (event,), _ = hear([one.port], 1, node="lb2", token=TOKEN, settings={"tls": True})
                assert "certificate" in str(event.details["reason"]).lower()
        finally:
            one.close()


def test_following_in_lines_tells_every_change_and_survives_a_restart(tmp_path: Path) -> None:
    one = Serving()
    port = one.port
    process = subprocess.Popen(
        [sys.executable, "-m", "hatools", "status", f"127.0.0.1:{port}", "--follow"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    lines: list[str] = []

    def read() -> None:
        assert process.stdout is not None
        lines.extend(process.stdout)

    reader = threading.Thread(target=read)
    reader.start()

    def awaited(count: int, text: str) -> None:
        end = time.monotonic() + 20
        while sum(text in line for line in list(lines)) < count:
            assert time.monotonic() < end, (text, count, lines)
            time.sleep(0.05)

    try:
        one.tell("server", "shop/web1", up=True)
        awaited(1, "server shop/web1 up")
        for number in range(100):  # far faster than anybody could ask for the status
            one.tell("server", "shop/web1", up=bool(number % 2), reason=f"change {number}")
        awaited(50, "server shop/web1 down")
        awaited(51, "server shop/web1 up")
        assert [int(n) for n in re.findall(r"change (\d+)", "".join(lines))] == list(range(100))
        one.close()
        awaited(1, "no watch answers")
        one = Serving(port=port, run="run2")
        one.tell("server", "shop/web1", up=False, reason="after the restart")
        awaited(1, "after the restart")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()
        one.close()
