"""Real keepalived clusters and the engine's take the same roles at the same times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from recordings import Recordings
from vrrp_live import Recording, record
from vrrp_scenarios import SCENARIOS, Scenario
from vrrp_simulated import differences

WITHIN = 0.3  # seconds, from the last advertisement before a blow
pytestmark = [
    pytest.mark.real("keepalived", "ip", "nft"),
    pytest.mark.xdist_group("live"),  # what keeps time with real programs runs alone
]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings[Recording]:
    by_name = {scenario.name: scenario for scenario in SCENARIOS}

    def take(names: Sequence[str]) -> Mapping[str, Recording]:
        return record([by_name[name] for name in names], tmp_path_factory.mktemp("vrrp"))

    return Recordings(list(by_name), take)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_roles_change_when_they_really_change(
    scenario: Scenario, recordings: Recordings[Recording]
) -> None:
    recordings.judge(scenario.name, lambda recording: judge(scenario, recording))


def judge(scenario: Scenario, recording: Recording) -> None:
    """Hold what a real cluster did against the engine's."""
    found = list(differences(scenario, recording))
    largest = max((abs(one.seconds) for one in found if one.seconds is not None), default=0.0)
    print(f"{len(found)} changes of role, at most {largest:.3f} s apart")
    wrong = [one for one in found if one.seconds is None or abs(one.seconds) > WITHIN]
    told = "\n".join(f"{at:.3f} {node} {line}" for at, node, line in recording.log)
    assert not recording.missed, f"{recording.missed}\n{told}"
    assert not wrong, "\n".join(map(str, wrong)) + f"\n{told}"
    assert len(found) >= len(scenario.texts)
