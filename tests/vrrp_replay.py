"""Replays recorded keepalived pairs in the engine: the same configurations, the same blows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hatools.engine.node import Node
from hatools.engine.world import World
from hatools.model import Topology
from hatools.model.event import Event
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source

SCHEDULERS = Host().records("hatools_schedulers")
ADDRESSES = {"vA": "10.50.0.1", "vB": "10.50.0.2"}
Change = tuple[float, str, str]


def topology(path: Path) -> Topology:
    """Return what a keepalived.conf means."""
    form = codec(Host().formats()["keepalived"])
    text = path.read_text("utf-8")
    return form.read(form.expand(form.parse(Source(path.name, text)), Place())).topology


class Replay:
    """Two nodes on one network, and the recorded blows."""

    def __init__(self, folder: Path, name: str) -> None:
        self.recorded: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
        self.changes: list[Change] = []
        self.world = World(self._heard)
        for node, address in ADDRESSES.items():
            meant = topology(folder / f"{name}.{node}.conf")
            self.world.add(
                node,
                lambda node=node, meant=meant, address=address: Node(
                    node, [meant], SCHEDULERS, address=lambda family: address
                ),
            )
            for router in meant.routers:
                self.world.wire.join(node, router.interface, "lan")

    def _heard(self, node: str, event: Event) -> None:
        if event.kind == "role":
            self.changes.append((event.time, node, str(event.details["role"])))

    def run(self) -> list[Change]:
        """Return every change of role as the engine sees it."""
        world = self.world
        stopped: set[str] = set()
        for at, who, what in self.recorded["events"]:
            world.run(at)
            if who != "lab":
                if "(init)" in what:
                    world.start(who)
                elif "sent 0 priority" in what and "FAULT" not in self._last(who, at):
                    world.stop(who)  # how each recording ends
                continue
            self._strike(what, stopped)
        world.run(self.recorded["events"][-1][0] + 0.001)
        return self.changes

    def _last(self, node: str, at: float) -> str:
        """Return the last thing that *node* said before *at*."""
        said = [what for t, who, what in self.recorded["events"] if who == node and t < at]
        return said[-1] if said else ""

    def _strike(self, what: str, stopped: set[str]) -> None:
        world = self.world
        node = next((name for name in ADDRESSES if name in what), "")
        if "SIGKILL" in what:
            world.kill(node)
        elif "SIGTERM" in what:
            world.stop(node)
        elif "drops A<->B" in what:
            world.wire.cut("vA", "vB"), world.wire.cut("vB", "vA")
        elif what == "healed":
            world.wire.heal("vA", "vB"), world.wire.heal("vB", "vA")
        elif "set down" in what or what.endswith("of A up"):
            world.link("vA", "lan0", what.endswith("up"))
        elif "check now fails" in what:
            world.scripts["vA", "chk"] = "fails"
        elif "check passes" in what:
            world.scripts.pop(("vA", "chk"))

    def real(self) -> list[Change]:
        """Return every change of role that the real pair logged."""
        found = []
        for at, who, what in self.recorded["events"]:
            entered = re.search(r"Entering (\w+) STATE", what)
            if who != "lab" and entered:
                found.append((at, who, entered[1]))
            elif who != "lab" and "sent 0 priority" in what and "FAULT" not in self._last(who, at):
                found.append((at, who, "INIT"))
        return found
