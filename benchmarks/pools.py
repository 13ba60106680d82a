"""What it costs that one server of a pool changes, by how many others there are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

from hatools.engine.machine import Event
from hatools.engine.node import Node
from hatools.model import Check, Pool, RealServer, Topology
from hatools.model import Scheduler as Algorithm
from hatools.plugin_host import Host

FEW, MANY = 50, 5_000
CHANGES = 5_000


def changes(servers: int) -> Callable[[], None]:
    """Return the work of so many changes, each of another one of *servers* in one pool."""
    check = Check(rise=1, fall=1)
    written = [RealServer("192.0.2.1", 80, name=f"s{at}", checks=(check,)) for at in range(servers)]
    topology = Topology(pools=[Pool("web", Algorithm("roundrobin"), written)])
    schedulers = {name: one for name, (_, one) in Host().named("hatools_schedulers").items()}
    node = Node("lb1", [topology], schedulers, electing=False)
    names, up = cycle(node.checkers), dict.fromkeys(node.checkers, True)

    def work() -> None:
        for _ in range(CHANGES):
            name = next(names)
            up[name] = not up[name]
            details = {"passed": up[name], "reason": ""}
            assert len(node.handle(Event(1.0, "probe answered", name, details))) > 1

    return work
