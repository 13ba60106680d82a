"""What single failures lead to: several virtual routers and nodes, both versions of VRRP."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.engine.cluster import Cluster
from hatools.engine.what_if import Consequence, Takeover, what_if
from hatools.model import Topology, VirtualAddress, VirtualRouter
from hatools.simulate.consequences import lost


def router(
    name: str, interface: str, priority: int, address: str, number: int = 51, **more: object
) -> VirtualRouter:
    return VirtualRouter(
        name, interface, number, priority, addresses=(VirtualAddress(address),), **more
    )  # type: ignore[arg-type]


def cluster(**nodes: list[VirtualRouter]) -> Cluster:
    return Cluster({name: [Topology(routers=routers)] for name, routers in nodes.items()}, {})


def told(found: list[Consequence]) -> dict[str, dict[str, Takeover]]:
    return {
        str(one.failure): {takeover.addresses[0]: takeover for takeover in one.takeovers}
        for one in found
    }


def two_networks(*extra: int) -> Cluster:
    """Return nodes on two networks that use one number on both; each is MASTER on one."""
    pairs = {"lb1": (150, 100), "lb2": (100, 150)}
    pairs |= {f"lb{at}": (priority, priority) for at, priority in enumerate(extra, 3)}
    return cluster(
        **{
            name: [
                router("VI_1", "eth0", first, "192.0.2.150"),
                router("VI_2", "eth1", second, "192.0.2.160"),
            ]
            for name, (first, second) in pairs.items()
        }
    )


def test_a_crash_has_no_reason_from_before_it() -> None:
    alone = cluster(lb1=[router("VI_1", "eth0", 100, "192.0.2.150")])
    found = {str(one.failure): one for one in what_if(alone)}
    (crash,), (stop,) = (
        [(takeover.reason, lost(found[failure], takeover)) for takeover in found[failure].takeovers]
        for failure in ("lb1 crashes", "keepalived on lb1 is stopped")
    )
    assert crash == ("", "every connection, until lb1 is well again")
    assert stop[1] == "every connection, until lb1 is well again (keepalived stops)"


@pytest.mark.parametrize("extra", [(), (50,)])
def test_a_number_used_on_two_networks_names_two_routers(extra: tuple[int, ...]) -> None:
    found = told(list(what_if(two_networks(*extra))))
    crash = found["lb1 crashes"]
    assert list(crash) == ["192.0.2.150"]  # the other is lb2's
    takeover = crash["192.0.2.150"]
    assert takeover.holders == ("lb2",)
    assert takeover.best == pytest.approx(2.61, abs=0.02)
    assert takeover.worst == pytest.approx(3.61, abs=0.02)
    stop = found["keepalived on lb2 is stopped"]["192.0.2.160"]
    assert (stop.holders, stop.worst) == (("lb1",), pytest.approx(0.61, abs=0.02))
    assert found["eth1 on lb1 loses its link"]["192.0.2.150"].never
    assert found["lb1 and lb2 no longer hear each other"]["192.0.2.150"].holders == ("lb1", "lb2")


def test_of_three_the_next_takes_over_and_cuts_concern_masters_only() -> None:
    nodes = {f"lb{at}": [router("VI_1", "eth0", priority, "192.0.2.150")]
             for at, priority in enumerate((150, 100, 50), 1)}  # fmt: skip
    found = told(list(what_if(cluster(**nodes))))
    assert found["lb1 crashes"]["192.0.2.150"].holders == ("lb2",)
    assert found["lb1 and lb3 no longer hear each other"]["192.0.2.150"].holders == ("lb1", "lb3")
    assert "lb2 and lb3 no longer hear each other" not in found
    assert not any("lb2 crashes" in failure or "lb3 crashes" in failure for failure in found)


@settings(max_examples=30, deadline=None)
@given(
    priorities=st.lists(st.integers(1, 254), min_size=2, max_size=4, unique=True),
    version=st.sampled_from([2, 3]),
    interval=st.sampled_from([1.0, 2.0, 0.5]),
    nopreempt=st.booleans(),
)
def test_a_crash_moves_the_role_to_the_next_in_its_time(
    priorities: list[int], version: int, interval: float, nopreempt: bool
) -> None:
    if version == 2:
        interval = max(interval, 1.0)
    nodes = {
        f"lb{at}": [
            router("VI_1", "eth0", priority, "192.0.2.150", version=version, preempt=not nopreempt,
                   advertisement_interval=interval)
        ]
        for at, priority in enumerate(priorities, 1)
    }  # fmt: skip
    (consequence,) = what_if(cluster(**nodes), ["crash"])
    (takeover,) = consequence.takeovers
    ranking = sorted(nodes, key=lambda name: -nodes[name][0].priority)
    assert (takeover.before, takeover.holders) == (ranking[0], (ranking[1],))
    skew = (256 - nodes[ranking[1]][0].priority) / 256 * (1.0 if version == 2 else interval)
    assert takeover.worst == pytest.approx(3 * interval + skew, abs=0.02 + 0.002 * interval)
    assert takeover.best == pytest.approx(2 * interval + skew, abs=0.02 + 0.002 * interval)
