"""Detectors in virtual time: on the nodes of a simulated cluster, and on a witness."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import count
from typing import Any

from vrrp_replay import SCHEDULERS

from hatools.engine.machine import Send
from hatools.engine.node import Node
from hatools.engine.world import Station, World
from hatools.model import Topology
from hatools.model.event import Event, Publish, Run, SetTimer
from hatools.watch.routers import router_events
from hatools_splitbrain.detector import SplitBrain

WITNESS = "witness"
SEEN = 0.05  # seconds until a watch sees that a process ended
ADDRESSES = {"lb1": "192.0.2.1", "lb2": "192.0.2.2"}


class Watching:
    """One detector with its timers; *verdicts* are (time, verdict, cause)."""

    def __init__(self, node: str, settings: Mapping[str, Any] | None = None) -> None:
        self.node = node
        self.detector = SplitBrain()
        self.verdicts: list[tuple[float, str, str]] = []
        self.events: list[Event] = []
        self.runs: list[Run] = []
        self._timers: dict[str, float] = {}
        self.tell(Event(0.0, "start", node, {"settings": settings or {}}))

    def tell(self, event: Event) -> None:
        """Let the time pass until *event*, then tell it."""
        self.wait(event.time)
        self._carry_out(event)

    def wait(self, until: float) -> None:
        """Let the time pass."""
        while self._timers and min(self._timers.values()) <= until:
            name = min(self._timers, key=self._timers.__getitem__)
            self._carry_out(Event(self._timers.pop(name), "timer", name))

    def _carry_out(self, event: Event) -> None:
        for action in self.detector.handle(event):
            if isinstance(action, Publish):
                told = action.event
                self.events.append(told)
                said = (told.time, str(told.details["verdict"]), str(told.details["cause"]))
                self.verdicts.append(said)
            elif isinstance(action, SetTimer):
                self._timers[action.name] = event.time + action.delay
            elif isinstance(action, Run):
                self.runs.append(action)

    @property
    def words(self) -> list[str]:
        return [verdict for _, verdict, _ in self.verdicts]


class Cluster(World):
    """A pair on one network, with a watch on each node and on a witness that hears both.

    The nodes' watches ask each other over another way, every *poll* seconds.
    """

    def __init__(self, meant: Mapping[str, Topology], poll: float = 0.5, late: float = 0.0) -> None:
        super().__init__(self._published)
        self.watching = {name: Watching(name) for name in (*meant, WITNESS)}
        self._told_roles: dict[str, dict[str, Any]] = {}
        self._told_routers: dict[str, list[dict[str, Any]]] = {}
        self._pending: list[tuple[float, int, str, Event]] = []
        self._numbers = count()
        self._poll, self._late = poll, late
        self._polled = 0.0
        for node, topology in meant.items():
            self.add(
                node,
                lambda node=node, topology=topology: Node(
                    node, [topology], SCHEDULERS, address=lambda family: ADDRESSES[node]
                ),
            )
            self._told_routers[node] = []
            for router in topology.routers:
                self.wire.join(node, router.interface, "lan")
            for event in router_events(node, [topology], 0.0):
                self.watching[node].tell(event)
                told = {"kind": "router", "subject": event.subject, **event.details}
                self._told_routers[node].append(told)

    def kill(self, node: str) -> None:
        """Kill a node's daemon; its watch sees that it does not run."""
        super().kill(node)
        self._published(node, Event(self.now + SEEN, "role", "", {"role": "INIT"}))

    def _published(self, node: str, event: Event) -> None:
        if event.kind != "role":
            return
        router = self._told_routers[node][0]
        details = {**router, "role": event.details["role"], "source": "addresses"}
        self._told_roles[node] = {**details, "kind": "role"}
        self._hear_of(node, Event(event.time, "role", router["subject"], details))

    def _send(self, sender: Station, action: Send) -> None:
        heard = action.advertisement
        details = {
            "interface": action.interface,
            "source": heard.source,
            "virtual_router_id": heard.virtual_router_id,
            "priority": heard.priority,
            "version": heard.version,
            "interval": heard.interval,
            "family": heard.family,
            "addresses": list(heard.addresses),
            "authentication": "PASS" if heard.authentication else "",
            "secret": heard.authentication,
            "outgoing": False,
        }
        hearers = [name for name, _ in self.wire.hearers(sender.name, action.interface)]
        for name in [*hearers, WITNESS]:
            self._hear_of(name, Event(self.now, "advertisement", "", details))
        own = Event(self.now, "advertisement", "", {**details, "outgoing": True})
        self._hear_of(sender.name, own)
        super()._send(sender, action)

    def _hear_of(self, name: str, event: Event) -> None:
        heapq.heappush(self._pending, (event.time, next(self._numbers), name, event))

    def _answer_all(self, at: float) -> None:
        """Let each watch ask the others; an answer comes a little late."""
        for asked, role in list(self._told_roles.items()):
            details = {
                "reachable": True,
                "node": asked,
                "address": f"198.51.100.{asked[-1]}",
                "reports": [dict(role), *map(dict, self._told_routers[asked])],
            }
            for name in self.watching:
                if name != asked:
                    self._hear_of(name, Event(at + self._late, "peer", f"{asked}:9651", details))

    def go(self, until: float) -> None:
        """Let the time pass for the cluster and for all who watch it."""
        while self._polled + self._poll <= until:
            self._polled += self._poll
            self.run(self._polled)
            self._answer_all(self._polled)
            self._hand_over(self._polled)
        self.run(until)
        self._hand_over(until)
        for watching in self.watching.values():
            watching.wait(until)

    def _hand_over(self, until: float) -> None:
        while self._pending and self._pending[0][0] <= until:
            time, _, name, event = heapq.heappop(self._pending)
            self.watching[name].tell(Event(time, event.kind, event.subject, event.details))
