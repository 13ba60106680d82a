"""What real keepalived pairs did, and what the engine does with the same configurations."""

from __future__ import annotations

import pytest
from lab import SHARED
from vrrp_replay import ADDRESSES, Replay

FOLDER = SHARED / "vectors" / "vrrp"
RECORDINGS = sorted(path.stem for path in FOLDER.glob("*.json"))
WITHIN = 0.1  # seconds; the recordings themselves are not steadier
pytestmark = pytest.mark.skipif(not RECORDINGS, reason=f"no recorded vectors at {FOLDER}")


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_change_of_role_comes_when_it_really_came(name: str) -> None:
    replay = Replay(FOLDER, name)
    ours, real = replay.run(), replay.real()
    for node in ADDRESSES:
        expected = [change for change in real if change[1] == node]
        found = [change for change in ours if change[1] == node]
        assert [change[2] for change in found] == [change[2] for change in expected], node
        for (at, _, role), (really, _, _) in zip(found, expected, strict=True):
            assert abs(at - really) <= WITHIN, f"{node} {role}"
