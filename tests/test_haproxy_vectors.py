"""What a real haproxy chose, request by request, and what the engine chooses."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from haproxy_replay import decisions
from lab import SHARED

PATH = SHARED / "vectors" / "haproxy" / "balance.jsonl"
pytestmark = pytest.mark.skipif(not PATH.exists(), reason=f"no recorded vectors at {PATH}")


def recorded() -> list[Any]:
    lines = PATH.read_text("utf-8").splitlines() if PATH.exists() else []
    vectors = [json.loads(line) for line in lines]
    return [pytest.param(one, id=one["name"]) for one in vectors if "name" in one]


@pytest.mark.parametrize("vector", recorded())
def test_the_engine_chooses_as_haproxy(vector: dict[str, Any]) -> None:
    if vector["algo"].startswith("random"):
        seen = Counter(vector["seq"])  # shares only: every server has some of the requests
        assert set(seen) == {f"s{at}" for at, _ in enumerate(vector["weights"], 1)}
        return
    for subject, chosen, ours in decisions(vector):
        assert ours == chosen, subject
