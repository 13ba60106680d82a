"""Measures hatools against what it is compared with: both sides in one run, in turn, medians.

Usage: python benchmarks/run.py [--servers N] [--rounds N] [NAME…]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import balancing
import checks
import inputs
import outages
import pools
from costs import Cost, Work, inside, memory, process

from hatools.plugin import Codec
from hatools.plugin_host import Host, codec
from hatools.text import Source

FLOOR_PROCESS = """\
import click, pluggy
from importlib.metadata import entry_points
list(entry_points(group="hatools"))
"""
READ_PROCESS = """\
import gc, os, sys
gc.disable()
from hatools.plugin import Place
from hatools.text import Source
from hatools_haproxy.codec import HaproxyCodec
form = HaproxyCodec()
with open(sys.argv[1], "rb") as file:
    source = Source.from_bytes(sys.argv[1], file.read())
topology = form.read(form.expand(form.parse(source), Place())).topology
assert topology.pools
os._exit(0)  # as hatools itself ends
"""


class Measure(NamedTuple):
    """One comparison: its *name*, our side and the other in words and as work.

    The ratio is ours / theirs; with *leads* it is theirs / ours, and more is
    better.  *reach* is what it has to be, *goal* where it is to arrive.
    *needs* names what has to be installed, *most* is how many rounds are enough.
    """

    name: str
    ours: str
    theirs: str
    work: Callable[[], Work]
    against: Callable[[], Work]
    reach: float
    goal: float
    note: str
    unit: str = "ms"
    leads: bool = False
    needs: str = ""
    most: int = 99

    @property
    def lacks(self) -> str:
        """What is missing on this machine, if anything is."""
        there = not self.needs or shutil.which(self.needs) or find_spec(self.needs)
        return "" if there else self.needs


def floor(text: str) -> None:
    """Do the least that any parser must: split into lines and words."""
    for line in text.splitlines():
        line.split()


def measures(folder: Path, servers: int) -> Iterator[Measure]:
    """Yield all comparisons; their files are written into *folder*."""
    texts = {
        "keepalived.conf": inputs.keepalived_conf(servers),
        "unique.conf": inputs.keepalived_conf(servers, unique=True),
        "nginx.conf": inputs.nginx_conf(servers),
        "haproxy.cfg": inputs.haproxy_cfg(servers),
        "ipvsadm.rules": inputs.ipvsadm_save(servers),
        "small.conf": inputs.SMALL,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    forms = Host().formats()

    def split(name: str) -> Callable[[], Work]:
        return lambda: inside(lambda: floor(texts[name]))

    def parse(form: str, name: str) -> Callable[[], Work]:
        return lambda: _parse(codec(forms[form]), name, texts[name])

    def run(*command: str) -> Callable[[], Work]:
        return lambda: process(folder, *_at(folder, command))

    def peak(*command: str) -> Callable[[], Work]:
        return lambda: memory(folder, *_at(folder, command))

    convert, reader = (_hatools(), "convert"), (sys.executable, "-c", READ_PROCESS, "@haproxy.cfg")
    check = (shutil.which("haproxy") or "haproxy", "-c", "-f", "@haproxy.cfg")
    lines, size = f"{texts['keepalived.conf'].count(chr(10)):,} lines", f"{servers:,} servers"
    yield Measure(
        "parse", "parse keepalived.conf", "split lines and words",
        parse("keepalived", "keepalived.conf"), split("keepalived.conf"), 2.0, 1.5, lines,
    )  # fmt: skip
    yield Measure(
        "parse-unique", "parse it, no two lines alike", "split lines and words",
        parse("keepalived", "unique.conf"), split("unique.conf"), 4.0, 3.5, lines,
    )  # fmt: skip
    yield Measure(
        "parse-ipvsadm", "parse ipvsadm's rules, no two alike", "split lines and words",
        parse("ipvsadm", "ipvsadm.rules"), split("ipvsadm.rules"), 4.0, 3.5, size,
    )  # fmt: skip
    yield Measure(
        "crossplane", "parse keepalived.conf", "crossplane parses the same as nginx.conf",
        parse("keepalived", "keepalived.conf"),
        lambda: inside(_crossplane(folder / "nginx.conf")),
        18.0, 18.0, lines, leads=True, needs="crossplane",
    )  # fmt: skip
    yield Measure(
        "convert", "hatools convert to haproxy", "keepalived -t",
        run(*convert, "@keepalived.conf", "--to", "haproxy"),
        run("keepalived", "-t", "-f", "@keepalived.conf"), 1.3, 1.0, size, needs="keepalived",
    )  # fmt: skip
    yield Measure(
        "read", "read haproxy.cfg into the model", "haproxy -c",
        run(*reader), run(*check), 1.0, 0.7, size, needs="haproxy",
    )  # fmt: skip
    yield Measure(
        "read-memory", "read haproxy.cfg into the model", "haproxy -c",
        peak(*reader), peak(*check), 0.5, 0.5, size, "MiB", needs="haproxy",
    )  # fmt: skip
    yield Measure(
        "start", "hatools convert small.conf", "import click, pluggy; entry points",
        run(*convert, "@small.conf", "--to", "haproxy"),
        run(sys.executable, "-c", FLOOR_PROCESS), 1.4, 1.4, "2 servers",
    )  # fmt: skip
    yield Measure(
        "lint", "hatools lint keepalived.conf", "keepalived -t",
        run(_hatools(), "lint", "@keepalived.conf", "--fail-level", "error"),
        run("keepalived", "-t", "-f", "@keepalived.conf"), 2.0, 1.5, lines, needs="keepalived",
    )  # fmt: skip
    yield from _balancing(folder)
    yield from _pools()
    yield from _checks(folder)
    yield from _outages(folder)
    yield Measure(
        "simulate", "hatools simulate keepalived.conf", "the time that it simulates",
        run(_hatools(), "simulate", "@keepalived.conf"),
        lambda: balancing.clock(folder / "keepalived.conf"), 10.0, 40.0, lines, leads=True, most=3,
    )  # fmt: skip
    yield Measure(
        "simulate-memory", "hatools simulate keepalived.conf", "hatools convert of the same file",
        peak(_hatools(), "simulate", "@keepalived.conf"),
        peak(*convert, "@keepalived.conf", "--to", "haproxy"), 4.0, 2.0, lines, "MiB", most=1,
    )  # fmt: skip


def _balancing(folder: Path) -> Iterator[Measure]:
    connections = f"{balancing.CONNECTIONS:,} connections, {balancing.SERVERS} servers"
    yield Measure(
        "simpy", "simulate wrr", "a SimPy process for each connection",
        lambda: inside(balancing.simulation()), lambda: balancing.in_simpy(time_wait=True),
        6.0, 6.0, connections, leads=True, needs="simpy",
    )  # fmt: skip
    yield Measure(
        "simpy-short", "simulate wrr", "SimPy that forgets a connection at its end",
        lambda: inside(balancing.simulation()), lambda: balancing.in_simpy(time_wait=False),
        2.0, 6.0, connections, leads=True, needs="simpy",
    )  # fmt: skip
    yield Measure(
        "c", "simulate wrr", "the same in C, gcc -O2",
        lambda: inside(balancing.simulation()), lambda: balancing.in_c(folder),
        20.0, 10.0, connections, needs="gcc",
    )  # fmt: skip
    yield Measure(
        "wlc", "wlc from a heap", "wlc that looks at every server",
        lambda: balancing.least_connections()[0], lambda: balancing.least_connections()[1],
        15.0, 15.0, f"{balancing.MANY_SERVERS:,} servers", leads=True,
    )  # fmt: skip


def _pools() -> Iterator[Measure]:
    yield Measure(
        "pool", f"one of {pools.MANY:,} servers of a pool changes", f"one of {pools.FEW}",
        lambda: inside(pools.changes(pools.MANY)), lambda: inside(pools.changes(pools.FEW)),
        6.0, 3.0, f"{pools.CHANGES:,} changes",
    )  # fmt: skip


def _checks(folder: Path) -> Iterator[Measure]:
    for kind, reach, goal in (("tcp", 2.5, 1.3), ("http", 2.5, 1.5)):
        yield Measure(
            f"checks-{kind}", f"{kind.upper()} checks, engine and all", "an epoll loop in C",
            lambda kind=kind: checks.ours(folder, checks.MANY, kind),
            lambda kind=kind: checks.in_c(folder, checks.MANY, kind),
            reach, goal, f"{checks.MANY:,} a second, for each", "µs", needs="gcc", most=3,
        )  # fmt: skip
    yield Measure(
        "checks-haproxy", "TCP checks, engine and all", "haproxy's own checks",
        lambda: checks.ours(folder, checks.TARGETS, "tcp"),
        lambda: checks.in_haproxy(folder, checks.TARGETS),
        2.5, 1.5, f"{checks.TARGETS:,} a second, for each", "µs", needs="haproxy", most=3,
    )  # fmt: skip


def _outages(folder: Path) -> Iterator[Measure]:
    reading = {
        "csv": "csv.reader over the rows",
        "haproxy": "a regex that parts each line",
        "keepalived": "a regex that parts each line",
        "history": "a SELECT of all outages",
    }
    for kind, floor in reading.items():
        yield Measure(
            f"outages-{kind}", f"hatools availability of {kind}", floor,
            lambda kind=kind: outages.works(folder, kind)[0],
            lambda kind=kind: outages.works(folder, kind)[1],
            5.0, 5.0, f"{outages.EVENTS:,} events", most=5,
        )  # fmt: skip


def _at(folder: Path, command: tuple[str, ...]) -> list[str | Path]:
    """Return *command* with the files that are marked with @ where they stand."""
    return [folder / part[1:] if part[:1] == "@" else part for part in command]


def _hatools() -> str:
    """Return the command as it is installed beside this Python."""
    found = shutil.which("hatools", path=str(Path(sys.executable).parent))
    return found or sys.exit("hatools is not installed: pip install -e .")


def _parse(form: Codec, name: str, text: str) -> Work:
    """Return the parsing of a fresh source of *text*."""
    return inside(lambda: form.parse(Source(name, text)))


def _crossplane(path: Path) -> Callable[[], object]:
    """Return the parsing of *path* by crossplane, which must not mind words that nginx lacks."""
    crossplane = import_module("crossplane")
    return lambda: crossplane.parse(str(path), check_ctx=False, check_args=False)


def compare(measure: Measure, rounds: int) -> list[tuple[Cost, Cost]]:
    """Return what both sides cost, measured in turn after one round to warm up."""
    work, against = measure.work(), measure.against()
    work()
    against()
    return [(work(), against()) for _ in range(rounds)]


def line(measure: Measure, pairs: list[tuple[Cost, Cost]]) -> str:
    """Return one comparison as a line: the medians of the ratios of each round, and of both."""

    def ratio(of: Callable[[Cost], float]) -> float:
        middle = statistics.median(of(ours) / of(theirs) for ours, theirs in pairs)
        return 1 / middle if measure.leads else middle

    main = ratio(lambda cost: cost.main)
    met = main >= measure.reach if measure.leads else main <= measure.reach
    sign, unit = ("≥" if measure.leads else "≤"), measure.unit
    ours, theirs = (
        statistics.median(cost.main for cost in side) for side in zip(*pairs, strict=True)
    )
    wall = f"{ratio(lambda cost: cost.wall):6.2f}" if unit == "ms" else f"{'':6}"
    return (
        f"{main:6.2f}  {wall}  {sign} {measure.reach:4.1f} {'yes' if met else 'NO ':3}"
        f"  {sign} {measure.goal:4.1f}  {ours:7.1f} {unit:3}  {theirs:7.1f} {unit:3}"
        f"  {measure.name}: {measure.ours} / {measure.theirs} ({measure.note})"
    )


def main() -> None:
    """Print one line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which ones; all when none is named")
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="at least 5 for a median worth it")
    options = parser.parse_args()
    print(f"{'ratio':>6}  {'wall':>6}  {'reach':10}  {'goal':6}  {'ours':>11}  {'other':>11}  what")
    with tempfile.TemporaryDirectory() as folder:
        for measure in measures(Path(folder), options.servers):
            if options.names and measure.name not in options.names:
                continue
            if measure.lacks:
                print(f"{'–':>6}  {measure.name}: left out, {measure.lacks} is not installed")
                continue
            print(line(measure, compare(measure, min(options.rounds, measure.most))), flush=True)


if __name__ == "__main__":
    main()
