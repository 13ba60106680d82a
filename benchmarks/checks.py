"""What a check costs: hatools' own prober, a loop in C, haproxy."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from costs import Cost, Work

TARGETS, MANY, SECONDS = 2_000, 8_000, 4
SETTLING = 2.5  # seconds until every check was made once


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the program in C, and a port at which it answers."""
    program = folder / "checks"
    source = Path(__file__).with_name("checks.c")
    subprocess.run(["gcc", "-O2", "-o", program, source], check=True)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    server = subprocess.Popen([program, "server", str(port)])
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield program, port
    finally:
        server.kill()
        server.wait()


def ours(folder: Path, targets: int, kind: str) -> Work:
    """Return a whole watch's checks, with engine and timers; µs of processor for each."""
    script = Path(__file__).with_name("checking.py")

    def measured() -> Cost:
        with served(folder) as (_, port):
            return _told([sys.executable, script, port, targets, SECONDS, kind])

    return measured


def in_c(folder: Path, targets: int, kind: str) -> Work:
    """Return the same checks by one epoll loop in C."""

    def measured() -> Cost:
        with served(folder) as (program, port):
            return _told([program, "client", port, targets, SECONDS, kind])

    return measured


def in_haproxy(folder: Path, targets: int) -> Work:
    """Return haproxy's own checks of as many servers, once a second."""
    config = folder / "checks.cfg"

    def measured() -> Cost:
        with served(folder) as (_, port):
            servers = [f"    server s{at} 127.0.0.1:{port} check\n" for at in range(targets)]
            config.write_text(
                "global\n    nbthread 1\n    maxconn 1000\n"
                "defaults\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n"
                "    default-server inter 1s\n"
                f"listen web\n    bind unix@{folder}/checks.sock\n{''.join(servers)}"
            )
            command = ["haproxy", "-db", "-q", "-f", str(config)]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            try:
                time.sleep(SETTLING)
                begin = spent(process.pid)
                time.sleep(SECONDS)
                passed = spent(process.pid) - begin
            finally:
                process.kill()
                process.wait()
        return Cost(passed / (targets * SECONDS) * 1e6, SECONDS * 1000)

    return measured


def _told(command: list[object]) -> Cost:
    ran = subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True
    )
    made, passed, spent = ran.stdout.split()
    assert int(passed) >= 0.98 * int(made), ran.stdout
    return Cost(float(spent) / int(made) * 1e6, SECONDS * 1000)


def spent(process: int) -> float:
    """Return the processor time of *process*, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
