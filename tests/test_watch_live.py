"""`hatools watch` on real servers that come and go, beside a real haproxy and a real Prometheus."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from endpoints import connected, free_ports
from lab import REQUIRED, ROOT
from recordings import steadily
from servers_at_random import ANSWERS, Server, within

RULES = ROOT / "exporters" / "hatools_prometheus" / "rules"
TOKEN = "a-token-of-32-characters-or-more"
SEED = int(os.environ.get("HATOOLS_SEED", time.time_ns() % 10**6))
LENGTH = 9.0  # seconds that servers come and go
INTER, FAST, LIMIT = 0.3, 0.15, 0.25
BUSY = 1.0  # seconds that a busy machine may add
PROMISE = INTER + FAST + 2 * LIMIT + BUSY  # two checks, each running into its limit
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str) -> str:
    with LOCAL.open(url, timeout=5) as answer:
        return str(answer.read().decode())


def eventually(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if true():
                return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def running(folder: Path, name: str, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def config(servers: dict[str, Server], ports: dict[str, int]) -> str:
    lines = [
        "global", "    stats socket unix@haproxy.sock mode 600", "    nbthread 1",
        "defaults", "    mode http", "    timeout connect 250ms", "    timeout check 250ms",
        "    timeout client 5s", "    timeout server 5s",
        f"    default-server inter {INTER * 1000:.0f}ms fastinter {FAST * 1000:.0f}ms "
        f"downinter {INTER * 1000:.0f}ms fall 2 rise 2 check",
    ]  # fmt: skip
    for pool, port in ports.items():
        lines += [f"listen {pool}", f"    bind 127.0.0.1:{port}"]
        lines += ["    option httpchk GET /"] if pool == "web" else ["    mode tcp"]
        lines += [
            f"    server {name.partition('/')[2]} 127.0.0.1:{server.port}"
            for name, server in servers.items()
            if name.startswith(f"{pool}/")
        ]
    return "\n".join(lines) + "\n"


def said(folder: Path) -> list[tuple[float, str, bool]]:
    """Return what watch said of servers: time, server, up."""
    found = []
    for line in (folder / "watch.log").read_text().splitlines():
        told = json.loads(line)
        about = re.match(r"server (\S+): up (True|False)", told["message"])
        if told["level"] == "event" and about and "not checked yet" not in told["message"]:
            found.append((told["time"], about[1], about[2] == "True"))
    return found


def in_metrics(port: int) -> dict[str, bool]:
    text = get(f"http://127.0.0.1:{port}/metrics")
    found = re.findall(r'^hatools_server_up\{.*pool="(\w+)".*server="(\w+)"\} (\S+)$', text, re.M)
    return {f"{pool}/{server}": number == "1.0" for pool, server, number in found}


def in_haproxy(folder: Path) -> dict[str, bool]:
    with connected(folder / "haproxy.sock") as sock:
        sock.settimeout(5)
        sock.sendall(b"show stat\n")
        text = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
    rows = [row.split(",") for row in text.splitlines() if row and not row.startswith("#")]
    return {
        f"{row[0]}/{row[1]}": row[17].startswith("UP")
        for row in rows
        if row[1] not in ("FRONTEND", "BACKEND")
    }


def flood(port: int) -> None:
    """Open many connections that say nothing, little, or nonsense."""
    held = []
    with contextlib.suppress(OSError):
        for number in range(300):
            sock = socket.create_connection(("127.0.0.1", port), 1)
            if number % 3:
                sock.sendall(b"\x16\x03\x01" if number % 3 == 1 else b"GET " + b"/" * 9000)
            held.append(sock)
    for sock in held:
        sock.close()


@pytest.mark.xdist_group("live")
@pytest.mark.real
def test_every_change_is_seen_and_none_is_invented(tmp_path: Path) -> None:
    lacking = [name for name in ("haproxy", "prometheus") if shutil.which(name) is None]
    if lacking:
        assert not REQUIRED, lacking
        pytest.skip(f"{lacking} is not installed")
    print(f"HATOOLS_SEED={SEED}")

    def attempt(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        every_change_is_seen(folder)

    steadily(attempt)


def every_change_is_seen(tmp_path: Path) -> None:
    """Let servers come and go; hold all that is said of them against the truth."""
    random = Random(SEED)
    servers = {f"web/s{at}": Server(True) for at in range(4)}
    servers |= {f"plain/s{at}": Server(False) for at in range(3)}
    web, plain, api, page, query = free_ports(5)
    (tmp_path / "haproxy.cfg").write_text(config(servers, {"web": web, "plain": plain}))
    (tmp_path / "hatools.toml").write_text(
        f'[watch]\nlisten = "127.0.0.1:{api}"\ntoken = "{TOKEN}"\nstate = "{tmp_path}/state"\n'
        f'[plugin.prometheus]\nlisten = "127.0.0.1:{page}"\n'
    )
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        f'rule_files: ["{RULES}/hatools.rules.yml", "{RULES}/hatools.alerts.yml"]\n'
        f"scrape_configs:\n  - job_name: hatools\n    authorization: {{credentials: {TOKEN}}}\n"
        f'    static_configs: [{{targets: ["127.0.0.1:{api}"]}}]\n'
    )
    watch = (sys.executable, "-m", "hatools", "watch", "haproxy.cfg", "--config", "hatools.toml")
    with contextlib.ExitStack() as stack:
        for name, command in {
            "haproxy": ("haproxy", "-db", "-f", "haproxy.cfg"),
            "watch": watch,
            "prometheus": ("prometheus", "--config.file=prometheus.yml",
                           f"--web.listen-address=127.0.0.1:{query}",
                           "--storage.tsdb.path=data", "--log.level=error"),
        }.items():  # fmt: skip
            stack.enter_context(running(tmp_path, name, *command))
        stack.callback(lambda: [server.end() for server in servers.values()])
        assert eventually(10, lambda: len(in_metrics(page)) == len(servers))
        begin = time.time()
        while time.time() < begin + LENGTH:
            server = random.choice(list(servers.values()))
            server.become(random.choice(list(ANSWERS) + ["well"] * 4))
            if random.random() < 0.05:
                flood(random.choice([api, page]))
            time.sleep(random.uniform(0.05, 0.4))
        time.sleep(PROMISE)
        truth = {name: server.up for name, server in servers.items()}
        assert in_metrics(page) == truth
        assert eventually(5, lambda: in_haproxy(tmp_path) == truth), (truth, in_haproxy(tmp_path))
        judge(servers, said(tmp_path), begin)
        prometheus_agrees(query, truth)
        for name, server in servers.items():
            server.become("closed" if name.startswith("web/") else "well")
        assert eventually(10, lambda: "HatoolsPoolDown" in firing(query).get("web", ()))
        assert "HatoolsPoolDown" not in firing(query).get("plain", ())


def judge(servers: dict[str, Server], told: list[tuple[float, str, bool]], begin: float) -> None:
    """Hold what was said against what was: all of it in time, and nothing else.

    From *begin* on the watch runs; the states before it had time until then.
    """
    for moment, name, up in told:
        lately = servers[name].course
        assert within(lately, up, moment - PROMISE, moment), (name, moment, up, lately)
    for name, server in servers.items():
        states = [(moment, up) for moment, of, up in told if of == name]
        until = [moment for moment, _ in server.course[1:]] + [time.time()]
        for (since, up), over in zip(server.course, until, strict=True):
            moment = max(since, begin)
            if over - moment < PROMISE:
                continue
            known = [state for at, state in states if at <= moment + PROMISE]
            assert known, (name, "nothing was said")
            assert known[-1] == up, (name, moment, up, states)


def prometheus_agrees(query: int, truth: dict[str, bool]) -> None:
    def agrees() -> bool:
        answer = json.loads(get(f"http://127.0.0.1:{query}/api/v1/query?query=hatools_server_up"))
        found = {
            f"{one['metric']['pool']}/{one['metric']['server']}": one["value"][1] == "1"
            for one in answer["data"]["result"]
        }
        return found == truth

    assert eventually(10, agrees)


def firing(query: int) -> dict[str, set[str]]:
    """Return the alerts that fire, by pool."""
    found: dict[str, set[str]] = {}
    answer: dict[str, Any] = json.loads(get(f"http://127.0.0.1:{query}/api/v1/alerts"))
    for alert in answer["data"]["alerts"]:
        if alert["state"] == "firing":
            labels = alert["labels"]
            found.setdefault(labels.get("pool", ""), set()).add(labels["alertname"])
    return found
