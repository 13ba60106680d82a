"""hatools watch as a service: what systemd is told, what is logged, how soon it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from lab import ROOT, Pacemaker, hatools
from test_watch_killed import Target

from hatools.cli.watching import registry
from hatools.plugin_host import Host
from hatools.watch.checking import faults_of_plugins
from hatools.watch.settings import WatchSettings

UNIT = ROOT / "packaging" / "hatools-watch.service"


MANY = 1000  # servers
TRIES = 3  # on a machine that is late itself
LATE = 0.15  # seconds


class Service:
    """`hatools watch` as systemd runs it."""

    def __init__(self, folder: Path, config: str) -> None:
        self.config = folder / "haproxy.cfg"
        self.config.write_text(config)
        (folder / "hatools.toml").write_text(
            f'[watch]\nstate = "{folder}/state"\nreload-every = 0.2\nlisten = "127.0.0.1:0"\n'
            '[plugin.email]\nto = ["ops@example.com"]\nservers = ["127.0.0.1:1"]\n'
        )
        self._lines: deque[str] = deque()
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.bind(str(folder / "notify"))
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hatools", "watch", "haproxy.cfg"],
                cwd=folder,
                stderr=log,
                env={
                    **os.environ,
                    "NOTIFY_SOCKET": str(folder / "notify"),
                    "WATCHDOG_USEC": "300000",
                },
            )

    def until(self, wanted: str, seconds: float = 30.0) -> str:
        """Return the line that systemd was told from now on and that has *wanted* in it."""
        end = time.monotonic() + seconds
        while True:
            while self._lines:
                line = self._lines.popleft()
                if wanted in line:
                    return line
            self._sock.settimeout(max(end - time.monotonic(), 0.01))
            self._lines += self._sock.recv(4096).decode().splitlines()

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._sock.close()


def backend(port: int, servers: int) -> str:
    lines = "".join(f"    server web{n} 127.0.0.1:{port} check inter 1s\n" for n in range(servers))
    return f"backend shop\n    timeout connect 1s\n{lines}"


@pytest.mark.xdist_group("live")
def test_systemd_is_told_how_it_is(tmp_path: Path) -> None:
    target = Target()
    service = Service(tmp_path, backend(target.port, 1))
    try:
        service.until("READY=1")
        assert service.until("STATUS=") == "STATUS=watching, 1 checks"
        began = time.monotonic()
        for _ in range(5):
            service.until("WATCHDOG=1", 5.0)
        assert time.monotonic() - began < 3.0
        for change in (True, False):  # a changed file, and SIGHUP alone
            if change:
                service.config.write_text(backend(target.port, 3))
            else:
                service.process.send_signal(signal.SIGHUP)
            service.until("RELOADING=1")
            at = int(service.until("MONOTONIC_USEC=").partition("=")[2]) / 1e6
            assert 0 <= time.monotonic() - at < 10
            service.until("READY=1")
            assert service.until("STATUS=") == "STATUS=watching, 3 checks"
        service.config.write_text(
            backend(target.port, 1) + "    server bad 127.0.0.1:1 check inter soon\n"
        )
        service.until("RELOADING=1")
        service.until("READY=1")
        status = service.until("STATUS=")
        assert status.startswith("STATUS=watching, 3 checks; ")
        assert "haproxy.cfg:4" in status
        service.config.write_text(backend(target.port, 2))
        service.until("STATUS=watching, 2 checks")
        service.process.send_signal(signal.SIGTERM)
        service.until("STOPPING=1")
        assert service.process.wait(10) == 0
    finally:
        service.close()
        target.down()
    assert all({"time", "level", "message"} <= line.keys() for line in service.log)
    kept = [line for line in service.log if "old configuration stays in force" in line["message"]]
    assert [line["level"] for line in kept] == ["error"]
    assert "haproxy.cfg:4" in kept[0]["message"]


@pytest.mark.xdist_group("live")
def test_with_a_thousand_targets_it_ends_within_a_second(tmp_path: Path) -> None:
    target = Target()
    try:
        for attempt in range(TRIES):
            folder = tmp_path / str(attempt)
            folder.mkdir()
            service = Service(folder, backend(target.port, MANY))
            try:
                service.until("READY=1")
                for _ in range(25):  # all were asked twice
                    service.until("WATCHDOG=1")
                with Pacemaker() as pacemaker:
                    began = time.monotonic()
                    service.process.send_signal(signal.SIGTERM)
                    assert service.process.wait(30) == 0
                    took = time.monotonic() - began
                print(f"{MANY} targets: ended after {took:.3f} s")
                assert "Traceback" not in str(service.log)
            finally:
                service.close()
            if took < 1.0 or pacemaker.worst < LATE:
                break
        assert took < 1.0
    finally:
        target.down()


ONCE = [  # lines of a backend -> exit status, the first line that is printed
    ("    server a 127.0.0.1:{live} check\n    server b 127.0.0.1:{live} check weight 5\n",
     0, r"OK: 2 of 2 servers answer on lb1 \| servers=2;;;0;2 time=[\d.]+s;;;0 'weight shop'=6"),
    ("    server a 127.0.0.1:{live} check\n    server b 127.0.0.1:1 check\n",
     1, r"WARNING: 1 of 2 servers answer on lb1 \| servers=1;;;0;2 .*'weight shop'=1;;1:;0"),
    ("    server a 127.0.0.1:1 check\n", 2, r"CRITICAL: 0 of 1 servers .*'weight shop'=0;;1:;0"),
    ("    server a 127.0.0.1:1 check\n    server b 127.0.0.1:{live} track shop/a\n",
     2, r"CRITICAL: 0 of 2 servers"),
    ("    option external-check\n    external-check command /bin/true\n"
     "    server a 127.0.0.1:{live} check\n", 3, r"UNKNOWN: 0 of 1 servers answer on lb1 \|"),
    ("    server a 127.0.0.1:{live} check\n    server b 127.0.0.1:1\n",
     0, r"OK: 1 of 1 servers answer on lb1, 1 without a check \| servers=1;;;0;1 "),
    ("    server a 127.0.0.1:{live}\n", 3, r"UNKNOWN: no server has a check \| servers=0;;;0;0"),
    ("    timeout connect 1s\n", 3, r"UNKNOWN: there is no server \| servers=0;;;0;0"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "status", "wanted"), ONCE, ids=lambda one: str(one)[:24])
def test_once_is_a_plugin_of_nagios(lines: str, status: int, wanted: str, tmp_path: Path) -> None:
    target = Target()
    config = tmp_path / "haproxy.cfg"
    config.write_text("backend shop\n" + lines.format(live=target.port))
    try:
        ran = hatools("watch", "--once", "--node", "lb1", "haproxy.cfg", cwd=tmp_path)
    finally:
        target.down()
    assert ran.status == status, ran.stdout + ran.stderr
    first, *others = ran.stdout.splitlines()
    assert re.match(wanted, first), first
    assert all("|" not in line for line in others)


def test_once_without_a_configuration_is_unknown(tmp_path: Path) -> None:
    ran = hatools("watch", "--once", "nothing.cfg", cwd=tmp_path)
    assert (ran.status, ran.stdout.startswith("UNKNOWN: nothing.cfg: no such file")) == (3, True)


MISTAKES = """[watch]
listne = "127.0.0.1"
peers = "192.0.2.2"
reload-every = -1
[plugin.email]
to = ["ops"]
[plugin.haproxy]
sokcet = "/run/haproxy/admin.sock"
[plugin.bonding]
every = "often"
[plugin.prometheus]
compt = true
[plugin.histroy]
days = 5
[split_brain]
on_confirm = "fence"
[wacth]
listen = "127.0.0.1"
"""
TOLD = [
    "nothing is called [watch] listne", "did you mean listen?", "peers is no list of texts",
    "reload-every is no number of seconds", "ops is no mail address",
    "[plugin.haproxy]: nothing is called sokcet", "did you mean socket?",
    "[plugin.prometheus]: nothing is called compt", "did you mean compat?",
    "[plugin.bonding] every is not a number", "[plugin.histroy]: no such plugin is loaded",
    "did you mean history?", "[split_brain]: nothing is called on_confirm",
    "nothing is called [wacth]", "did you mean watch?", "bad.cfg:2", "nothing.cfg: no such file",
]  # fmt: skip


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "hatools.toml").write_text(MISTAKES)
    (tmp_path / "bad.cfg").write_text(
        "backend shop\n    server web1 127.0.0.1:80 check inter soon\n"
    )
    ran = hatools("watch", "--check-config", "bad.cfg", "nothing.cfg", cwd=tmp_path)
    assert ran.status == 2
    missing = [wanted for wanted in TOLD if wanted not in ran.stderr]
    assert not missing, ran.stderr
    assert ran.stdout.startswith("1 server, 0 virtual routers")


BROUGHT = registry(Host(), exporting=True)
WATCHING = [one for one in BROUGHT.observers if one.observe is not None]
NAMES = [one.name for one in (*WATCHING, *BROUGHT.detectors, *BROUGHT.exporters)]


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_looked_at_before_a_watch_begins(name: str) -> None:
    told = WatchSettings(plugins={name: {"no-such-key": 1}})
    assert [name in fault.message for fault in faults_of_plugins(told, BROUGHT)] == [True]


def test_settings_stand_beside_the_configuration_or_above_it_or_here(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "etc" / "haproxy"
    here.mkdir()
    there.mkdir(parents=True)
    (there / "haproxy.cfg").write_text(backend(1, 1))
    config = there / "haproxy.cfg"
    asked = ((here, config), (there.parent, there), (there, config))
    for folder, path in asked:  # each is found before those that were there
        (folder / "hatools.toml").write_text(f"[watch]\n{folder.name} = 1\n")
        ran = hatools("watch", "--check-config", path, cwd=here)
        assert f"nothing is called [watch] {folder.name}" in ran.stderr


def test_a_watch_with_a_wrong_table_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "haproxy.cfg").write_text(backend(1, 1))
    (tmp_path / "hatools.toml").write_text("[plugin.haproxy]\nsokcet = 1\n[plugin.ipvs]\nx = 1\n")
    ran = hatools("watch", "haproxy.cfg", cwd=tmp_path)
    assert ran.status == 2
    assert "sokcet" in ran.stderr
    assert "[plugin.ipvs]: nothing is called x" in ran.stderr


def test_the_configuration_is_checked_with_what_exporters_want(tmp_path: Path) -> None:
    (tmp_path / "haproxy.cfg").write_text("backend shop\n    server web1 127.0.0.1:80 check\n")
    settings = tmp_path / "hatools.toml"
    settings.write_text('[plugin.email]\nto = ["ops@example.com"]\n')
    sound = hatools("watch", "haproxy.cfg", "--check-config", cwd=tmp_path)
    assert (sound.status, sound.stdout.startswith("1 server,")) == (0, True), sound.stderr
    (tmp_path / "bad.cfg").write_text(
        "backend shop\n    server web1 127.0.0.1:80 check inter soon\n"
    )
    broken = hatools("watch", "bad.cfg", "--check-config", cwd=tmp_path)
    assert broken.status == 1
    assert "bad.cfg:2" in broken.stderr
    settings.write_text('[plugin.email]\nto = ["ops@example.com"]\ngroup-wiat = 5\n')
    wrong = hatools("watch", "haproxy.cfg", "--check-config", cwd=tmp_path)
    assert wrong.status == 2
    assert "group-wiat" in wrong.stderr
    assert "did you mean group-wait?" in wrong.stderr


@pytest.mark.real("systemd-analyze")
def test_the_unit_is_sound(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/usr/bin/hatools", sys.executable))
    verdict = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (verdict.returncode, verdict.stderr) == (0, "")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=25", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
