"""Random clusters of virtual routers for laws about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from hatools.engine.cluster import Cluster
from hatools.model import Topology, VirtualRouter
from hatools.model.router import VirtualAddress

NAMES = ("lb1", "lb2", "lb3")


@dataclass(frozen=True, slots=True)
class Case:
    """Routers by node, and when each node starts."""

    routers: Mapping[str, VirtualRouter]
    starts: Mapping[str, float]

    @classmethod
    def plain(cls, version: int) -> Case:
        routers = {
            name: _router(name, priority, version=version)
            for name, priority in (("lb1", 150), ("lb2", 100))
        }
        return cls(routers, {"lb1": 0.0, "lb2": 0.5})

    def cluster(self) -> Cluster:
        nodes = {name: [Topology(routers=[router])] for name, router in self.routers.items()}
        addresses = {name: _address(name) for name in nodes}
        return Cluster(nodes, {}, addresses)

    @property
    def down_interval(self) -> float:
        """The longest Master_Down_Interval of any node."""
        return max(
            (one.down_timer_adverts + 1) * one.advertisement_interval
            for one in self.routers.values()
        )

    @property
    def delay(self) -> float:
        """The longest preempt delay of any node."""
        return max(one.preempt_delay for one in self.routers.values())

    @property
    def best(self) -> str:
        """The node with the highest priority, then the highest address."""
        return max(self.routers, key=lambda name: (self.routers[name].priority, name))


def _address(name: str) -> str:
    return f"192.0.2.{NAMES.index(name) + 1}"


def _router(name: str, priority: int, **more: object) -> VirtualRouter:
    return VirtualRouter(
        "VI_1",
        "lan0",
        51,
        priority,
        addresses=(VirtualAddress("192.0.2.100"),),
        **more,  # type: ignore[arg-type]
    )


@st.composite
def clusters(draw: st.DrawFn, nodes: int = 3, nopreempt: bool = True) -> Case:
    """Return two nodes up to *nodes*, which agree in what they have to agree in."""
    names = NAMES[: draw(st.integers(2, nodes))]
    version = draw(st.sampled_from((2, 3)))
    intervals = (1.0, 2.0) if version == 2 else (0.2, 0.5, 1.0)
    interval = draw(st.sampled_from(intervals))
    unicast = draw(st.booleans())
    preempt = draw(st.booleans()) if nopreempt else True
    routers = {}
    for name in names:
        routers[name] = _router(
            name,
            draw(st.sampled_from((1, 50, 100, 100, 150, 200, 254))),
            version=version,
            advertisement_interval=interval,
            preempt=preempt,
            preempt_delay=draw(st.sampled_from((0.0, 0.0, 0.73, 2.37))) if preempt else 0.0,
            source_address=_address(name) if unicast else "",
            peers=tuple(_address(one) for one in names if one != name) if unicast else (),
        )
    starts = {name: draw(st.integers(0, 40)) * 0.037 + at * 0.011 for at, name in enumerate(names)}
    return Case(routers, starts)
