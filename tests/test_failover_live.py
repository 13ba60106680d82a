"""What lint says of failing trackers, and what real keepalived pairs then do.

Every pair is linted as it is; then its script fails, and the role moves within
the seconds that were predicted, or stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from recordings import Recordings
from vrrp_live import Recording, record
from vrrp_scenarios import (
    CHECK,
    TRACKS,
    Scenario,
    block,
    grouped,
    pair,
    router,
)
from vrrp_simulated import READY, codec

from hatools.plugin import Place, Subject, Told
from hatools.plugin_host import Host
from hatools.text import Severity, Source
from hatools_peers.rules.failover_never_happens import FailoverNeverHappens
from hatools_peers.trials import Trial, trials

LATE = 0.5  # seconds that a loaded machine may be late
EARLY = 0.1
START = ("start lb1", "wait 0.7", "start lb2", "until lb1 MASTER", "wait 1.5")
QUICK = ("start lb1", "wait 0.1", "start lb2", "wait 3")
TAKEN = ("fails lb1 chk", "until lb2 MASTER", "wait 0.5")
MOVES = (*START, *TAKEN)
REVERSED = ("fails lb1 chk", *START, "passes lb1 chk", "until lb2 MASTER", "wait 0.5")
STAYS = (*START, "fails lb1 chk", "wait 8")
pytestmark = [pytest.mark.real("keepalived", "ip", "nft"), pytest.mark.xdist_group("live")]


def script(*lines: str) -> str:
    return block("vrrp_script chk", 'script "@/check.sh lb1"', *lines) + "\n"


def failing(
    name: str, says: str, ours: str, other: str, steps: tuple[str, ...], interval: float = 1.0
) -> Scenario:
    """Return a pair of which the first node has a script that *says* so, and fails."""
    texts = pair(script(*says.split(", ")) + ours, other)
    return Scenario(name, texts, steps, interval, files={"check.sh": CHECK})


def tracked(priority: int, *lines: str, **said: object) -> str:
    return router(priority, TRACKS, *lines, **said)  # type: ignore[arg-type]


def grouped_script(priority: int, routers: int = 1) -> str:
    """Return two routers of one group; as many of them have the script, with its weight."""
    return grouped(priority).replace("priority", f"{TRACKS}\n    priority", routers)


FAST = {"version": 3, "interval": "0.2"}
PAIRS = (
    failing("weight too small", "interval 1, weight -10", tracked(200), router(150), STAYS),
    failing("weight that makes a tie", "interval 1, weight -50", tracked(200), router(150), STAYS),
    failing("weight just enough", "interval 1, weight -51", tracked(200), router(150), MOVES),
    failing("weight 0", "interval 1, weight 0", tracked(200), router(150), MOVES),
    failing("positive weight", "interval 1, weight 60", tracked(140), router(170), MOVES),
    failing(
        "positive weight too small", "interval 1, weight 20", tracked(160), router(150), STAYS
    ),
    failing(
        "nopreempt and a weight",
        "interval 1, weight -60",
        tracked(200, "nopreempt"),
        router(150, "nopreempt"),
        STAYS,
    ),
    failing(
        "nopreempt and weight 0",
        "interval 1",
        tracked(200, "nopreempt"),
        router(150, "nopreempt"),
        MOVES,
    ),
    failing("sync group", "interval 1", grouped(200, TRACKS), grouped(150), MOVES),
    failing(
        "sync group with a weight in one router",
        "interval 1, weight -60",
        grouped_script(200),
        grouped(150),
        STAYS,
    ),
    failing(
        "sync group with a weight in both routers",
        "interval 1, weight -60",
        grouped_script(200, 2),
        grouped(150),
        STAYS,
    ),
    failing(
        "sync group that lets weights count",
        "interval 1, weight -60",
        grouped_script(200, 2).replace("group {", "sync_group_tracking_weight\n    group {", 1),
        grouped(150),
        MOVES,
    ),
    failing(
        "sync group with a weight",
        "interval 1, weight -60",
        grouped(200, TRACKS),
        grouped(150),
        MOVES,
    ),
    failing("in reverse", "interval 1, weight 60 reverse", tracked(200), router(150), REVERSED),
    failing(
        "in reverse, negative weight",
        "interval 1, weight -60 reverse",
        tracked(120),
        router(150),
        REVERSED,
    ),
    failing(
        "in reverse where it is tracked",
        "interval 1",
        router(200, block("track_script", "chk weight 60 reverse")),
        router(150),
        REVERSED,
    ),
    failing("fall 3", "interval 1, weight -60, fall 3", tracked(200), router(150), MOVES),
    failing("fall 2, every 2 s", "interval 2, fall 2", tracked(200), router(150), MOVES),
    failing("every 3 s", "interval 3, weight -60", tracked(200), router(150), MOVES),
    failing(
        "version 3 at 0.2 s",
        "interval 1, weight -60",
        tracked(200, **FAST),
        router(150, **FAST),
        (*QUICK, *TAKEN),
        0.2,
    ),
)  # fmt: skip


def subject(scenario: Scenario) -> Subject:
    """Return what lint looks at."""
    form = codec(Host().formats()["keepalived"])
    return Subject(
        {
            node: (Told("keepalived", form.read(
                form.expand(form.parse(Source(f"{node}.conf", text)), Place()))),)
            for node, text in scenario.texts.items()
        }
    )  # fmt: skip


def predicted(scenario: Scenario) -> Trial:
    """Return what is predicted of the script of the first node."""
    found = [one for one in trials(subject(scenario)) if one.peer.node == "lb1"]
    assert found
    return found[0]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings[Recording]:
    by_name = {scenario.name: scenario for scenario in PAIRS}

    def take(names: Sequence[str]) -> Mapping[str, Recording]:
        return record([by_name[name] for name in names], tmp_path_factory.mktemp("failover"))

    return Recordings(list(by_name), take)


@pytest.mark.parametrize("scenario", PAIRS, ids=lambda scenario: scenario.name)
def test_the_role_moves_when_lint_says_so(
    scenario: Scenario, recordings: Recordings[Recording]
) -> None:
    recordings.judge(scenario.name, lambda recording: judge(scenario, recording))


def judge(scenario: Scenario, recording: Recording) -> None:
    """Hold what a real pair did against what was predicted."""
    takeover = predicted(scenario).failure.takeover
    told = "\n".join(f"{at:.3f} {node} {line}" for at, node, line in recording.log)
    assert not recording.missed, f"{recording.missed}\n{told}"
    struck = [at for at, step in recording.blows if step.endswith("chk")][-1]
    taken = [at for at, node, _, role in recording.roles
             if node == "lb2" and role == "MASTER" and at > struck + READY]  # fmt: skip
    if scenario.steps == STAYS:
        assert not taken, told
        assert takeover.never
        return
    assert takeover.best is not None, takeover.reason
    assert takeover.worst is not None
    seconds = taken[0] - struck
    print(f"{takeover.best:.2f} <= {seconds:.2f} <= {takeover.worst:.2f}")
    assert takeover.best - EARLY <= seconds <= takeover.worst + LATE, told


@pytest.mark.parametrize("scenario", PAIRS, ids=lambda scenario: scenario.name)
def test_never_is_what_lint_finds(scenario: Scenario) -> None:
    found = list(FailoverNeverHappens().check(subject(scenario)))
    assert bool(found) == (scenario.steps == STAYS)
    for one in found:
        assert one.severity is Severity.WARNING, "the script might stop keepalived itself"
        assert one.span is not None
        assert one.span.path == "lb1.conf"
