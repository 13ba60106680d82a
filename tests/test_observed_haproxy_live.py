"""Real haproxies as the observer sees them: servers down, drained, in maintenance, gone."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from endpoints import connected, free_ports
from observing import PATIENCE, Observing

pytestmark = [pytest.mark.real("haproxy"), pytest.mark.xdist_group("live")]
CONFIG = """global
    stats socket {folder}/cli mode 600 level admin
    stats socket ipv4@127.0.0.1:{tcp} level user
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
frontend stats
    bind 127.0.0.1:{http}
    stats enable
    stats uri /stats
    stats auth ops:s3:cret
backend app
    server up 127.0.0.1:{live} check inter 100ms weight 10 maxconn 30
    server down 127.0.0.1:1 check inter 100ms fall 1
    server off 127.0.0.1:{live} check inter 100ms disabled
    server by 127.0.0.1:{live} track app/up
    server spare 127.0.0.1:{live} backup
"""
FIRST = {"up": "UP", "down": "DOWN", "off": "MAINT", "by": "UP", "spare": "no check",
         "BACKEND": "UP"}  # fmt: skip


class Process:
    """A haproxy of its own."""

    def __init__(self, folder: Path, live: int) -> None:
        self.folder = folder
        folder.mkdir()
        self.tcp, self.http = free_ports(2)
        ports = {"live": live, "tcp": self.tcp, "http": self.http}
        self.config = folder / "haproxy.cfg"
        self.config.write_text(CONFIG.format(folder=folder, **ports))
        self.running: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self.running = subprocess.Popen(
            ["haproxy", "-db", "-f", str(self.config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.say("show info")
                return
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.02)

    def say(self, command: str) -> str:
        """Return what it answers on its socket."""
        with connected(self.folder / "cli") as sock:
            sock.sendall(f"{command}\n".encode())
            told = b""
            while piece := sock.recv(65536):
                told += piece
        return told.decode()

    def kill(self) -> None:
        assert self.running is not None
        self.running.kill()
        self.running.wait()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Process]]:
    """Two haproxies with one configuration, as where each processor has a process."""
    made: list[Process] = []
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        try:
            for name in ("one", "two"):
                made.append(Process(tmp_path / name, server.getsockname()[1]))
            yield made
        finally:
            for process in made:
                process.kill()


def statuses(observing: Observing, proxy: str = "app") -> Mapping[str, Any]:
    return {
        name.removeprefix(f"{proxy}/"): one["status"]
        for name, one in observing.last("proxy").items()
        if name.startswith(f"{proxy}/")
    }


@pytest.mark.parametrize("way", ["unix", "tcp", "http"])
def test_what_becomes_of_servers(two: list[Process], way: str) -> None:
    one = two[0]
    ways: dict[str, dict[str, Any]] = {
        "unix": {"socket": f"{one.folder}/cli"},
        "tcp": {"socket": f"ipv4@127.0.0.1:{one.tcp}"},
        "http": {"url": f"http://127.0.0.1:{one.http}/stats;csv", "user": "ops:s3:cret"},
    }
    with Observing("haproxy", every=0.05, **ways[way]) as seen:
        seen.until(lambda: statuses(seen) == FIRST)
        details = seen.last("proxy")["app/up"]
        assert (details["weight"], details["limit"], details["check"]) == (10, 30, "L4OK")
        assert seen.last("proxy")["app/down"]["check"] == "L4CON"
        one.say("set server app/up state drain")
        seen.until(lambda: statuses(seen)["up"] == "DRAIN")
        one.say("set server app/up state maint")
        seen.until(lambda: statuses(seen)["up"] == "MAINT")
        seen.until(lambda: statuses(seen)["by"].startswith("MAINT"))
        one.say("set server app/up state ready")
        one.say("set server app/up weight 7")
        seen.until(lambda: statuses(seen)["up"] == "UP")
        seen.until(lambda: seen.last("proxy")["app/up"]["weight"] == 7)
        one.kill()
        seen.until(lambda: set(statuses(seen).values()) == {"no answer"})
        told = len(seen.said)
        assert told in (1, 2)  # an answer was cut off; then nobody listens
        one.start()
        seen.until(lambda: statuses(seen) == FIRST)
        assert len(seen.said) == told


def test_two_processes_with_the_same_proxies_are_told_apart(two: list[Process]) -> None:
    sockets = [f"{one.folder}/cli" for one in two]
    (two[1].folder / "cli").rename(two[1].folder / "cli2")
    sockets[1] += "2"
    with Observing("haproxy", every=0.05, socket=sockets) as seen:
        seen.until(lambda: statuses(seen) == FIRST == statuses(seen, "app@cli2"))
        count = len(seen.events)
        seen.until(lambda: statuses(seen) == FIRST)
        assert len(seen.events) - count <= 4  # nothing goes to and fro
        (two[1].folder / "cli2").rename(two[1].folder / "cli")
        two[1].say("set server app/up state maint")
        (two[1].folder / "cli").rename(two[1].folder / "cli2")
        seen.until(lambda: statuses(seen, "app@cli2").get("up") == "MAINT")
        assert statuses(seen)["up"] == "UP"


WRONG = {  # what a beginner writes -> what is said of it
    "url http://127.0.0.1:{http}/stats": "HTTP 401: it wants user",
    "user http://127.0.0.1:{http}/stats": "a URL of statistics ends in ;csv",
    "url http://127.0.0.1:{http}/": "HTTP 503",
    "socket {folder}": "Connection refused",
    "socket {folder}/nothing": "No such file",
    "socket haproxy.sock": "a socket is a path, or ADDRESS:PORT",
    "socket 127.0.0.1:{http}": "this is no CSV of haproxy: 'HTTP/1",
    "socket 127.0.0.1:{live}": "no answer within 3 s",
}


def test_what_is_wrong_is_said(two: list[Process]) -> None:
    one = two[0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        facts = {"folder": one.folder, "http": one.http, "live": silent.getsockname()[1]}
        for told, wanted in WRONG.items():
            key, _, value = told.format(**facts).partition(" ")
            user = {"user": "ops:s3:cret"} if key == "user" else {}
            table = {key.replace("user", "url"): value, **user}
            with Observing("haproxy", every=0.05, **table) as seen:
                seen.until(lambda seen=seen: bool(seen.said))  # type: ignore[misc]
                assert wanted in seen.said[0], told
                assert "s3:cret" not in seen.said[0]
