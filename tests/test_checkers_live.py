"""keepalived's checkers over a running kernel, and the engine's: servers go at the same times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest
from lab import ROOT
from vrrp_replay import SCHEDULERS, topology

from hatools.engine.node import Node
from hatools.engine.world import World
from hatools.model.event import Event

WITHIN = 0.3  # seconds, from the first check on
PASSING = 0.1  # seconds: keepalived changes one server after the other
PORTS = (8001, 8002)
Table = dict[str, int]


def server(port: int, weight: int = 1, *lines: str, retry: int = 0) -> str:
    """Return a server that is asked every two seconds.

    keepalived 2.2.7 also retries while a server is down, newer ones do not:
    without retries all of them see it come back at the same time.
    """
    check = f"connect_timeout 1\nretry {retry}\ndelay_before_retry 1\nwarmup 0"
    own = "\n".join((f"weight {weight}", *lines, f"TCP_CHECK {{\n{check}\n}}"))
    return f"real_server 127.0.0.1 {port} {{\n{own}\n}}\n"


def service(*servers: str, own: str = "") -> str:
    head = "delay_loop 2\nlb_algo wrr\nlb_kind NAT\nprotocol TCP\n"
    return f"virtual_server 10.9.0.1 80 {{\n{head}{own}\n{''.join(servers)}}}\n"


FALLS = [["wait", 4.3], ["refuses", 8001], ["wait", 6], ["answers", 8001], ["wait", 4]]
BOTH = (server(8001, 3), server(8002, 2))
SCENARIOS: dict[str, dict[str, Any]] = {
    "remove": {"text": service(*BOTH), "ports": PORTS, "steps": FALLS},
    "retry": {
        "text": service(server(8001, 3, retry=2), server(8002, 2)),
        "ports": PORTS,
        "steps": FALLS[:3],
    },
    "alpha": {
        "text": service(*BOTH, own="alpha"),
        "ports": [8001],
        "steps": [["wait", 4.3], ["answers", 8002], ["wait", 4]],
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
    pytest.mark.xdist_group("checkers"),  # one kernel for all
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[Any]]]:
    folder = tmp_path_factory.mktemp("checkers")
    (folder / "scenarios.json").write_text(json.dumps(list(SCENARIOS.values())))
    guest = f"/usr/bin/python3 {ROOT}/tests/checker_guest.py scenarios.json recorded.json"
    status, output = ipvs_kernel.run(folder, guest, 90.0)
    assert status == 0, output
    seen = json.loads((folder / "recorded.json").read_text())
    return dict(zip(SCENARIOS, seen, strict=True))


def really(seen: list[list[Any]], first: float) -> list[tuple[float, Table]]:
    """Return the kernel's tables from the first check on, without those that only pass."""
    tables = [(at - first, rest[0]) for at, what, *rest in seen if what == "table"]
    found: list[tuple[float, Table]] = []
    for (at, table), after in zip(tables, [*(at for at, _ in tables[1:]), 1e9], strict=True):
        if after - at > PASSING:
            found.append((at, table))
    start = max((number for number, (at, _) in enumerate(found) if at < -PASSING), default=0)
    return found[start:]


def simulated(path: Path, seen: list[list[Any]], first: float) -> list[tuple[float, Table]]:
    """Return the engine's tables; its first check is at 0."""
    found: list[tuple[float, Table]] = []
    world = World(lambda node, event: note(event))
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
    world.run(max(at for at, *_ in seen) - first)
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_servers_come_and_go_as_in_the_running_kernel(
    name: str, recorded: dict[str, list[list[Any]]], tmp_path: Path
) -> None:
    seen = recorded[name]
    path = tmp_path / "keepalived.conf"
    path.write_text(SCENARIOS[name]["text"])
    first = min(at for at, what, *_ in seen if what == "checked")
    real, ours = really(seen, first), simulated(path, seen, first)
    assert [table for _, table in ours] == [table for _, table in real]
    apart = [abs(one[0] - other[0]) for one, other in zip(ours[1:], real[1:], strict=True)]
    print(f"{len(real)} tables, at most {max(apart, default=0.0):.3f} s apart")
    assert all(each <= WITHIN for each in apart), (real, ours)
