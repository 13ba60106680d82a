"""Real keepalived pairs: takeovers alarm nobody, split brains are found, named and cleared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from recordings import Recordings
from vrrp_scenarios import GLOBALS, Scenario, block, pair, router
from watch_live import Told, watch_all

INTERVAL = 0.5  # seconds
DOWN = 3 * INTERVAL + (256 - 100) * INTERVAL / 256  # lb2's Master_Down_Interval (RFC 9568, 6.1)
NODES = ("lb1", "lb2")
WITNESSED = (*NODES, "lb3")
START = ("start lb1", "start lb2")
TAKEOVERS = ("stop", "stop", "kill", "stop", "stop")  # and each time lb1 takes it back
SETTLED = ("until lb1 MASTER", "wait 1.5")
SPLIT = (*START, "until lb1 MASTER", "until lb2 MASTER", "wait 7")


def fast(priority: int, *lines: str) -> str:
    return router(priority, *lines, version=3, interval="0.5")


def unicast(node: int, other: int, priority: int) -> str:
    peers = block("unicast_peer", f"192.0.2.{other}")
    return fast(priority, f"unicast_src_ip 192.0.2.{node}", peers)


def takeovers(verbs: Sequence[str]) -> Scenario:
    """Return a pair that takes over twice for each of *verbs*, and then a cut link."""
    plain = {**pair(fast(150), fast(100)), "lb3": GLOBALS + fast(100)}
    back = ("until lb2 MASTER", "wait 0.6", "start lb1", "until lb1 MASTER", "wait 0.6")
    taken = [step for verb in verbs for step in (f"{verb} lb1", *back)]
    cut = ("cut lb1 lb2", "until lb2 MASTER", "wait 3", "heal lb1 lb2", "wait 3")
    return Scenario("takeovers", plain, (*START, *SETTLED, *taken, *cut), interval=INTERVAL)


def scenarios() -> list[tuple[Scenario, tuple[str, ...]]]:
    apart = ("until lb2 MASTER", "wait 3")
    steps = {
        "multicast blocked": (*START, *SETTLED, "block lb1 lb2", *apart),
        "unicast list": (*START, *SETTLED, *apart),
    }
    other = {"secret": "other", "address": "192.0.2.200/24"}
    texts = {
        "multicast blocked": pair(fast(150), fast(100)),
        "VRID collision": pair(router(150), router(100, **other)),
        "authentication differs": pair(router(150), router(100, secret="other")),
        "advertisement interval differs": pair(router(150), router(100, interval="2")),
        "version differs": pair(router(150, secret=""), router(100, version=3)),
        "unicast list": pair(unicast(1, 9, 150), unicast(2, 1, 100)),
    }
    causes = (
        Scenario(name, said, steps.get(name, SPLIT), interval=INTERVAL)
        for name, said in texts.items()
    )
    return [(takeovers(TAKEOVERS), WITNESSED), *((cause, NODES) for cause in causes)]


pytestmark = [
    pytest.mark.real("keepalived", "ip", "nft"),
    pytest.mark.xdist_group("live"),  # what keeps time with real programs runs alone
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Recordings[Told]:
    by_name = {one.name: (one, watched) for one, watched in scenarios()}

    def take(names: Sequence[str]) -> Mapping[str, Told]:
        return watch_all([by_name[name] for name in names], tmp_path_factory.mktemp("watched"))

    return Recordings(list(by_name), take)


def test_ten_takeovers_alarm_nobody(told: Recordings[Told]) -> None:
    def judge(found: Told) -> None:
        taken = [role for _, _, _, role in found.recording.roles if role == "MASTER"]
        assert len(taken) >= 2 * len(TAKEOVERS) + 1
        cut = found.blow("cut lb1 lb2")
        assert [one for one in found.verdicts if one.time < cut] == [], found.logs

    told.judge("takeovers", judge)


@pytest.mark.parametrize("node", WITNESSED)
def test_a_cut_link_is_confirmed_in_time_and_cleared_when_healed(
    node: str, told: Recordings[Told]
) -> None:
    def judge(found: Told) -> None:
        cut, healed = found.blow("cut lb1 lb2"), found.blow("heal lb1 lb2")
        mine = [one for one in found.verdicts if one.node == node and one.time > cut]
        confirmed = next((one for one in mine if one.verdict == "confirmed"), None)
        assert confirmed is not None, found.logs
        after = confirmed.time - cut
        print(f"{node}: confirmed {after:.2f} s after the cut; 2 MDI: {2 * DOWN:.2f} s")
        assert after <= 2 * DOWN, found.logs
        assert confirmed.cause.startswith("cut link"), confirmed
        assert mine[-1].verdict == "cleared", found.logs
        assert mine[-1].time > healed
        assert sum(one.verdict == "cleared" for one in mine) == 1, found.logs

    told.judge("takeovers", judge)


CAUSES = [scenario.name for scenario, _ in scenarios() if scenario.name != "takeovers"]


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_made_on_purpose_is_named(cause: str, told: Recordings[Told]) -> None:
    def judge(found: Told) -> None:
        for node in NODES:
            mine = [one for one in found.verdicts if one.node == node]
            last = [one for one in mine if one.verdict == "confirmed"]
            assert last, found.logs
            assert last[-1].cause.startswith(cause), last

    told.judge(cause, judge)
