"""hatools watch as a service: what systemd is told, what is logged, how soon it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab import ROOT, hatools
from test_watch_killed import Target

UNIT = ROOT / "packaging" / "hatools-watch.service"


def heard(sock: socket.socket, wanted: str, seconds: float = 15.0) -> list[str]:
    """Return what systemd was told until *wanted* came."""
    told: list[str] = []
    end = time.monotonic() + seconds
    while wanted not in told:
        sock.settimeout(max(end - time.monotonic(), 0.01))
        told.append(sock.recv(4096).decode())
    return told


def test_systemd_is_told_and_the_end_is_quick(tmp_path: Path) -> None:
    target = Target()
    config = tmp_path / "haproxy.cfg"
    config.write_text(f"backend shop\n    server web1 127.0.0.1:{target.port} check\n")
    (tmp_path / "hatools.toml").write_text(
        f'[watch]\nstate = "{tmp_path}/state"\nreload-every = 60\nlisten = "127.0.0.1:0"\n'
        '[plugin.prometheus]\nlisten = "127.0.0.1:0"\n'
    )
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(str(tmp_path / "notify"))
    process = subprocess.Popen(
        [sys.executable, "-m", "hatools", "watch", "haproxy.cfg"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "300000",
        },
    )
    try:
        heard(sock, "READY=1")
        began = time.monotonic()
        for _ in range(5):
            heard(sock, "WATCHDOG=1", 1.0)
        assert time.monotonic() - began < 1.5
        config.write_text("backend shop\n    server web1 127.0.0.1:1 check inter soon\n")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        heard(sock, "STOPPING=1", 2.0)
        _, log = process.communicate(timeout=5)
        assert time.monotonic() - began < 1.0
    finally:
        process.kill()
        target.down()
        sock.close()
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert all({"time", "level", "message"} <= line.keys() for line in lines)
    kept = [line for line in lines if "the old configuration stays in force" in line["message"]]
    assert [line["level"] for line in kept] == ["error"]
    assert "haproxy.cfg:2" in kept[0]["message"]


def test_the_configuration_is_checked_with_what_exporters_want(tmp_path: Path) -> None:
    (tmp_path / "haproxy.cfg").write_text("backend shop\n    server web1 127.0.0.1:80 check\n")
    settings = tmp_path / "hatools.toml"
    settings.write_text('[plugin.email]\nto = ["ops@example.com"]\n')
    sound = hatools("watch", "haproxy.cfg", "--check-config", cwd=tmp_path)
    assert (sound.status, sound.stdout.startswith("1 servers")) == (0, True), sound.stderr
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


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
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
