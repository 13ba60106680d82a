"""A running kernel and the engine get the same rules and clients: they choose the same servers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import ipvs_kernel
import pytest
from ipvs_replay import LiveTable
from ipvs_scenarios import SCHEDULERS, Generator
from lab import ROOT

from hatools.plugin import Connection, Member

SEED = int(os.environ.get("HATOOLS_SEED") or int.from_bytes(os.urandom(3)))
SCENARIOS = list(Generator(SEED).scenarios())
_SCRIPT = f"/usr/bin/python3 {ROOT}/tests/ipvs_guest.py scenarios.json recorded.json"
pytestmark = [
    pytest.mark.real("linux.uml", "ipvsadm", "tc"),
    pytest.mark.xdist_group("live"),  # what keeps time with real programs runs alone
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the kernel did, by the scenario's name."""
    folder = tmp_path_factory.mktemp("ipvs")
    (folder / "scenarios.json").write_text(json.dumps(SCENARIOS))
    status, output = ipvs_kernel.run(folder, _SCRIPT, 120.0)
    assert status == 0, output
    found = json.loads((folder / "recorded.json").read_text())
    names = [scenario["name"] for scenario in SCENARIOS]
    return {"kernel": found["kernel"], **dict(zip(names, found["recorded"], strict=True))}


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_the_engine_chooses_as_the_running_kernel(scheduler: str, recorded: dict[str, Any]) -> None:
    print(f"HATOOLS_SEED={SEED}")
    for scenario in SCENARIOS:
        if scenario["name"].startswith(f"{scheduler}, "):
            happened = recorded[scenario["name"]]
            for place, kernel, ours in compared(scenario, happened, recorded["kernel"]):
                assert ours == kernel, f"{place}; repeat with HATOOLS_SEED={SEED}"


def compared(
    scenario: dict[str, Any], happened: list[list[Any]], kernel: str
) -> Iterator[tuple[str, object, object]]:
    """Yield place, what the kernel said and what the engine says: counters and choices."""
    protocol = scenario["protocol"]
    table = LiveTable(scenario["rules"], protocol, kernel)
    for number, (what, *rest) in enumerate(happened):
        place = f"{scenario['name']}, step {number}"
        if what == "cmd":
            table.command(rest[0])
        elif what == "counters":
            yield place, rest[0], counters(table, rest[0])
        elif what == "open":
            identity, client, port, address, to, chosen, before = rest
            yield f"{place}: counters", before, counters(table, before)
            picked = table.pool.open(Connection(client, port, address, to, protocol), 0.5)
            if picked is not None:
                table.open[identity] = (Connection(client, port, address, to, protocol), picked)
            yield (
                f"{place}: {client}:{port}",
                chosen,
                picked and f"{picked.address}:{picked.port or to}",
            )
        else:
            connection, server = table.open.pop(rest[0])
            table.pool.finish(connection, server, aborted=what == "abort")


def counters(table: LiveTable, like: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return weight, active and inactive of every server that is in, as the kernel names them."""
    members = [one for one in table.pool.members.values() if one.up]
    return {name_like(one, like): [one.weight, one.active, one.inactive] for one in members}


def name_like(member: Member, like: dict[str, list[int]]) -> str:
    """Return the kernel's name of *member*: with a mark, its port is 0."""
    return next((name for name in like if name.partition(":")[0] == member.address), member.address)
