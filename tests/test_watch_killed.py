"""hatools watch killed with -9 at random moments: no incident is lost, none is told twice.

``HATOOLS_KILLS=100`` kills it more often; ``HATOOLS_SEED=…`` takes a course again.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

from mail_server import PASSWORD, USER, MailServer, certificate

KILLS = int(os.environ.get("HATOOLS_KILLS", "10"))
SEED = os.environ.get("HATOOLS_SEED") or str(time.time_ns() % 1_000_000)
LASTS = 3  # rounds that a server is away
START = 20.0  # seconds within which a watch has started
SETTINGS = """\
[watch]
state = "{state}"

[plugin.prometheus]
listen = "127.0.0.1:0"

[plugin.email]
to = ["ops@example.com"]
servers = ["127.0.0.1:{port}"]
security = "starttls"
user = "{user}"
password = "{password}"
ca-file = "{cert}"
timeout = 0.5
group-wait = 0.2
update-every = 0.5
recovery-wait = 0.3
retry-first = 0.1
retry-most = 0.3
"""


class Target:
    """A port that listens or does not."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.port = 0
        self.up()

    def up(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", self.port))
        self._socket.listen(50)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()

    def _accept(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was closed
            while True:
                sock.accept()[0].close()

    def down(self) -> None:
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None


class Watch:
    """A running hatools watch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = sock.getsockname()[1]
        self.log = open(folder / "log", "ab")  # noqa: SIM115
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hatools", "watch", "haproxy.cfg", "--config", "hatools.toml",
             "--node", "lb1", "--listen", f"127.0.0.1:{self.port}"],
            cwd=self.folder,
            stderr=self.log,
        )  # fmt: skip
        end = time.monotonic() + START
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end
            time.sleep(0.02)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0
        self.log.close()
        return time.monotonic() - began


def test_no_incident_is_lost_and_none_told_twice(tmp_path: Path) -> None:
    print(f"HATOOLS_SEED={SEED}")
    chance = Random(SEED)
    key, cert = certificate(tmp_path)
    server = MailServer(key, cert)
    targets = [Target() for _ in range(KILLS)]
    (tmp_path / "haproxy.cfg").write_text(
        "".join(
            f"backend b{at}\n    default-server check inter 200ms rise 1 fall 1\n"
            f"    server web{at} 127.0.0.1:{one.port}\n"
            for at, one in enumerate(targets)
        )
    )
    (tmp_path / "hatools.toml").write_text(
        SETTINGS.format(state=tmp_path / "state", port=server.port, user=USER, password=PASSWORD,
                        cert=cert)
    )  # fmt: skip
    watch = Watch(tmp_path)
    try:
        for at in range(KILLS):
            moved(server, chance.choice(("well", "well", "refuses", "stalls", "down")))
            targets[at].down()
            if at >= LASTS:
                targets[at - LASTS].up()
            time.sleep(chance.uniform(0.0, 1.0))
            watch.kill()
            watch.start()
            time.sleep(0.7)
        moved(server, "well")
        for one in targets[-LASTS:]:
            one.up()
        await_recoveries(server)
        time.sleep(0.5)
        assert watch.stop() < 1.5
    finally:
        watch.kill()
        server.close()
        for one in targets:
            one.down()
    check_mails(server)
    log = (tmp_path / "log").read_text()
    assert PASSWORD not in log
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "history.db")) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        failed = base.execute(
            "SELECT COUNT(*) FROM outages JOIN objects ON objects.id = object"
            " WHERE kind = 'server' AND NOT continued"
        ).fetchone()[0]
    assert failed == KILLS


def moved(server: MailServer, mood: str) -> None:
    """Put *server* into *mood*."""
    server.down()
    server.mood = mood
    if mood != "down":
        server.up()


def kinds(server: MailServer) -> Counter[tuple[str, str]]:
    """Return how often each mail (Message-ID, kind) came."""
    return Counter(
        (str(mail["Message-ID"]), str(mail["X-Hatools-Letter"])) for _, mail in server.box
    )


def await_recoveries(server: MailServer) -> None:
    end = time.monotonic() + 20
    while sum(kind == "recovered" for _, kind in kinds(server)) < KILLS:
        assert time.monotonic() < end, sorted(kinds(server))
        time.sleep(0.1)


def check_mails(server: MailServer) -> None:
    came = kinds(server)
    assert sum(kind == "opened" for _, kind in came) == KILLS
    assert sum(kind == "recovered" for _, kind in came) == KILLS
    assert sum(came.values()) - len(came) <= KILLS, "more repeats than crashes"
    told: dict[str, set[str]] = {}
    for _, mail in server.box:
        if mail["X-Hatools-Letter"] == "opened":
            found = re.search(r"b\d+(?=/)", str(mail["Subject"]))
            assert found
            told.setdefault(found[0], set()).add(str(mail["Message-ID"]))
    assert {name: len(ids) for name, ids in told.items()} == {f"b{at}": 1 for at in range(KILLS)}
    for identity in {identity for identity, _ in came}:
        same = {str(mail) for _, mail in server.box if mail["Message-ID"] == identity}
        assert len(same) == 1, "a repeat says what the first said"
