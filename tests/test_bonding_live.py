"""The same ports go down and come back in real bonds and in ours; real frames leave by the port
that ours would take.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest
from bond_course import Course, bond
from recordings import Recordings

from hatools.engine.bond_hash import IPV4, IPV6, Flow
from hatools.engine.bond_transmit import Transmit

SEED = random.SystemRandom().randrange(10**6)
SLOWER = 1.15  # its jiffies are 10 ms: what is to take 100 ms takes 110
SLACK = 0.12  # seconds for its one processor, and for looking every 10 ms
POLICIES = ("layer2", "layer2+3", "layer3+4", "vlan+srcmac", "encap2+3", "encap3+4")
pytestmark = [pytest.mark.real("linux.uml", "ip"), pytest.mark.xdist_group("live")]

Case = dict[str, Any]


def case(
    number: int, mode: str, options: Mapping[str, str], steps: str = "", **more: object
) -> Case:
    """Return a case; *steps* are ``TIME PORT down|up|silent|heard``, ports a, b and c."""
    count = len(str(more.pop("named", "ab")))
    ports = [f"{letter}{number}" for letter in "abc"[:count]]
    commands = []
    for step in filter(None, steps.split(",")):
        time, letter, what = step.split()
        port = f"p{letter}{number}"
        told = {"silent": "nomaster", "heard": f"master bond{number}b"}.get(what, what)
        commands.append((float(time), f"link set {port} {told}"))
    options = {key: f"a{number}" if key == "primary" else value for key, value in options.items()}
    made: Case = {"name": f"bond{number}", "mode": mode, "options": options, "ports": ports,
                  "steps": commands, "flows": [], "rest": 1.0}  # fmt: skip
    return {**made, **more}


def fuzzed(number: int, options: Mapping[str, str], pause: float, draw: random.Random) -> Case:
    """Return a case of ports that go and come at random, *pause* seconds apart at least."""
    time, steps, up = 0.3, [], {"a": True, "b": True, "c": True}
    while time < 5.0:
        letter = draw.choice("abc")
        up[letter] = not up[letter]
        steps.append(f"{time:.2f} {letter} {'up' if up[letter] else 'down'}")
        time += pause + draw.random() * 0.3
    return case(number, "active-backup", options, ",".join(steps), named="abc")


def flows(draw: random.Random) -> list[dict[str, Any]]:
    """Return flows drawn at random, some of each policy."""
    found = []
    for policy in POLICIES:
        for _ in range(12):
            size = draw.choice((4, 4, 16))
            found.append({
                "policy": policy,
                "source_mac": "02" + draw.randbytes(5).hex(),
                "destination_mac": "02" + draw.randbytes(5).hex(),
                "source": draw.randbytes(size).hex(),
                "destination": draw.randbytes(size).hex(),
                "source_port": draw.randrange(1, 65536),
                "destination_port": draw.randrange(1, 65536),
            })  # fmt: skip
    return found


def cases() -> dict[str, Case]:
    draw = random.Random(SEED)
    # Less than 300 ms, and a guest that is late would take the port that waits for down, too.
    arp = {"arp_interval": "300", "arp_ip_target": "10.80.5.2"}
    arp_all = {"arp_interval": "300", "arp_ip_target": "10.80.6.2", "arp_validate": "all"}
    lan = {"target": "10.80.5.2", "address": "10.80.5.1"}
    lan_all = {"target": "10.80.6.2", "address": "10.80.6.1"}
    every = draw.sample(flows(draw), 24)
    plain = [{key: value for key, value in flow.items() if key != "policy"} for flow in every[:8]]
    mii = {"miimon": "100"}
    return {
        "miimon": case(0, "active-backup", mii,
                       "0.5 a down,1 a up,1.5 b down,2 a down,2.5 b up"),
        "primary": case(1, "active-backup", {**mii, "primary": "a"}, "0.5 a down,1.2 a up"),
        "reselect on failure": case(
            2, "active-backup", {**mii, "primary": "a", "primary_reselect": "failure"},
            "0.5 a down,1.2 a up,2 b down"),
        "delays": case(
            3, "active-backup",
            {**mii, "updelay": "400", "downdelay": "300", "primary": "a"},
            "1 a down,2 a up,3.5 a down,3.7 a up"),
        "priority": case(4, "active-backup", mii, "0.5 c down,1 b down,1.5 c up", named="abc",
                         priorities={"b4": 5, "c4": 9}),
        "arp": case(5, "active-backup", arp, "0.6 a silent,2.2 a heard,3.4 b down",
                    **lan, rest=1.6),
        "arp validated": case(6, "active-backup", arp_all, "0.6 a silent,2.2 b silent,3.6 a heard",
                              **lan_all, rest=1.8),
        "lacp": case(7, "802.3ad", {**mii, "lacp_rate": "fast"}, "2.8 b down,3.2 b up",
                     partner=True, rest=3.6),
        "random 1": fuzzed(8, {"miimon": "50"}, 0.2, draw),
        "random 2": fuzzed(9, {"miimon": "50", "primary": "a"}, 0.2, draw),
        "random 3": fuzzed(10, {"miimon": "50", "updelay": "100", "downdelay": "100"}, 0.5, draw),
        "random 4": fuzzed(11, {"miimon": "50", "primary": "a", "primary_reselect": "failure"},
                           0.2, draw),
        "hashes": case(12, "balance-xor", mii, named="abc", flows=flows(draw)),
        "in turn": case(13, "balance-rr", mii, named="abc", flows=plain),
        "static tlb": case(14, "balance-tlb", {**mii, "tlb_dynamic_lb": "0"}, named="abc",
                           flows=every),
        "broadcast": case(15, "broadcast", mii, flows=plain),
    }  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Recordings[Case]:
    print(f"seed {SEED}")
    return Recordings(list(cases()), lambda names: record(names, tmp_path_factory.mktemp("bonds")))


def record(names: Sequence[str], folder: Path) -> Mapping[str, Case]:
    """Return what became of the cases *names*: all of them run at once in one guest."""
    made = {name: one for name, one in cases().items() if name in names}
    (folder / "cases.json").write_text(json.dumps(list(made.values())))
    guest = Path(__file__).with_name("bond_guest.py")
    (folder / "bond_guest.py").write_text(guest.read_text())
    status, output = ipvs_kernel.run(folder, "exec python3 bond_guest.py", 60)
    assert status == 0, output
    told = json.loads((folder / "found.json").read_text())
    return dict(zip(made, told, strict=True))


def ours(told: Case) -> Course:
    """Return the course of our bond, with what was done at the same moments."""
    options = dict(told["options"])
    words = " ".join(f"{port}:{told.get('priorities', {}).get(port, 0)}" for port in told["ports"])
    course = Course(bond(told["mode"], options, words))
    for moment, (_, command) in zip(told["done"], told["steps"], strict=True):
        course.run(moment)
        _, _, peer, what, *_ = command.split()
        if what in ("up", "down"):
            course.link(peer[1:], what == "up")
        else:
            course.tell("arp answered", peer[1:], answered=what == "master")
    course.run(course.agenda.now + told["rest"])
    return course


def actives(changes: Iterable[Any], start: float) -> list[tuple[str, float]]:
    """Return which port was active in turn, and since when; those before *start* are left out."""
    found = [(time, state["active"]) for time, state in changes]
    turns = [(name, next(group)[0]) for name, group in groupby(found, key=lambda one: one[1])]
    early = sum(time <= start for _, time in turns) or 1
    return turns[early - 1 :]


@pytest.mark.parametrize("name", [name for name, one in cases().items() if one["steps"]])
def test_bonds_fail_over_as_the_kernels(found: Recordings[Case], name: str) -> None:
    """The same ports in turn, each within one look (and the guest's slowness) of the kernel."""
    found.judge(name, judge)


def judge(told: Case) -> None:
    """Hold a bond of the kernel's against ours."""
    course = ours(told)
    start = told["changes"][0][0] + 0.01
    real, mine = actives(told["changes"], start), actives(course.told, start)
    assert [port for port, _ in mine] == [port for port, _ in real], (SEED, real, mine)
    options = told["options"]
    interval = int(options.get("arp_interval", options.get("miimon"))) / 1000
    waits = max(int(options.get(key, 0)) / 1000 for key in ("updelay", "downdelay"))
    slack = interval * SLOWER + waits * (SLOWER - 1) + SLACK
    for (port, here), (_, there) in zip(mine[1:], real[1:], strict=True):
        late = sum(lag for time, lag in told["lags"] if there - 3 < time < there + 0.1)
        assert abs(here - there) <= slack + late, (SEED, port, here, there, late)
    last = told["changes"][-1][1]
    assert course.machine.seen().up is last["up"]
    shown = ("up",) if "arp_interval" in options else ("up", "going down")
    assert dict(course.machine.seen().ports) == {
        port: state in shown for port, state in last["ports"].items()
    }
    assert {port.name: port.failures for port in course.machine.ports} == told["failures"]


def test_lacp_settles_as_the_kernels(found: Recordings[Case]) -> None:
    found.judge("lacp", judge_lacp)


def judge_lacp(told: Case) -> None:
    """Hold the states of the kernel's ports against ours."""
    course = ours(told)
    lost, back = told["done"]
    port = told["ports"][1]
    real = [time for time, state in told["changes"] if state["states"][port] == 63]
    carrying = [time for time, state in course.told if port in state["carrying"]]
    first = next(time for time in carrying if time > 1.0)
    assert abs(first - next(time for time in real if time > 1.0)) <= 0.6
    again = next(time for time in carrying if time > back)
    assert abs(again - next(time for time in real if time > back + 1.0)) <= 0.8
    gone = next(
        time for time, state in told["changes"] if time > lost and state["ports"][port] == "down"
    )
    noticed = next(time for time, state in course.told if not state["ports"][port])
    assert abs(gone - noticed) <= 0.1 * SLOWER + SLACK
    assert told["changes"][-1][1]["states"] == {
        one.name: course.machine.lacp.state(one)  # type: ignore[union-attr]
        for one in course.machine.ports
    }


@pytest.mark.parametrize("name", ["hashes", "in turn", "static tlb", "broadcast"])
def test_frames_leave_as_the_kernels(found: Recordings[Case], name: str) -> None:
    found.judge(name, lambda told: judge_frames(told, name))


def judge_frames(told: Case, name: str) -> None:
    """Hold the ports that the kernel's frames left by against ours."""
    carried = []
    started: dict[str, Transmit] = {}
    for flow in told["flows"]:
        policy = flow.get("policy", "layer2")
        if policy not in started:
            options = {**told["options"], "xmit_hash_policy": policy}
            started[policy] = Transmit(
                Course(bond(told["mode"], options, " ".join(told["ports"]))).machine
            )
        made = Flow(
            *(bytes.fromhex(flow[key]) for key in
              ("source_mac", "destination_mac", "source", "destination")),
            flow["source_port"],
            flow["destination_port"],
            IPV4 if len(flow["source"]) == 8 else IPV6,
        )  # fmt: skip
        carried.append("+".join(started[policy].ports(made)))
    if name == "in turn":  # how many frames the kernel sent before is not known
        start = told["ports"].index(told["carried"][0]) - told["ports"].index(carried[0])
        carried = [told["ports"][(told["ports"].index(port) + start) % 3] for port in carried]
    wrong = [(a, b, flow) for a, b, flow in
             zip(carried, told["carried"], told["flows"], strict=True) if a != b]  # fmt: skip
    assert not wrong, (SEED, wrong[:3])
