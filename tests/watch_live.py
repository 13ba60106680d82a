"""Real keepalived clusters with `hatools watch` on their nodes and on a witness."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vrrp_live import Cluster, Recording, Switch, freeze
from vrrp_scenarios import LANS, NODES, Scenario

PORT = 9651
TOKEN = "of-the-lab-and-of-nothing-else"
UNUSED = ("prometheus", "history", "email", "haproxy", "ipvs", "bonding", "dashboard")
PATIENCE = 30.0  # seconds for all watches to come up
PROTOCOL = "meta protocol ip ip protocol vrrp"


class Verdict(NamedTuple):
    """What a watch said of a split brain, and when."""

    time: float
    node: str
    verdict: str
    cause: str


@dataclass(slots=True)
class Told:
    """What was done to a cluster, and what its watches said of it."""

    recording: Recording
    verdicts: list[Verdict]
    logs: str

    def blow(self, step: str) -> float:
        """Return when *step* was done for the last time."""
        return max(at for at, what in self.recording.blows if what == step)


class WatchedCluster(Cluster):
    """A cluster whose nodes *watched* are watched; they ask each other over lan1."""

    def __init__(
        self, number: int, scenario: Scenario, switch: Switch, folder: Path, watched: Sequence[str]
    ) -> None:
        super().__init__(number, scenario, switch, folder)
        self.watches: dict[str, subprocess.Popen[bytes]] = {}
        for node in watched:
            peers = [f"{self._address(one)}:{PORT}" for one in watched if one != node]
            lines = [
                "[watch]",
                f'listen = "{self._address(node)}:{PORT}"',
                f'token = "{TOKEN}"',
                f'state = "{folder}/{node}.state"',
                f"peers = {json.dumps(peers)}",
                'interfaces = ["lan0"]',
                *(f"[plugin.{name}]\nenabled = false" for name in UNUSED),
            ]
            (folder / f"{node}.toml").write_text("\n".join(lines) + "\n")
            self._watch(node)

    def _address(self, node: str) -> str:
        return LANS["lan1"].partition("/")[0] % NODES[node]

    def _watch(self, node: str) -> None:
        text = self.folder / f"{node}.conf"
        command = [sys.executable, "-m", "hatools", "watch", str(text), "--node", node]
        with open(self.folder / f"{node}.log", "wb") as log:
            self.watches[node] = subprocess.Popen(
                ["ip", "netns", "exec", self._space(node), *command,
                 "--config", f"{self.folder}/{node}.toml"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    @property
    def ready(self) -> bool:
        """Whether all watches have looked at their node's addresses."""
        return all('"role ' in (self.folder / f"{node}.log").read_text() or node == "lb3"
                   for node in self.watches)  # fmt: skip

    def _cut(self, *words: str) -> None:
        """Let nothing pass on lan0."""
        self._drop(words, "")

    def _block(self, *words: str) -> None:
        """Let no VRRP pass on lan0."""
        self._drop(words, f"{PROTOCOL} ")

    def _drop(self, words: Sequence[str], what: str) -> None:
        one, other = (self._port(node, "lan0") for node in words)
        rules = "".join(
            f'iifname "{a}" oifname "{b}" {what}drop\n' for a, b in ((one, other), (other, one))
        )
        hook = "type filter hook forward priority 0;"
        self.switch.filter(f"table bridge c{self.number} {{\nchain f {{\n{hook}\n{rules}}}\n}}\n")

    def told(self) -> Told:
        """Return what was seen."""
        verdicts, logs = [], []
        for node in self.watches:
            for line in (self.folder / f"{node}.log").read_text("utf-8", "replace").splitlines():
                logs.append(f"{node} {line}")
                shape = json.loads(line) if line.startswith("{") else {}
                kind, _, said = shape.get("message", "").partition(": ")
                if kind.startswith("split brain "):
                    verdict, _, cause = said.removeprefix("verdict ").partition(", ")
                    verdicts.append(Verdict(shape["time"], node, verdict, cause))
        return Told(freeze(self.recording), sorted(verdicts), "\n".join(logs))

    def end(self) -> None:
        for watch in self.watches.values():
            watch.terminate()
        super().end()

    def close(self) -> None:
        for watch in self.watches.values():
            try:
                watch.wait(5)
            except subprocess.TimeoutExpired:
                watch.kill()
                watch.wait()
        super().close()


def watch_all(scenarios: Sequence[tuple[Scenario, Sequence[str]]], folder: Path) -> dict[str, Told]:
    """Play all scenarios at once; *scenarios* have the nodes that are watched beside them."""
    switch = Switch()
    clusters: list[WatchedCluster] = []
    try:
        for number, (scenario, watched) in enumerate(scenarios):
            made = WatchedCluster(number, scenario, switch, folder / str(number), watched)
            clusters.append(made)
        end = time.monotonic() + PATIENCE
        while not all(one.ready for one in clusters) and time.monotonic() < end:
            time.sleep(0.1)
        players = [threading.Thread(target=cluster.play) for cluster in clusters]
        for player in players:
            player.start()
        for player in players:
            player.join()
        return {one.scenario.name: one.told() for one in clusters}
    finally:
        for cluster in clusters:
            cluster.end()
        for cluster in clusters:
            cluster.close()
        time.sleep(0.2)
        switch.close()
