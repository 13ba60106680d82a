"""Watches thousands of targets once a second: is it in time, and does its memory stay flat?"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import checks

EACH = 10  # servers in a pool
WARM = 10.0  # seconds until every target was checked a few times
KNOWN = 75.0  # seconds until all is known that it tells of: availability comes once a minute
START = 120.0  # seconds that the watch may take to begin
MOST_LATE, MOST_GROWTH, MOST_LOST = 0.1, 1.05, 0.03
RESULT = re.compile(r'result="(\w+)".*\} (\S+)')
BUCKET = re.compile(r'_bucket\{le="([^"]+)"\} (\S+)')


class Seen(NamedTuple):
    """What a watch has done so far; memory in MiB, times in seconds.

    *waited*: so long it had work and no processor, because others had it.
    """

    moment: float
    spent: float
    waited: float
    memory: float
    passed: float
    failed: float
    late: dict[float, float]


class Watch:
    """A running `hatools watch`, with history and metrics, as installed."""

    def __init__(self, folder: Path, port: int, targets: int, kind: str) -> None:
        self.page_port, own = free_port(), free_port()
        check = "    option httpchk GET /\n" if kind == "http" else ""
        (folder / "haproxy.cfg").write_text(
            "".join(
                f"backend web{at}\n{check}    default-server check inter 1s\n"
                + "".join(f"    server s{number} 127.0.0.1:{port}\n" for number in range(EACH))
                for at in range(targets // EACH)
            )
        )
        (folder / "hatools.toml").write_text(
            f'[watch]\nlisten = "127.0.0.1:{own}"\nstate = "{folder}/state"\n'
            f'[plugin.prometheus]\nlisten = "127.0.0.1:{self.page_port}"\n'
        )
        command = [sys.executable, "-m", "hatools", "watch", "haproxy.cfg",
                   "--config", "hatools.toml", "--node", "lb1"]  # fmt: skip
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pycache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, env=environment
            )
        end = time.monotonic() + START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.end()
                sys.exit((folder / "log").read_text()[-2000:])
            time.sleep(0.2)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.page_port)):
            return True
        return False

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()

    @property
    def memory(self) -> float:
        """Return what it holds in memory, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def seen(self) -> Seen:
        """Ask it how it is, as Prometheus does; what it tells is of the moment of the question."""
        memory, moment, spent = self.memory, time.monotonic(), checks.spent(self.process.pid)
        connection = http.client.HTTPConnection("127.0.0.1", self.page_port, timeout=60)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        made = {"passed": 0.0, "failed": 0.0}
        for result, value in RESULT.findall(of(text, "hatools_checks_total")):
            made[result] += float(value)
        buckets = BUCKET.findall(of(text, "hatools_timer_lateness_seconds"))
        late = {float(bound): float(value) for bound, value in buckets}
        waited = int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1]) / 1e9
        return Seen(moment, spent, waited, memory, made["passed"], made["failed"], late)


def of(text: str, metric: str) -> str:
    """Return what *text* says of *metric*: to look through all of it would take the watch's time.

    Prometheus is on another machine, mostly; here it shares two processors with what it asks.
    """
    begin = text.find(f"# TYPE {metric} ")
    return text[begin : text.find("# HELP", begin)]


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextlib.contextmanager
def watched(targets: int, kind: str) -> Iterator[Watch]:
    """Yield a watch on *targets* that all answer."""
    with tempfile.TemporaryDirectory() as name, checks.served(Path(name)) as (_, port):
        watch = Watch(Path(name), port, targets, kind)
        try:
            yield watch
        finally:
            watch.end()


def soak(targets: int, kind: str, seconds: float, every: float, rounds: int) -> bool:
    """Tell whether *targets* are checked in time for so many *seconds*, in flat memory."""
    with watched(targets, kind) as watch:
        time.sleep(KNOWN)
        watch.seen()  # what it needs to tell has its memory from now on
        first = before = watch.seen()
        print(f"{targets:,} {kind} targets; memory {first.memory:.1f} MiB", flush=True)
        most = first.memory
        while before.moment < first.moment + seconds:
            time.sleep(min(every, max(first.moment + seconds - time.monotonic(), 0.1)))
            now = watch.seen()
            most = max(most, now.memory)
            tell(f"{now.moment - first.moment:5.0f} s", before, now)
            before = now
    print(f"memory at the end {now.memory:.1f} MiB, at most {most:.1f}")
    tell("whole", first, now)
    made = now.passed + now.failed - first.passed - first.failed
    held = (
        now.failed == first.failed
        and made >= (1 - MOST_LOST) * targets * (now.moment - first.moment)
        and latest(first, now, 0.99) <= MOST_LATE
        and now.memory <= MOST_GROWTH * first.memory
    )
    if rounds:
        compare(rounds)
    return held


def tell(when: str, before: Seen, now: Seen) -> None:
    """Print what came between two looks."""
    passed = now.moment - before.moment
    made = now.passed + now.failed - before.passed - before.failed
    late = " ".join(
        f"{name} ≤ {latest(before, now, share) * 1000:g} ms"
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
    )
    share = (now.spent - before.spent) / passed
    print(
        f"{when}: {made / passed:,.0f} checks a second, {now.failed - before.failed:.0f} failed,"
        f" late {late}, {share:.0%} of a core, {(now.spent - before.spent) / made * 1e6:.1f} µs"
        f" for each, {(now.waited - before.waited) / passed:.0%} waiting for a processor,"
        f" memory {now.memory:.1f} MiB",
        flush=True,
    )


def latest(before: Seen, now: Seen, share: float) -> float:
    """Return the bound that *share* of the timers between two looks were within, in seconds."""
    counts = {bound: number - before.late[bound] for bound, number in now.late.items()}
    whole = counts[float("inf")]
    return min(bound for bound, number in counts.items() if number >= share * whole)


def compare(rounds: int) -> None:
    """Print what a check costs beside haproxy's own, both in turn."""
    pairs = []
    for _ in range(rounds):
        with watched(checks.TARGETS, "tcp") as watch:
            time.sleep(WARM)
            spent, moment = checks.spent(watch.process.pid), time.monotonic()
            time.sleep(checks.SECONDS)
            share = (checks.spent(watch.process.pid) - spent) / (time.monotonic() - moment)
        with tempfile.TemporaryDirectory() as folder:
            theirs = checks.in_haproxy(Path(folder), checks.TARGETS)().main
        pairs.append((share / checks.TARGETS * 1e6, theirs))
        print(f"a check: watch {pairs[-1][0]:.1f} µs, haproxy {theirs:.1f} µs", flush=True)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"{checks.TARGETS:,} targets: {ratio:.2f} × haproxy's own checks, median of {rounds}")
