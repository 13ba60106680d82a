"""haproxy's checks beside the engine's: when they are made, what they count, who goes and comes."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import product
from math import inf
from pathlib import Path
from random import Random, SystemRandom

import pytest
from haproxy_live import LiveHaproxy
from haproxy_replay import SCHEDULERS
from recordings import steadily

from hatools.engine.checking import Checker
from hatools.engine.machine import SetTimer, StartProbe
from hatools.engine.node import Node
from hatools.model import Check, RealServer
from hatools.model.event import Event
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source

WITHIN = 0.12  # seconds
LENGTH = 7.0
STEPS = ((1.6, False), (4.0, True), (5.2, False), (5.5, True))  # all refuse, all answer, a blip
DRIFT = 0.03  # seconds
Changes = list[tuple[float, bool]]  # since when servers answer, or do not
Course = list[tuple[float, str]]  # a server's status, as haproxy shows it, since when


def sections(random: Random) -> dict[str, tuple[list[str], list[str]]]:
    """Return sections with servers that are checked in all ways."""
    found = {
        "b0": (["mode tcp"], ["check inter 400 fastinter 150 downinter 250"]),
        "b1": (["mode tcp"], ["check inter 300 rise 3 fall 2", "check inter 500 rise 1 fall 1"]),
        "b2": (["mode tcp"], ["check inter 350 downinter 150 rise 2 fall 4"]),
    }
    for at in range(3, 7):
        servers = []
        for _ in range(random.randint(1, 3)):
            options = f"check inter {random.randint(200, 600)}"
            for word, least, most in (
                ("fastinter", 60, 300),
                ("downinter", 100, 700),
                ("rise", 1, 4),
                ("fall", 1, 4),
            ):
                if random.random() < 0.6:
                    options += f" {word} {random.randint(least, most)}"
            servers.append(options)
        found[f"b{at}"] = (["mode tcp"], servers)
    return found


class Watched:
    """Servers of a real haproxy: when each was first checked, and its course."""

    def __init__(self, live: LiveHaproxy) -> None:
        self.live = live
        self.first: dict[str, float] = {}
        self.courses: dict[str, Course] = {}
        self.changes: Changes = []

    def accept(self) -> None:
        names = {
            listener: f"{name}/{server}"
            for name, servers in self.live.listeners.items()
            for server, listener in servers.items()
            if listener.fileno() >= 0
        }
        for ready in select.select(list(names), [], [], 0.004)[0]:
            ready.accept()[0].close()
            self.first.setdefault(names[ready], time.monotonic())

    def look(self) -> None:
        now = time.monotonic()
        for row in self.live.command("show stat -1 4 -1").splitlines():
            fields = row.split(",")
            if len(fields) > 17 and fields[0] in self.live.listeners:
                course = self.courses.setdefault(f"{fields[0]}/{fields[1]}", [])
                if not course or course[-1][1] != fields[17]:
                    course.append((now, fields[17]))

    def turn(self, answering: bool) -> None:
        """Let all servers refuse, or answer again."""
        for name, servers in self.live.listeners.items():
            for server in servers:
                path = f"{self.live.folder}/{name}.{server[1:]}"
                if answering:
                    Path(path).unlink()
                    servers[server] = listener = socket.socket(socket.AF_UNIX)
                    listener.bind(path)
                    listener.listen(64)
                else:
                    servers[server].close()
        self.changes.append((time.monotonic(), answering))

    def watch(self) -> None:
        begin = time.monotonic()
        steps = [(begin + after, answering) for after, answering in STEPS]
        while time.monotonic() < begin + LENGTH:
            if steps and time.monotonic() >= steps[0][0]:
                self.turn(steps.pop(0)[1])
            self.accept()
            self.look()


def shown(checker: Checker) -> str:
    """Return the status of a server as haproxy shows it."""
    health, check = checker.health, checker.check
    if health.up:
        count, of, word = health.health - check.rise + 1, check.fall, "UP"
    else:
        count, of, word = health.health, check.rise, "DOWN"
    return word if count in (0, of) else f"{word} {count}/{of}"


def ours(check: Check, first: float, changes: Changes) -> Course:
    """Return the course of a server by the engine: its first check is made at *first*."""
    checker = Checker("pool", RealServer("192.0.2.1", 80, checks=[check], forwarding="proxy"), 0)
    course = [(first - 1, shown(checker))]
    agenda = [(first, Event(first, "timer", checker.name))]
    while agenda and agenda[0][0] < first + LENGTH:
        now, event = heappop(agenda)
        for action in checker.handle(event):
            if isinstance(action, SetTimer):
                due = now + action.delay
                heappush(agenda, (due, Event(due, "timer", checker.name)))
            elif isinstance(action, StartProbe):
                answers = next((up for at, up in reversed(changes) if at <= now), True)
                answered = Event(now, "probe answered", checker.name, {"passed": answers})
                heappush(agenda, (now, answered))
        if shown(checker) != course[-1][1]:
            course.append((now, shown(checker)))
    return course


def nearly(changes: Changes) -> Iterator[Changes]:
    """Yield *changes* a little earlier or later: haproxy's clock drifts off the grid of checks."""
    for drifts in product((0.0, -DRIFT, DRIFT), repeat=len(changes)):
        yield [(at + drift, up) for (at, up), drift in zip(changes, drifts, strict=True)]


def distance(expected: Course, real: Course, end: float) -> float:
    """Return how far apart two courses are at most, in seconds, infinity where they differ."""
    if real[0][1] != expected[0][1]:  # its first check was made before we could look
        expected = expected[1:]
    expected, real = ([one for one in course if one[0] < end] for course in (expected, real))
    longer, count = max(expected, real, key=len), min(len(expected), len(real))
    if len(longer) == count + 1 and longer[-1][0] > end - WITHIN:
        expected, real = expected[:count], real[:count]  # the other's came just after the end
    if [what for _, what in expected] != [what for _, what in real]:
        return inf
    pairs = zip(expected[1:], real[1:], strict=True)
    return max((abs(one[0] - other[0]) for one, other in pairs), default=0.0)


@pytest.mark.xdist_group("live")
@pytest.mark.real("haproxy")
def test_checks_are_made_and_count_as_in_haproxy(tmp_path: Path) -> None:
    number = int(os.environ.get("HATOOLS_SEED") or SystemRandom().randrange(10**6))
    print(f"HATOOLS_SEED={number}")

    def attempt(turn: int) -> None:
        folder = tmp_path / str(turn)
        folder.mkdir()
        with LiveHaproxy(folder, sections(Random(number))) as live:
            watched = Watched(live)
            watched.watch()
        judge(watched, folder)

    steadily(attempt)


def judge(watched: Watched, folder: Path) -> None:
    """Hold what haproxy did against the engine's checkers."""
    form = codec(Host().formats()["haproxy"])
    text = (folder / "haproxy.cfg").read_text("utf-8")
    topology = form.read(form.expand(form.parse(Source("haproxy.cfg", text)), Place())).topology
    node = Node("lb1", [topology], SCHEDULERS)
    begin = min(watched.first.values())
    end = begin + LENGTH - 0.5
    worst = count = 0.0
    for checker in node.checkers.values():
        (timer,) = checker.handle(Event(0.0, "start", "lb1", {"draw": 0.0}))
        assert isinstance(timer, SetTimer)
        name = checker.subject
        assert watched.first[name] - begin == pytest.approx(timer.delay, abs=WITHIN), name
        real = watched.courses[name]
        apart = min(
            distance(ours(checker.check, watched.first[name], changes), real, end)
            for changes in nearly(watched.changes)
        )
        told = (checker.check, watched.changes, real, end)
        assert apart < WITHIN, "\n".join(map(str, told))
        worst, count = max(worst, apart), count + len(real)
    print(f"{len(node.checkers)} servers, {count:.0f} changes, at most {worst:.3f} s apart")
