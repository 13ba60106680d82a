"""What keepalived clusters are put through, the real ones and those in the engine.

A step is a verb and what it is done to; `wait SECONDS` and `until NODE ROLE`
only pass the time of the real cluster.  In a configuration, ``@`` is the
folder of the cluster's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NODES = {"lb1": 1, "lb2": 2, "lb3": 3}
LANS = {"lan0": "192.0.2.%d/24", "lan1": "198.51.100.%d/24"}
GLOBALS = "global_defs {\n    script_user root\n    enable_script_security\n}\n"
CHECK = "#!/bin/sh\ntest ! -e ${0%/*}/$1.chk.fails\n"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One cluster: what its nodes are told, and what happens to them.

    *interval* is the advertisements', in seconds; a blow falls *moment*
    intervals after one.
    """

    name: str
    texts: Mapping[str, str]
    steps: tuple[str, ...]
    interval: float = 1.0
    moment: float = 0.2
    files: Mapping[str, str] = field(default_factory=dict)


def router(
    priority: int,
    *lines: str,
    name: str = "VI_1",
    lan: str = "lan0",
    vrid: int = 51,
    version: int = 2,
    interval: str = "1",
    address: str = "192.0.2.100/24",
    secret: str = "s3cret",
) -> str:
    """Return a ``vrrp_instance``; *lines* are further ones of its own."""
    said = [
        f"interface {lan}",
        f"virtual_router_id {vrid}",
        f"priority {priority}",
        f"advert_int {interval}",
        f"version {version}",
    ]
    if version == 2 and secret:
        said.append(f"authentication {{\n auth_type PASS\n auth_pass {secret}\n }}")
    said.append(f"virtual_ipaddress {{\n {address}\n }}")
    body = "".join(f"    {line}\n" for line in (*said, *lines))
    return f"vrrp_instance {name} {{\n{body}}}\n"


def block(name: str, *lines: str) -> str:
    """Return a block with one thing in each line."""
    return f"{name} {{\n" + "".join(f"    {line}\n" for line in lines) + "}"


def script(node: str, *lines: str) -> str:
    """Return the ``vrrp_script`` chk of *node*."""
    run = f'script "@/check.sh {node}"'
    return block("vrrp_script chk", run, "interval 1", *lines) + "\n"


def pair(first: str, second: str) -> dict[str, str]:
    """Return the texts of two nodes."""
    return {"lb1": GLOBALS + first, "lb2": GLOBALS + second}


def checked(
    name: str,
    lines: str,
    *steps: str,
    extra: tuple[str, ...] = (),
    priorities: tuple[int, int] = (200, 150),
) -> Scenario:
    """Return a scenario in which a script of lb1 moves the election.

    The script runs in whole seconds after the start; with these priorities no
    advertisement comes at the same moment.
    """
    ours, other = priorities
    first = script("lb1", *lines.split(", ")) + router(ours, TRACKS, *extra)
    start = ("start lb1", "wait 0.7", "start lb2", *BACK)
    texts = pair(first, router(other, *extra))
    return Scenario(name, texts, (*start, *steps), files={"check.sh": CHECK})


BACK = ("until lb1 MASTER", "wait 1")
TAKEN = ("until lb2 MASTER", "wait 1")
TRACKS = block("track_script", "chk")
FAILS = ("fails lb1 chk", *TAKEN)
PASSES = ("passes lb1 chk", *BACK)
START = ("start lb1", "wait 0.7", "start lb2", "until lb1 MASTER", "wait 1.5")
# At 0.2 s lb1 is MASTER after 0.68 s: lb2 has to be started before.
SOON = ("start lb1", "wait 0.3", "start lb2", "until lb1 MASTER", "wait 1.5")
PLAIN = pair(router(150), router(100))
V3 = pair(router(150, version=3, interval="0.2"), router(100, version=3, interval="0.2"))
HALF = pair(router(150, version=3, interval="0.5"), router(100, version=3, interval="0.5"))
BOTH = ("start lb1", "wait 0.7", "start lb2", "until lb1 MASTER", "until lb2 MASTER", "wait 2")


def unicast(node: int, priority: int) -> str:
    """Return a router of three that speak to each other one by one."""
    peers = [f"192.0.2.{other}" for other in (1, 2, 3) if other != node]
    return GLOBALS + router(
        priority, f"unicast_src_ip 192.0.2.{node}", block("unicast_peer", *peers)
    )


def grouped(priority: int, *lines: str) -> str:
    """Return two routers on two networks that move together."""
    group = block("vrrp_sync_group G1", block("group", "VI_1", "VI_2"), *lines) + "\n"
    second = router(priority, name="VI_2", lan="lan1", vrid=52, address="198.51.100.100/24")
    return group + router(priority) + second


def filed(weight: int) -> str:
    """Return a router of priority 100 that a file moves."""
    track = block("track_file load", 'file "@/lb1.load"', f"weight {weight}") + "\n"
    return track + router(100, block("track_file", "load"))


SCENARIOS = (
    Scenario(
        "cold start", PLAIN, ("start lb1", "wait 0.7", "start lb2", "until lb1 MASTER", "wait 1.5")
    ),
    Scenario(
        "the master is killed and comes back",
        PLAIN,
        (
            *START,
            "kill lb1",
            *TAKEN,
            "start lb1",
            *BACK,
        ),
    ),
    Scenario(
        "the master is stopped and comes back",
        PLAIN,
        (
            *START,
            "stop lb1",
            *TAKEN,
            "start lb1",
            *BACK,
        ),
    ),
    Scenario(
        "the network splits and heals",
        PLAIN,
        (
            *START,
            "cut lb1 lb2",
            "until lb2 MASTER",
            "wait 2.5",
            "heal lb1 lb2",
            "until lb2 BACKUP",
            "wait 1",
        ),
    ),
    Scenario(
        "one direction is lost",
        PLAIN,
        (
            *START,
            "cut lb1 > lb2",
            "until lb2 MASTER",
            "wait 2.5",
            "heal lb1 > lb2",
            "until lb2 BACKUP",
            "wait 1",
        ),
    ),
    # Whole seconds would end together with an advertisement: sooner or later by chance.
    *(
        Scenario(
            f"preempt_delay {seconds}",
            pair(router(150, f"preempt_delay {seconds}"), router(100)),
            ("start lb2", *TAKEN, "start lb1", *BACK),
        )
        for seconds in (2.6, 3.6)
    ),
    Scenario(
        "version 3 at 0.2 s: killed, back, stopped",
        V3,
        (*SOON, "kill lb1", *TAKEN, "start lb1", *BACK, "stop lb1", *TAKEN),
        interval=0.2,
        moment=0.4,
    ),
    Scenario(
        "version 3 at 0.5 s: split and healed",
        HALF,
        (
            *START,
            "cut lb1 lb2",
            "until lb2 MASTER",
            "wait 2",
            "heal lb1 lb2",
            "until lb2 BACKUP",
            "wait 1",
        ),
        interval=0.5,
    ),
    checked("script of weight 0", "weight 0", *FAILS, *PASSES),
    checked("script of weight -60", "weight -60", *FAILS, *PASSES),
    checked("script of weight -10", "weight -10", "fails lb1 chk", "wait 6"),
    checked(
        "script of weight -60 and nopreempt",
        "weight -60",
        "fails lb1 chk",
        "wait 6",
        extra=("nopreempt",),
    ),
    checked("script with fall 3 and rise 2", "weight -60, fall 3, rise 2", *FAILS, *PASSES),
    checked("script of weight 60", "weight 60", *FAILS, *PASSES, priorities=(140, 170)),
    Scenario(
        "nopreempt",
        pair(router(150, "nopreempt"), router(100, "nopreempt")),
        (*START, "stop lb1", *TAKEN, "start lb1", "wait 5"),
    ),
    Scenario(
        "the carrier is lost",
        PLAIN,
        (
            *START,
            "unplug lb1 lan0",
            *TAKEN,
            "plug lb1 lan0",
            *BACK,
        ),
    ),
    Scenario(
        "a sync group loses one link",
        pair(grouped(150), grouped(100)),
        (
            *START,
            "unplug lb1 lan1",
            *TAKEN,
            "plug lb1 lan1",
            *BACK,
        ),
    ),
    Scenario("different secrets", pair(router(150), router(100, secret="other")), BOTH),
    Scenario(
        "different intervals in version 2", pair(router(150), router(100, interval="2")), BOTH
    ),
    Scenario("different versions", pair(router(150, secret=""), router(100, version=3)), BOTH),
    Scenario("different VRIDs", pair(router(150), router(100, vrid=52)), BOTH),
    # Beyond the reference's list.
    Scenario(
        "a sync group is stopped and comes back",
        pair(grouped(150), grouped(100)),
        (
            *START,
            "stop lb1",
            *TAKEN,
            "start lb1",
            *BACK,
        ),
    ),
    Scenario(
        "equal priorities, split and healed",
        pair(router(100), router(100)),
        (
            "start lb2",
            "until lb2 MASTER",
            "start lb1",
            "wait 5",
            "cut lb1 lb2",
            "until lb1 MASTER",
            "wait 2",
            "heal lb1 lb2",
            "until lb1 BACKUP",
            "wait 1.5",
        ),
    ),
    Scenario(
        "an owner comes, goes, and comes back",
        pair(router(255), router(100)),
        ("start lb2", *TAKEN, "start lb1", "wait 3", "kill lb1", *TAKEN, "start lb1", *BACK),
    ),
    Scenario(
        "three unicast nodes",
        {f"lb{node}": unicast(node, priority) for node, priority in ((1, 150), (2, 120), (3, 90))},
        (
            "start lb1",
            "wait 0.7",
            "start lb2",
            "start lb3",
            "until lb1 MASTER",
            "wait 1.5",
            "kill lb1",
            *TAKEN,
            "stop lb2",
            "until lb3 MASTER",
            "wait 1",
            "start lb1",
            *BACK,
        ),
    ),
    Scenario(
        "a tracked file",
        pair(filed(1), router(110)),
        (
            "writes lb1 load 20",
            "start lb1",
            "wait 0.7",
            "start lb2",
            "until lb1 MASTER",
            "wait 1.5",
            "writes lb1 load 0",
            *TAKEN,
            "writes lb1 load 20",
            *BACK,
        ),
    ),
    Scenario(
        "a tracked interface of weight -60",
        pair(router(150, block("track_interface", "lan1 weight -60")), router(100)),
        (
            *START,
            "unplug lb1 lan1",
            *TAKEN,
            "plug lb1 lan1",
            *BACK,
        ),
    ),
    Scenario(
        "a tracked interface",
        pair(router(150, block("track_interface", "lan1")), router(100)),
        (
            *START,
            "unplug lb1 lan1",
            *TAKEN,
            "plug lb1 lan1",
            *BACK,
        ),
    ),
    Scenario(
        "two owners",
        pair(router(255), router(255)),
        ("start lb2", "until lb2 MASTER", "wait 1", "start lb1", "wait 4"),
    ),
    Scenario(
        "IPv6, half a second",
        pair(
            *(
                router(priority, version=3, interval="0.5", address="2001:db8::100/64")
                for priority in (150, 100)
            )
        ),
        (*START, "kill lb1", *TAKEN, "start lb1", *BACK),
        interval=0.5,
    ),
    Scenario(
        "down_timer_adverts 5",
        pair(*(router(priority, "down_timer_adverts 5") for priority in (150, 100))),
        (*START, "kill lb1", *TAKEN),
    ),
    Scenario(
        "version 3 at 0.5 s against 1 s",
        pair(router(150, version=3, interval="0.5"), router(100, version=3)),
        (*START, "kill lb1", *TAKEN, "start lb1", *BACK),
        interval=0.5,
    ),
    Scenario(
        "a script on a sync group",
        pair(script("lb1") + grouped(200, TRACKS), grouped(150)),
        (*START, *FAILS, *PASSES),
        files={"check.sh": CHECK},
    ),
    Scenario(
        "a script that fails from the start",
        pair(script("lb1", "init_fail") + router(200, TRACKS), router(150)),
        ("fails lb1 chk", "start lb1", "wait 0.7", "start lb2", *TAKEN, *PASSES),
        files={"check.sh": CHECK},
    ),
    Scenario(
        "a script that fails at its first run",
        pair(script("lb1") + router(200, TRACKS), router(150)),
        ("fails lb1 chk", "start lb1", "wait 0.7", "start lb2", *TAKEN, *PASSES),
        files={"check.sh": CHECK},
    ),
    Scenario(
        "a weighted script that fails at its first run",
        pair(script("lb1", "weight -60") + router(200, TRACKS), router(150)),
        ("fails lb1 chk", "start lb1", "wait 0.7", "start lb2", *TAKEN, *PASSES),
        files={"check.sh": CHECK},
    ),
    Scenario(
        "the carrier is missing from the start",
        PLAIN,
        (
            "unplug lb1 lan0",
            "wait 0.2",
            "start lb1",
            "wait 0.7",
            "start lb2",
            *TAKEN,
            "plug lb1 lan0",
            *BACK,
        ),
    ),
)
