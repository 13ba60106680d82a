"""keepalived's checkers over a running kernel, and the engine's: servers go at the same times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest
from lab import ROOT
from recordings import Recordings
from vrrp_replay import SCHEDULERS, topology

from hatools.engine.machine import StartProbe
from hatools.engine.node import Node
from hatools.engine.station import Station
from hatools.engine.world import SCRIPT, Listener, World
from hatools.model.event import Event

WITHIN = 0.3  # seconds, counted from the last check before
PASSING = 0.1  # seconds: keepalived changes one server after the other
PORTS = (8001, 8002)
Table = dict[str, int]


CHECKS = {
    "TCP_CHECK": "connect_timeout 1",
    "UDP_CHECK": "connect_timeout 1",
    "HTTP_GET": "connect_timeout 1\nurl {\npath /\nstatus_code 200\n}",
    "SMTP_CHECK": "connect_timeout 1",
    "MISC_CHECK": 'misc_path "/bin/sh FOLDER/PORT.sh"\nmisc_timeout 1\nuser root',
}


def server(
    port: int,
    weight: int = 1,
    *lines: str,
    retry: int = 0,
    check: str = "TCP_CHECK",
    more: str = "",
) -> str:
    """Return a server that is asked every two seconds."""
    how = CHECKS[check].replace("PORT", str(port))
    asked = f"{how}\nretry {retry}\ndelay_before_retry 1\nwarmup 0\n{more}"
    own = "\n".join((f"weight {weight}", *lines, f"{check} {{\n{asked}\n}}"))
    return f"real_server 127.0.0.1 {port} {{\n{own}\n}}\n"


def service(*servers: str, own: str = "") -> str:
    head = "delay_loop 2\nlb_algo wrr\nlb_kind NAT\nprotocol TCP\n"
    return f"virtual_server 10.9.0.1 80 {{\n{head}{own}\n{''.join(servers)}}}\n"


FALLS = [["begun", 3.3], ["refuses", 8001], ["wait", 6], ["answers", 8001], ["wait", 4]]
LONG_FALLS = [["begun", 4.3], ["refuses", 8001], ["wait", 9.5], ["answers", 8001], ["wait", 7.5]]
BOTH = (server(8001, 3), server(8002, 2))
SCENARIOS: dict[str, dict[str, Any]] = {
    "remove": {"text": service(*BOTH), "ports": PORTS, "steps": FALLS},
    **{
        f"retry of {check}": {
            "text": service(server(8001, 3, retry=2, check=check), server(8002, 2, check=check)),
            "ports": PORTS,
            "speaks": speaks,
            "steps": LONG_FALLS,
        }
        for check, speaks in (
            ("TCP_CHECK", "tcp"),
            ("UDP_CHECK", "udp"),
            ("HTTP_GET", "http"),
            ("SMTP_CHECK", "smtp"),
            ("MISC_CHECK", "script"),
        )
    },
    "two pages": {
        "text": service(
            server(8001, 3, check="HTTP_GET", more="url {\npath /two\nstatus_code 200\n}"),
            server(8002, 2, check="HTTP_GET"),
        ),
        "ports": PORTS,
        "speaks": "http",
        "steps": LONG_FALLS,
    },
    "misc_dynamic": {
        "text": service(
            server(8001, 3, check="MISC_CHECK", more="misc_dynamic"),
            server(8002, 2, check="MISC_CHECK"),
        ),
        "ports": PORTS,
        "speaks": "script",
        "steps": [
            ["begun", 4.3],
            ["exits", [8001, 12]],
            ["wait", 4],
            ["exits", [8001, 0]],
            ["wait", 4],
            ["exits", [8001, 2]],
            ["wait", 4],
            ["exits", [8001, 1]],
            ["wait", 4],
            ["exits", [8001, 0]],
            ["wait", 4],
        ],
    },
    "alpha": {
        "text": service(*BOTH, own="alpha"),
        "ports": [8001],
        "steps": [["begun", 3.0], ["answers", 8002], ["wait", 4]],
    },
    "quorum, hysteresis and sorry server": {
        "text": service(*BOTH, own="quorum 4\nhysteresis 1\nsorry_server 127.0.0.1 8009"),
        "ports": PORTS,
        "steps": FALLS,
    },
    "a quorum that hysteresis keeps": {
        "text": service(*BOTH, own="quorum 3\nhysteresis 1\nsorry_server 127.0.0.1 8009"),
        "ports": PORTS,
        "steps": FALLS,
    },
    "inhibit_on_failure": {
        "text": service(server(8001, 3, "inhibit_on_failure"), server(8002, 2)),
        "ports": PORTS,
        "steps": FALLS,
    },
}
pytestmark = [
    pytest.mark.real("linux.uml", "keepalived", "ip"),
    pytest.mark.xdist_group("live"),  # what keeps time with real programs runs alone
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recordings[list[list[Any]]]:
    return Recordings(list(SCENARIOS), lambda names: record(names, tmp_path_factory))


def record(
    names: Sequence[str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, list[list[Any]]]:
    """Return what was seen of each scenario."""
    found: dict[str, list[list[Any]]] = {}
    for part in filter(None, (names[0::2], names[1::2])):  # a guest has but one processor
        folder = tmp_path_factory.mktemp("checkers")
        (folder / "scenarios.json").write_text(json.dumps([SCENARIOS[name] for name in part]))
        guest = f"/usr/bin/python3 {ROOT}/tests/checker_guest.py scenarios.json recorded.json"
        status, output = ipvs_kernel.run(folder, guest, 90.0)
        assert status == 0, output
        found |= zip(part, json.loads((folder / "recorded.json").read_text()), strict=True)
    return found


def steady(name: str) -> int:
    """Return the port of the server that is well throughout a scenario."""
    scenario = SCENARIOS[name]
    struck = {port for what, port in scenario["steps"] if what in ("refuses", "answers")}
    struck |= {told[0] for what, told in scenario["steps"] if what == "exits"}
    return next(port for port in scenario["ports"] if port not in struck)


def lateness(
    seen: list[list[Any]], first: float, port: int, ours: list[float]
) -> Callable[[float], float]:
    """Return how late the guest is at a time of ours, by the last check before it.

    The checks of the server that is well throughout are the clock: each of them
    is a little later in the guest than it was due.
    """
    real = [at - first for at, what, *rest in seen if what == "checked" and rest[0] == port]
    pairs = list(zip(real, ours, strict=False))

    def late(at: float) -> float:
        return next((one - other for one, other in reversed(pairs) if other <= at), 0.0)

    return late


def really(seen: list[list[Any]], first: float) -> list[tuple[float, Table]]:
    """Return the kernel's tables from the first check on, without those that only pass."""
    tables = [(at - first, rest[0]) for at, what, *rest in seen if what == "table"]
    found: list[tuple[float, Table]] = []
    for (at, table), after in zip(tables, [*(at for at, _ in tables[1:]), 1e9], strict=True):
        if after - at > PASSING:
            found.append((at, table))
    start = max((number for number, (at, _) in enumerate(found) if at < -PASSING), default=0)
    return found[start:]


def unsteadiness(seen: list[list[Any]], first: float, port: int, ours: list[float]) -> float:
    """Return by how much, at most, the guest itself missed the time of a steady server's check."""
    late = lateness(seen, first, port, ours)
    passed = [late(at) for at in ours]
    return max((abs(one - other) for one, other in pairwise(passed)), default=0.0)


class Scripted(World):
    """A world in which scripts also have an exit status."""

    def __init__(self, heard: Listener) -> None:
        super().__init__(heard)
        self.codes: dict[int, int] = {}
        self.asked: dict[int, list[float]] = {port: [] for port in PORTS}

    def _probe(self, station: Station, probe: StartProbe) -> None:
        self.asked[probe.port].append(self.now)
        code = self.codes.get(probe.port)
        if code is None:
            super()._probe(station, probe)
            return
        details = {"passed": code == 0, "reason": "", "code": code}
        answered = self._later(station, "probe answered", probe.name, details)
        self.agenda.plan(self.now + SCRIPT, answered)


def simulated(
    path: Path, seen: list[list[Any]], first: float
) -> tuple[list[tuple[float, Table]], dict[int, list[float]]]:
    """Return the engine's tables, its first check at 0, and when it asked each server."""
    found: list[tuple[float, Table]] = []
    world = Scripted(lambda node, event: note(event))
    meant = topology(path)
    node = world.add("lb1", lambda: Node("lb1", [meant], SCHEDULERS)).node
    (pool,) = node.pools.values()

    def note(event: Event) -> None:
        members = [*pool.members.values(), *([pool.sorry] if pool.sorry else [])]
        table = {str(one.port): one.weight for one in members if one.up}
        if found and found[-1][0] == event.time:
            found.pop()
        if not found or found[-1][1] != table:
            found.append((event.time, table))

    note(Event(-1.0, "start"))
    open_ports = {step[1] for at, *step in seen if step[0] == "checked" and at < first + 1}
    for port in PORTS:
        world.server("127.0.0.1", port, "answers" if port in open_ports else "refuses")
    world.start("lb1")
    for at, what, *rest in seen:
        if what in ("answers", "refuses"):
            world.run(at - first)
            world.server("127.0.0.1", rest[0], what)
        elif what == "exits":
            world.run(at - first)
            port, code = rest[0]
            world.codes[port] = code
            world.server("127.0.0.1", port, "refuses" if code else "answers")
    world.run(max(at for at, *_ in seen) - first)
    return found, world.asked


@pytest.mark.parametrize("name", SCENARIOS)
def test_servers_come_and_go_as_in_the_running_kernel(
    name: str, recorded: Recordings[list[list[Any]]], tmp_path: Path
) -> None:
    recorded.judge(name, lambda seen: judge(name, seen, tmp_path))


def judge(name: str, seen: list[list[Any]], tmp_path: Path) -> None:
    """Hold what a real keepalived did against the engine's."""
    path = tmp_path / "keepalived.conf"
    path.write_text(SCENARIOS[name]["text"])
    first = min(at for at, what, *_ in seen if what == "checked")
    real = really(seen, first)
    ours, asked = simulated(path, seen, first)
    assert [table for _, table in ours] == [table for _, table in real]
    port = steady(name)
    late = lateness(seen, first, port, asked[port])
    apart = [
        abs(at + late(at) - really_at)
        for (at, _), (really_at, _) in zip(ours[1:], real[1:], strict=True)
    ]
    print(f"{len(real)} tables, at most {max(apart, default=0.0):.3f} s apart")
    allowed = WITHIN + unsteadiness(seen, first, port, asked[port])
    assert all(each <= allowed for each in apart), (real, ours)
