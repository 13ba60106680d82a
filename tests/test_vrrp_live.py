"""Real keepalived clusters and the engine's take the same roles at the same times."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from vrrp_live import Recording, record
from vrrp_scenarios import SCENARIOS, Scenario
from vrrp_simulated import differences

WITHIN = 0.3  # seconds, from the last advertisement before a blow
pytestmark = [
    pytest.mark.real("keepalived", "ip", "nft"),
    pytest.mark.xdist_group("live"),  # what keeps time with real programs runs alone
]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recording]:
    return record(SCENARIOS, tmp_path_factory.mktemp("vrrp"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_roles_change_when_they_really_change(
    scenario: Scenario, recordings: Mapping[str, Recording]
) -> None:
    recording = recordings[scenario.name]
    found = list(differences(scenario, recording))
    largest = max((abs(one.seconds) for one in found if one.seconds is not None), default=0.0)
    print(f"{len(found)} changes of role, at most {largest:.3f} s apart")
    wrong = [one for one in found if one.seconds is None or abs(one.seconds) > WITHIN]
    told = "\n".join(f"{at:.3f} {node} {line}" for at, node, line in recording.log)
    assert not recording.missed, f"{recording.missed}\n{told}"
    assert not wrong, "\n".join(map(str, wrong)) + f"\n{told}"
    assert len(found) >= len(scenario.texts)
