"""What a real kernel chose, connection by connection, and what the engine chooses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ipvs_replay import decisions, live_decisions
from lab import SHARED

FOLDER = SHARED / "vectors" / "ipvs"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no recorded vectors at {FOLDER}")


def recorded(*names: str) -> list[Any]:
    found = []
    for name in names:
        path = FOLDER / f"{name}.jsonl"
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            scenario = json.loads(line)
            if "name" in scenario:
                found.append(pytest.param(scenario, id=f"{name}/{scenario['name']}"))
    return found


def kernel() -> str:
    with Path(FOLDER / "core.jsonl").open(encoding="utf-8") as file:
        version: str = json.loads(file.readline())["kernel"]
    return version


@pytest.mark.parametrize("scenario", recorded("core", "change"))
def test_schedulers_choose_as_the_kernel(scenario: dict[str, Any]) -> None:
    """The counters are the kernel's own; edits, removals and another scheduler come in between."""
    for number, chosen, ours in decisions(scenario, kernel()):
        assert ours == chosen, f"connection {number}"


@pytest.mark.parametrize("scenario", recorded("core", "hash", "misc"))
def test_services_choose_as_the_kernel(scenario: dict[str, Any]) -> None:
    """The counters are ours, and equal the kernel's before every connection."""
    for number, chosen, ours in live_decisions(scenario, kernel()):
        assert ours == chosen, f"connection {number}"
