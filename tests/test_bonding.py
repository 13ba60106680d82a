"""Bonds: which port is active when, as recorded of a real kernel, by rule, and always."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bond_course import Course, bond
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import SHARED

from hatools.engine.bond_hash import IPV6, Flow, flow_hash
from hatools.engine.bond_transmit import Transmit
from hatools.engine.cluster import Cluster
from hatools.engine.machine import Event
from hatools.engine.world import World
from hatools.model import Topology, VirtualAddress, VirtualRouter
from hatools.model.bonding_options import MODES

FOLDER = SHARED / "vectors" / "bonding"
recorded = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no recorded vectors at {FOLDER}")


def shown(name: str) -> dict[str, Any]:
    """Return what a recorded ``/proc/net/bonding`` says, in the words of `state`."""
    head, *ports = (FOLDER / f"{name}.txt").read_text().split("Slave Interface: ")
    active = re.search(r"Currently Active Slave: (\S+)", head)
    return {
        "up": "MII Status: up" in head,
        "active": active.group(1).replace("None", "") if active else "",
        "ports": {
            text.split()[0]: (
                re.search(r"MII Status: (\w+)", text).group(1) == "up",  # type: ignore[union-attr]
                int(re.search(r"Failure Count: (\d+)", text).group(1)),  # type: ignore[union-attr]
            )
            for text in ports
        },
    }


def state(course: Course) -> dict[str, Any]:
    seen = course.machine.seen()
    fails = {port.name: port.failures for port in course.machine.ports}
    ports = {name: (up, fails[name]) for name, up in seen.ports}
    return {"up": seen.up, "active": seen.active, "ports": ports}


# Recorded ------------------------------------------------------------------------------------


@recorded
@pytest.mark.parametrize("mode", MODES)
def test_modes_as_the_kernel_shows_them(mode: str) -> None:
    course = Course(bond(mode, {"miimon": "100"}))
    course.run(0.6)
    assert state(course) == shown(f"mode_{mode}")


@recorded
def test_failover_as_recorded() -> None:
    course = Course(bond("active-backup", {"miimon": "100"}))
    steps: list[tuple[str, list[tuple[str, bool]]]] = [
        ("eth0_down", [("eth0", False)]),
        ("eth0_back", [("eth0", True)]),
        ("eth1_down", [("eth1", False)]),
        ("all_down", [("eth0", False)]),
    ]
    for name, changes in steps:
        for port, up in changes:
            course.link(port, up)
        course.run(course.agenda.now + 0.45)
        assert state(course) == shown(f"active-backup_{name}"), name


@recorded
def test_primary_as_recorded() -> None:
    """The recording set the primary port late; here the bond has it from the start."""
    course = Course(bond("active-backup", {"miimon": "100", "primary": "eth1"}))
    course.run(0.4)
    wanted = shown("active-backup_primary_eth1")
    assert (course.machine.seen().active, course.machine.seen().up) == ("eth1", wanted["up"])
    assert wanted["active"] == "eth1"


@recorded
def test_arp_monitor_as_recorded() -> None:
    course = Course(bond("active-backup", {"arp_interval": "200", "arp_ip_target": "10.80.0.2"}))
    course.run(1.5)
    assert state(course) == shown("arp_monitor")
    course.tell("arp answered", "eth0", answered=False)
    course.run(2.6)
    assert state(course) == shown("arp_monitor_failover")


@recorded
@pytest.mark.parametrize(
    ("name", "time"), [("t0.3", 0.35), ("settled", 4.3), ("port_down", 4.85), ("port_back", 7.85)]
)
def test_lacp_as_recorded(name: str, time: float) -> None:
    course = Course(bond("802.3ad", {"miimon": "100", "lacp_rate": "fast"}))
    for moment, up in ((4.35, False), (4.85, True)):
        if time > moment:
            course.run(moment)
            course.link("eth1", up)
    course.run(time)
    lacp = course.machine.lacp
    assert lacp is not None
    text = (FOLDER / f"lacp_{name}.txt").read_text()
    states = [int(found) for found in re.findall(r"port state: (\d+)", text)][::2]
    ours = [lacp.state(port) for port in course.machine.ports]
    aggregator = lacp.active
    assert aggregator is not None
    assert state(course)["ports"] == shown(f"lacp_{name}")["ports"]
    if name == "port_down":  # the kernel goes on showing the state of a port without link
        ours[1] = states[1]
    else:
        assert aggregator.linked() == int(re.findall(r"Number of ports: (\d+)", text)[0])
    assert ours == states


# By rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "gone_at", "noticed"),
    [
        ({"miimon": "100"}, 1.02, 1.1),
        ({"miimon": "100", "downdelay": "500"}, 1.02, 1.6),
        ({"miimon": "100", "downdelay": "250"}, 1.02, 1.3),  # 200 ms: whole looks only
        ({"arp_interval": "200", "arp_ip_target": "192.0.2.1"}, 1.03, 1.6),
        ({"arp_interval": "200", "arp_ip_target": "192.0.2.1", "arp_missed_max": "4"}, 1.03, 2.0),
    ],
)  # fmt: skip
def test_when_a_failure_is_noticed(options: dict[str, str], gone_at: float, noticed: float) -> None:
    course = Course(bond("active-backup", options))
    course.run(gone_at)
    course.link("eth0", False)
    course.run(5)
    assert course.changed(gone_at) == pytest.approx(noticed)
    assert course.now()["active"] == "eth1"


def test_updelay_holds_a_port_back_unless_there_is_no_other() -> None:
    course = Course(bond("active-backup", {"miimon": "100", "updelay": "1000", "primary": "eth0"}))
    course.run(3)
    assert course.now()["active"] == "eth0"
    course.link("eth0", False)
    course.run(4.05)
    course.link("eth0", True)
    course.run(6)
    assert [round(time, 3) for time, told in course.told if told["active"] == "eth0"][-1] == 5.1
    for port in ("eth0", "eth1"):
        course.link(port, False)
    course.run(7.05)
    course.link("eth1", True)
    course.run(9)
    assert (course.changed(7.05), course.now()["active"]) == (pytest.approx(7.1), "eth1")


def test_a_link_that_comes_back_within_downdelay_was_never_gone() -> None:
    course = Course(bond("active-backup", {"miimon": "100", "downdelay": "500"}))
    course.run(1.02)
    course.link("eth0", False)
    assert not course.machine.passes()  # what the bond does not know yet
    course.run(1.3)
    course.link("eth0", True)
    course.run(5)
    assert len(course.told) == 1
    assert [port.failures for port in course.machine.ports] == [0, 0]


@pytest.mark.parametrize(
    ("reselect", "speed", "active"),
    [
        ("always", 1000, "eth0"),
        ("failure", 1000, "eth1"),
        ("better", 1000, "eth1"),
        ("better", 10_000, "eth0"),
    ],
)
def test_primary_reselect(reselect: str, speed: int, active: str) -> None:
    options = {"miimon": "100", "primary": "eth0", "primary_reselect": reselect}
    course = Course(bond("active-backup", options))
    course.link("eth0", False)
    course.run(1)
    course.link("eth0", True, speed=speed)
    course.run(2)
    assert course.now()["active"] == active


def test_the_port_of_the_highest_priority_follows() -> None:
    course = Course(bond("active-backup", {"miimon": "100"}, "eth0 eth1:5 eth2:9"))
    seen = [course.now()["active"]]
    for port in ("eth2", "eth1"):
        course.link(port, False)
        course.run(course.agenda.now + 1)
        seen.append(course.now()["active"])
    course.link("eth1", True)
    course.run(course.agenda.now + 1)
    assert [*seen, course.now()["active"]] == ["eth2", "eth1", "eth0", "eth1"]


@pytest.mark.parametrize(
    ("options", "hardware", "interval"),
    [
        ({"miimon": "100", "num_grat_arp": "3"}, "eth0", 0.1),
        ({"miimon": "100", "num_grat_arp": "3", "peer_notif_delay": "400"}, "eth0", 0.4),
        ({"miimon": "100", "num_grat_arp": "3", "fail_over_mac": "active"}, "eth1", 0.1),
        ({"miimon": "100", "num_grat_arp": "3", "fail_over_mac": "follow"}, "eth0", 0.1),
    ],
)
def test_what_peers_are_told(options: dict[str, str], hardware: str, interval: float) -> None:
    course = Course(bond("active-backup", options))
    course.link("eth0", False)
    course.run(1)
    told = course.now()
    assert (told["hardware"], told["notifications"]) == (hardware, 3)
    assert told["notification_interval"] == interval


@pytest.mark.parametrize(
    ("validate", "active"),
    [("none", "eth0"), ("backup", "eth0"), ("active", "eth1"), ("all", "eth1"), ("filter", "eth1")],
)
def test_other_traffic_hides_a_silent_target_unless_arp_is_validated(
    validate: str, active: str
) -> None:
    options = {"arp_interval": "200", "arp_ip_target": "192.0.2.1", "arp_validate": validate}
    course = Course(bond("active-backup", options))
    course.run(1.1)
    course.tell("arp answered", "eth0", answered=False, traffic=True)
    course.run(3)
    assert course.now()["active"] == active


def test_one_direction_lost_is_seen_by_arp_alone() -> None:
    by_arp = Course(bond("active-backup", {"arp_interval": "100", "arp_ip_target": "192.0.2.1"}))
    by_mii = Course(bond("active-backup", {"miimon": "100"}))
    for course in (by_arp, by_mii):
        course.run(1.05)
        course.tell("arp answered", "eth0", answered=False)
        course.run(5)
    assert (by_arp.now()["active"], by_mii.now()["active"]) == ("eth1", "eth0")
    assert by_arp.changed(1.05) == pytest.approx(1.3)
    assert by_arp.machine.passes(hearing=True)
    assert not by_mii.machine.passes(hearing=True)


def test_nobody_watches() -> None:
    course = Course(bond("active-backup", {"miimon": "0"}))
    course.link("eth0", False)
    course.run(60)
    assert course.now()["active"] == "eth0"
    assert not course.machine.passes()


@pytest.mark.parametrize(("rate", "gone"), [("fast", (2.0, 3.1)), ("slow", (60.0, 90.1))])
def test_when_a_silent_partner_is_noticed(rate: str, gone: tuple[float, float]) -> None:
    course = Course(bond("802.3ad", {"miimon": "100", "lacp_rate": rate}))
    course.run(45.3)
    course.tell("arp answered", "eth1", answered=False)
    course.run(200)
    took = course.changed(45.3) - 45.3
    assert gone[0] <= took <= gone[1]
    assert course.now()["carrying"] == ["eth0"]
    course.tell("arp answered", "eth1", answered=True)
    course.run(202)
    assert course.now()["carrying"] == ["eth0", "eth1"]


@pytest.mark.parametrize(
    ("select", "carrying"),
    [
        ("stable", ["eth0"]),  # as long as a port of it is up
        ("bandwidth", ["eth2", "eth3"]),
        ("count", ["eth2", "eth3"]),
    ],
)
def test_which_aggregator_is_used(select: str, carrying: list[str]) -> None:
    course = Course(
        bond("802.3ad", {"miimon": "100", "ad_select": select}, "eth0 eth1 eth2 eth3"), start=False
    )
    for port, partner in (("eth0", "a"), ("eth1", "a"), ("eth2", "b"), ("eth3", "b")):
        course.tell("arp answered", port, answered=True, partner=partner)
    course.tell("start", "bond0")
    course.run(10)
    assert course.now()["carrying"] == ["eth0", "eth1"]
    course.link("eth1", False)
    course.run(20)
    assert course.now()["carrying"] == carrying
    course.link("eth0", False)
    course.run(30)
    assert course.now()["carrying"] == ["eth2", "eth3"]


def test_without_a_partner_one_port_is_used() -> None:
    course = Course(bond("802.3ad", {"miimon": "100"}), start=False)
    for port in ("eth0", "eth1"):
        course.tell("arp answered", port, answered=False)
    course.tell("start", "bond0")
    course.run(30)
    assert (course.now()["up"], course.now()["carrying"]) == (True, ["eth0"])


def test_min_links() -> None:
    course = Course(bond("802.3ad", {"miimon": "100", "min_links": "2"}))
    course.run(10)
    up = [course.now()["up"]]
    course.link("eth1", False)
    course.run(20)
    up.append(course.now()["up"])
    course.link("eth1", True)
    course.run(30)
    assert [*up, course.now()["up"]] == [True, False, True]


# Which port carries a frame --------------------------------------------------------------------

FLOW = Flow(
    bytes.fromhex("02db1fb4d366"),
    bytes.fromhex("0200000059b3"),
    bytes([10, 80, 124, 125]),
    bytes([192, 0, 2, 30]),
    47662,
    57679,
)


@pytest.mark.parametrize(
    ("policy", "flow", "number"),
    [
        ("layer2", FLOW, 0x66 ^ 0xB3 ^ 0x0800),
        ("vlan+srcmac", FLOW, 0x02DB1F ^ 0xB4D366),
        ("vlan+srcmac", FLOW._replace(vlan=7), 0x02DB1F ^ 0xB4D366 ^ 7),
        ("layer3+4", FLOW._replace(source=b""), 0x66 ^ 0xB3 ^ 0x0800),  # no IP: as layer2
        ("layer2", FLOW._replace(protocol=IPV6), 0x66 ^ 0xB3 ^ 0x86DD),
    ],
)
def test_hashes_worked_by_hand(policy: str, flow: Flow, number: int) -> None:
    assert flow_hash(policy, flow) == number


def test_a_tunnel_is_looked_into() -> None:
    inner = (bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), 1234, 80)
    plain = FLOW._replace(
        source=inner[0], destination=inner[1], source_port=1234, destination_port=80
    )
    outer = FLOW._replace(inner=inner)
    for policy in ("encap2+3", "encap3+4"):
        assert flow_hash(policy, outer) == flow_hash(policy, plain)
    assert flow_hash("layer3+4", outer) == flow_hash("layer3+4", FLOW)


def test_round_robin_goes_on_to_the_next_port_that_is_up() -> None:
    course = Course(bond("balance-rr", {"miimon": "100"}, "eth0 eth1 eth2"))
    send = Transmit(course.machine)
    assert [send.ports(FLOW)[0] for _ in range(4)] == ["eth1", "eth2", "eth0", "eth1"]
    course.link("eth2", False)  # the driver sees the carrier itself when it sends
    assert [send.ports(FLOW)[0] for _ in range(3)] == ["eth0", "eth0", "eth1"]
    twice = Transmit(
        Course(bond("balance-rr", {"miimon": "100", "packets_per_slave": "2"})).machine
    )
    assert [twice.ports(FLOW)[0] for _ in range(5)] == ["eth0", "eth1", "eth1", "eth0", "eth0"]


def test_broadcast_and_active_backup() -> None:
    assert Transmit(Course(bond("broadcast", {"miimon": "100"})).machine).ports(FLOW) == (
        "eth0",
        "eth1",
    )
    assert Transmit(Course(bond("active-backup", {"miimon": "100"})).machine).ports(FLOW) == (
        "eth0",
    )


@pytest.mark.parametrize("mode", ["balance-tlb", "balance-alb"])
def test_load_is_spread_by_what_flows_had_before(mode: str) -> None:
    options = {"miimon": "100", "xmit_hash_policy": "layer2+3"}
    send = Transmit(Course(bond(mode, options)).machine)
    flows = [FLOW._replace(destination=bytes([192, 0, 2, last])) for last in range(40)]
    first = {send.ports(flow, 100_000, 1.0) for flow in flows}
    assert first == {("eth0",)}  # nothing is known of any flow: the first port has them all
    later = [send.ports(flow, 100_000, 11.0)[0] for flow in flows]
    assert 15 <= later.count("eth0") <= 25
    multicast = FLOW._replace(destination_mac=bytes.fromhex("ffffffffffff"))
    assert send.ports(multicast, 64, 12.0) == ("eth0",)


# On nodes ------------------------------------------------------------------------------------


def pair(options: dict[str, str], heard: list[tuple[float, str, Event]]) -> World:
    """Return two nodes with a virtual router each, lb1 with a bond, settled at 0."""
    nodes = {}
    for name, priority, interface in (("lb1", 150, "bond0"), ("lb2", 100, "bond0")):
        router = VirtualRouter(
            "VI", interface, 51, priority=priority, addresses=(VirtualAddress("192.0.2.10", 24),)
        )
        topology = Topology(routers=[router])
        topology.bonds = [bond("active-backup", options)] if name == "lb1" else []
        nodes[name] = (topology,)
    cluster = Cluster(nodes, {})
    world = cluster.world(
        lambda name, event: heard.append((event.time, name, event)), start=-cluster.calm()
    )
    for name in nodes:
        world.start(name)
    world.run(0.0)
    return world


def roles(heard: list[tuple[float, str, Event]]) -> list[tuple[str, str]]:
    return [(name, str(event.details["role"])) for time, name, event in heard
            if event.kind == "role" and time > 0]  # fmt: skip


def test_a_router_outlives_a_port_and_fails_over_with_the_bond() -> None:
    heard: list[tuple[float, str, Event]] = []
    world = pair({"miimon": "100"}, heard)
    world.link("lb1", "eth0", False)
    world.run(10)
    assert roles(heard) == []
    world.link("lb1", "eth1", False)
    world.run(20)
    assert roles(heard) == [("lb1", "FAULT"), ("lb2", "MASTER")]


def test_a_long_downdelay_makes_two_masters() -> None:
    """Advertisements go into a dead port until the bond gives it up."""
    heard: list[tuple[float, str, Event]] = []
    world = pair({"miimon": "100", "downdelay": "6000"}, heard)
    world.link("lb1", "eth0", False)
    world.run(5)
    assert roles(heard) == [("lb2", "MASTER")]
    world.run(10)
    assert roles(heard) == [("lb2", "MASTER"), ("lb2", "BACKUP")]


def test_a_bond_outlives_a_restart_of_the_daemons() -> None:
    heard: list[tuple[float, str, Event]] = []
    world = pair({"miimon": "100"}, heard)
    world.link("lb1", "eth0", False)
    world.run(5)
    world.link("lb1", "eth0", True)
    world.run(6)
    world.stop("lb1")
    world.run(7)
    world.link("lb1", "eth1", False)
    world.run(8)
    world.start("lb1")
    machine = world.stations["lb1"].node.bonds["bond0"]
    assert machine.seen().active == "eth1"  # it finds out with its next look
    world.run(20)
    assert machine.seen().active == "eth0"
    assert roles(heard)[-2:] == [("lb1", "MASTER"), ("lb2", "BACKUP")]
    world.crash("lb1")
    world.link("lb1", "eth1", True)
    world.run(21)
    world.start("lb1")
    world.run(40)
    assert world.stations["lb1"].node.bonds["bond0"] is not machine


# Always --------------------------------------------------------------------------------------

WATCHED = [
    {"miimon": "100"},
    {"miimon": "50", "updelay": "200", "downdelay": "100"},
    {"miimon": "100", "primary": "eth1", "primary_reselect": "failure"},
    {"arp_interval": "100", "arp_ip_target": "192.0.2.1"},
    {"arp_interval": "100", "arp_ip_target": "192.0.2.1", "arp_validate": "all"},
]
steps = st.lists(
    st.tuples(
        st.floats(0, 3, allow_nan=False),
        st.sampled_from(["eth0", "eth1", "eth2"]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(WATCHED), st.sampled_from(MODES), steps)
def test_a_settled_bond_uses_no_port_that_is_down_while_another_is_up(
    options: dict[str, str], mode: str, course_of: list[tuple[float, str, bool]]
) -> None:
    if "arp_interval" in options and mode in ("802.3ad", "balance-tlb", "balance-alb"):
        options = {"miimon": "100"}
    course = Course(bond(mode, options, "eth0 eth1 eth2"))
    time, carriers, failures = 0.0, dict.fromkeys(("eth0", "eth1", "eth2"), True), 0
    for pause, port, up in course_of:
        time += pause
        course.run(time)
        course.link(port, up)
        carriers[port] = up
        total = sum(one.failures for one in course.machine.ports)
        assert total >= failures
        failures = total
        up_ports = {name for name, up in course.machine.seen().ports if up}
        for name in course.now()["carrying"]:
            assert name in up_ports
        if mode == "active-backup" and up_ports:
            active = course.machine.seen().active
            assert active in up_ports or not active
    course.run(time + 15)
    alive = [name for name, up in carriers.items() if up]
    seen = course.machine.seen()
    assert seen.up is bool(alive)
    assert dict(seen.ports) == carriers
    if mode == "active-backup":
        assert (seen.active in alive) if alive else not seen.active
        assert list(seen.carrying) == ([seen.active] if alive else [])
    else:
        assert list(seen.carrying) == alive
    assert course.agenda.next_time() is None, "a settled bond sets no timers"


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(MODES), steps)
def test_the_same_course_twice_is_the_same(
    mode: str, course_of: list[tuple[float, str, bool]]
) -> None:
    def told() -> list[Any]:
        course = Course(bond(mode, {"miimon": "100"}, "eth0 eth1 eth2"))
        for pause, port, up in course_of:
            course.run(course.agenda.now + pause)
            course.link(port, up)
        course.run(course.agenda.now + 5)
        return course.told

    assert told() == told()
