"""Measures hatools against what it is compared with: both sides in one run, in turn, medians.

Usage: python benchmarks/run.py [--servers N] [--rounds N] [NAME…]
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import inputs

from hatools.plugin import Codec
from hatools.plugin_host import Host, codec
from hatools.text import Source

Work = Callable[[], object]

FLOOR_PROCESS = """\
import click, pluggy
from importlib.metadata import entry_points
list(entry_points(group="hatools"))
"""
READ_PROCESS = """\
import gc, sys
gc.disable()
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source
form = codec(Host().formats()["haproxy"])
with open(sys.argv[1], "rb") as file:
    source = Source.from_bytes(sys.argv[1], file.read())
topology = form.read(form.expand(form.parse(source), Place())).topology
assert topology.pools
"""


class Measure(NamedTuple):
    """One comparison: its *name*, a sentence, our side and the other, the ratio we aim at."""

    name: str
    ours: str
    theirs: str
    work: Work
    against: Work
    bound: float
    note: str = ""


def floor(text: str) -> None:
    """Do the least that any parser must: split into lines and words."""
    for line in text.splitlines():
        line.split()


def run(folder: Path, *command: str | Path) -> Work:
    """Return the work of running *command*; a refusal ends the benchmark.

    Python finds its byte code ready, as an installed program does, whatever the
    environment says: it is kept in *folder* from the first round on.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pycache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def work() -> None:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stderr.decode()}")

    return work


def measures(folder: Path, servers: int) -> Iterator[Measure]:
    """Yield the comparisons that this machine can make."""
    python, hatools = sys.executable, (sys.executable, "-m", "hatools")
    text, unique = inputs.keepalived_conf(servers), inputs.keepalived_conf(servers, unique=True)
    conf, cfg, small = (folder / name for name in ("keepalived.conf", "haproxy.cfg", "small.conf"))
    conf.write_text(text)
    cfg.write_text(inputs.haproxy_cfg(servers))
    small.write_text(inputs.SMALL)
    keepalived = codec(Host().formats()["keepalived"])
    size = f"{servers:,} servers"
    lines = f"{text.count(chr(10)):,} lines"
    yield Measure("parse", "parse keepalived.conf", "split lines and words",
                  parse(keepalived, text), lambda: floor(text), 3.0, lines)  # fmt: skip
    yield Measure("parse-unique", "parse it, no two lines alike", "split lines and words",
                  parse(keepalived, unique), lambda: floor(unique), 3.5, lines)  # fmt: skip
    if shutil.which("keepalived"):
        yield Measure("convert", "hatools convert to haproxy", "keepalived -t",
                      run(folder, *hatools, "convert", conf, "--to", "haproxy"),
                      run(folder, "keepalived", "-t", "-f", conf), 2.0, size)  # fmt: skip
    if shutil.which("haproxy"):
        yield Measure("read", "read haproxy.cfg into the model", "haproxy -c",
                      run(folder, python, "-c", READ_PROCESS, cfg),
                      run(folder, "haproxy", "-c", "-f", cfg), 0.7, size)  # fmt: skip
    yield Measure("start", "hatools convert small.conf", "import click, pluggy; entry points",
                  run(folder, *hatools, "convert", small, "--to", "haproxy"),
                  run(folder, python, "-c", FLOOR_PROCESS), 1.6, "2 servers")  # fmt: skip


def parse(form: Codec, text: str) -> Work:
    """Return the work of parsing a fresh source of *text*."""
    return lambda: form.parse(Source("keepalived.conf", text))


def timed(work: Work) -> float:
    """Return the seconds that *work* took, the collector off for both sides."""
    gc.collect()
    gc.disable()
    begin = time.perf_counter()
    work()
    took = time.perf_counter() - begin
    gc.enable()
    return took


def compare(measure: Measure, rounds: int) -> tuple[float, float]:
    """Return the median seconds of both sides, measured in turn after one round to warm up."""
    measure.work()
    measure.against()
    pairs = [(timed(measure.work), timed(measure.against)) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def main() -> None:
    """Print one line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which ones; all when none is named")
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="at least 5 for a median worth it")
    options = parser.parse_args()
    print(f"{'ratio':>6}  {'aim':>6}  {'ours':>9}  {'other':>9}  what")
    with tempfile.TemporaryDirectory() as folder:
        for measure in measures(Path(folder), options.servers):
            if options.names and measure.name not in options.names:
                continue
            ours, theirs = compare(measure, options.rounds)
            print(
                f"{ours / theirs:6.2f}  {measure.bound:6.1f}  {ours * 1000:6.1f} ms  "
                f"{theirs * 1000:6.1f} ms  {measure.name}: {measure.ours} / {measure.theirs}"
                f" ({measure.note})",
                flush=True,
            )


if __name__ == "__main__":
    main()
