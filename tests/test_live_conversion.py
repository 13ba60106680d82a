"""A converted pair runs: real haproxy with our output in front of real HTTP servers on loopback."""

from __future__ import annotations

import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from endpoints import free_ports
from lab import hatools

CONFIG = """\
virtual_server 127.0.0.1 {vip} {{
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    sorry_server 127.0.0.1 {sorry}
    real_server 127.0.0.1 {one} {{
        weight 3
        TCP_CHECK {{
            connect_timeout 1
            retry 1
            delay_before_retry 1
        }}
    }}
    real_server 127.0.0.1 {two} {{
        weight 2
        TCP_CHECK {{
            connect_timeout 1
            retry 1
            delay_before_retry 1
        }}
    }}
    real_server 127.0.0.1 {three} {{
        weight 1
        TCP_CHECK {{
            connect_timeout 1
            retry 1
            delay_before_retry 1
        }}
    }}
}}
"""
NAMES = ("one", "two", "three", "sorry")
DETECTION = 1 + 1 + 1  # seconds: one interval, one retry after a second, one connect timeout
SLACK = 1.5  # seconds for a loaded machine


class Web:
    """A small HTTP server that answers with its name; it can be stopped and started again."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.port = name, port
        self.server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        body = self.name.encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class Pair:
    """haproxy with the converted file, and the servers behind it."""

    def __init__(self, vip: int, servers: dict[str, Web]) -> None:
        self.vip, self.servers = vip, servers

    def ask(self) -> str:
        """Return which server answers, ``-`` when none does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.vip}/", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return "-"

    def shares(self, requests: int) -> Counter[str]:
        return Counter(self.ask() for _ in range(requests))

    def wait(self, holds: Callable[[Counter[str]], bool], seconds: float) -> float:
        """Return after how many seconds *holds* is true of twelve requests; fail when never."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            asked = time.monotonic() - began
            if holds(self.shares(12)):
                return asked
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {self.shares(12)}")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    vip, *ports = free_ports(5)
    servers = {name: Web(name, port) for name, port in zip(NAMES, ports, strict=True)}
    for server in servers.values():
        server.start()
    source = tmp_path / "keepalived.conf"
    source.write_text(CONFIG.format(vip=vip, **{n: s.port for n, s in servers.items()}))
    written = tmp_path / "haproxy.cfg"
    ran = hatools("convert", str(source), "--to", "haproxy", "-o", str(written))
    assert ran.status == 0, ran.stderr
    process = subprocess.Popen(
        ["haproxy", "-db", "-f", str(written)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    here = Pair(vip, servers)
    try:
        here.wait(lambda seen: "-" not in seen, 10)
        yield here
    finally:
        process.terminate()
        process.communicate(timeout=10)
        for server in servers.values():
            server.stop()


@pytest.mark.xdist_group("live")
@pytest.mark.real("haproxy")
def test_a_converted_pair_balances_fails_over_and_recovers(pair: Pair) -> None:
    assert pair.shares(60) == {"one": 30, "two": 20, "three": 10}

    pair.servers["one"].stop()
    pair.wait(lambda seen: set(seen) == {"two", "three"}, DETECTION + SLACK)
    pair.servers["one"].start()
    pair.wait(lambda seen: seen == {"one": 6, "two": 4, "three": 2}, DETECTION + SLACK)

    for name in "one", "two", "three":
        pair.servers[name].stop()
    pair.wait(lambda seen: set(seen) == {"sorry"}, DETECTION + SLACK)
    for name in "one", "two", "three":
        pair.servers[name].start()
    pair.wait(lambda seen: "sorry" not in seen and len(seen) == 3, DETECTION + SLACK)
