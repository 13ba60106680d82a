"""Real keepalived clusters, each in network namespaces of its own, and what is seen of them.

All nodes hang on bridges in one further namespace, the switch.  There every
advertisement is seen at the port it came in by, also those that are dropped
on the way.  Times are seconds of the wall clock, the packets' from the kernel.
"""

from __future__ import annotations

import ctypes
import os
import re
import selectors
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from vrrp_scenarios import LANS, NODES, Scenario

T = TypeVar("T")
URGENT = ("nice", "-n", "-15")  # others' load is not what is measured
_APART = 0.25  # seconds between the first starts of two clusters
_NEW_NETWORK = 0x40000000
_ALL_FRAMES, _OUTGOING, _TIMES = 3, 4, 35  # ETH_P_ALL, PACKET_OUTGOING, SO_TIMESTAMPNS
_ENTERED = re.compile(r"\((\w+)\) Entering (MASTER|BACKUP|FAULT) STATE")
_PATIENCE = 15.0  # seconds that a step waits for what has to come


@dataclass(slots=True)
class Recording:
    """What was done to one cluster, and what its nodes said.

    *blows* are (time, step); *roles* (time, node, router, role); *adverts*
    (time, node, VRID, priority); *log* (time, node, line).
    """

    blows: list[tuple[float, str]] = field(default_factory=list)
    roles: list[tuple[float, str, str, str]] = field(default_factory=list)
    adverts: list[tuple[float, str, int, int]] = field(default_factory=list)
    log: list[tuple[float, str, str]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)  # what an `until` waited for in vain
    end: float = 0.0  # when the last step was over

    def started(self, node: str, after: float) -> float:
        """Return when a keepalived that was started at *after* really began."""
        for at, who, line in self.log:
            if who == node and at >= after and "Startup complete" in line:
                return at
        return after


def batch(namespace: str, *lines: str) -> None:
    """Run commands of ip(8) in *namespace*."""
    text = "\n".join(lines) + "\n"
    command = ["ip", "-n", namespace, "-b", "-"] if namespace else ["ip", "-b", "-"]
    subprocess.run(command, input=text, text=True, check=True, capture_output=True)


def inside(namespace: str, work: Callable[[], T]) -> T:
    """Return what *work* returns in *namespace*: a thread has a network of its own."""
    found: list[T] = []

    def enter() -> None:
        with open(f"/run/netns/{namespace}", "rb") as file:
            if ctypes.CDLL(None).setns(file.fileno(), _NEW_NETWORK):
                return
        found.append(work())

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return found[0]


def _ear() -> socket.socket:
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_FRAMES))
    ear.setsockopt(socket.SOL_SOCKET, _TIMES, 1)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    return ear


def advertised(frame: bytes) -> tuple[int, int] | None:
    """Return VRID and priority of a VRRP advertisement in an Ethernet frame."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and frame[23] == 112:
        start = 14 + (frame[14] & 15) * 4
    elif kind == b"\x86\xdd" and frame[20] == 112:
        start = 54
    else:
        return None
    return frame[start + 1], frame[start + 2]


class Switch:
    """The namespace that joins all clusters, and who listens there."""

    def __init__(self) -> None:
        self.name = f"hatools-{os.getpid()}-switch"
        self.ports: dict[str, tuple[Recording, str]] = {}
        self.spaces = [self.name]
        batch("", f"netns add {self.name}")
        self.selector = selectors.DefaultSelector()
        ear = inside(self.name, _ear)
        self.selector.register(ear, selectors.EVENT_READ, self._hear(ear))
        self._going = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def filter(self, text: str) -> None:
        """Change what the bridges let pass, in nft's words."""
        command = ["ip", "netns", "exec", self.name, "nft", "-f", "-"]
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)

    def _hear(self, ear: socket.socket) -> Callable[[], None]:
        def hear() -> None:
            frame, extra, _, sender = ear.recvmsg(256, 64)
            port = self.ports.get(sender[0])
            if port is None or sender[2] == _OUTGOING:
                return
            found = advertised(frame)
            if found is not None:
                seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                port[0].adverts.append((seconds + nanoseconds / 1e9, port[1], *found))

        return hear

    def _listen(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -15)
        while self._going:
            for key, _ in self.selector.select(0.1):
                key.data()

    def close(self) -> None:
        """Stop listening; take all namespaces away."""
        self._going = False
        self._thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], check=False)


class Cluster:
    """The nodes of one scenario."""

    def __init__(self, number: int, scenario: Scenario, switch: Switch, folder: Path) -> None:
        self.number = number
        self.scenario = scenario
        self.switch = switch
        self.folder = folder
        self.recording = Recording()
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        self._starts = 0
        folder.mkdir()
        for name, text in scenario.files.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        for node, text in scenario.texts.items():
            (folder / f"{node}.conf").write_text(text.replace("@", str(folder)))
        self._wire()

    def _space(self, node: str) -> str:
        return f"hatools-{os.getpid()}-{self.number}-{node}"

    def _port(self, node: str, lan: str) -> str:
        return f"c{self.number}-{node}-{lan}"

    def _wire(self) -> None:
        switch, nodes = self.switch, list(self.scenario.texts)
        batch("", *(f"netns add {self._space(node)}" for node in nodes))
        switch.spaces += map(self._space, nodes)
        lines = []
        for lan in LANS:
            bridge = f"c{self.number}-{lan}"
            lines += [
                f"link add {bridge} type bridge mcast_snooping 0",
                f"link set {bridge} up",
            ]
            for node in nodes:
                port = self._port(node, lan)
                peer = f"peer name {lan} netns {self._space(node)}"
                lines.append(f"link add {port} type veth {peer}")
                lines.append(f"link set {port} master {bridge} up")
                switch.ports[port] = (self.recording, node)
        batch(switch.name, *lines)
        for node in nodes:
            each = [("lo", "127.0.0.1/8")] + [(lan, LANS[lan] % NODES[node]) for lan in LANS]
            up = [f"link set {name} up" for name, _ in each]
            batch(self._space(node), *up, *(f"addr add {at} dev {name}" for name, at in each[1:]))

    # Steps ----------------------------------------------------------------------------------

    def play(self) -> None:
        """Do every step of the scenario."""
        for step in self.scenario.steps:
            verb, *words = step.split()
            if verb == "wait":
                time.sleep(float(words[0]))
            elif verb == "until":
                self._until(*words)
            else:
                if verb != "start":
                    self._settle_between_adverts()
                self.recording.blows.append((time.time(), step))
                getattr(self, f"_{verb}")(*words)
        self.recording = freeze(self.recording)

    def _settle_between_adverts(self) -> None:
        """Wait until an advertisement has just come: a blow never falls together with one."""
        since = time.time()
        interval = self.scenario.interval
        while time.time() < since + interval * 1.2:
            if self.recording.adverts and self.recording.adverts[-1][0] > since:
                time.sleep(self.scenario.moment * interval)
                return
            time.sleep(0.02)

    def _until(self, node: str, role: str, router: str = "VI_1") -> None:
        """Wait until a router has taken *role* since the last blow."""
        struck = self.recording.blows[-1][0]
        wanted = (node, router, role)
        end = time.time() + _PATIENCE
        while time.time() < end:
            if any(one[0] >= struck and one[1:] == wanted for one in self.recording.roles):
                return
            time.sleep(0.02)
        self.recording.missed.append(f"{node} is not {role} after {_PATIENCE:.0f} s")

    def _start(self, node: str) -> None:
        if node in self.daemons:
            self.daemons[node].wait(_PATIENCE)  # it was told to stop
        self._starts += 1
        pid = self.folder / f"{node}.{self._starts}"
        options = f"-n -l -D -P -f {self.folder}/{node}.conf -p {pid}.pid -r {pid}.vrrp.pid"
        self.daemons[node] = daemon = subprocess.Popen(
            [*URGENT, "ip", "netns", "exec", self._space(node), "keepalived", *options.split()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
        )
        assert daemon.stdout is not None
        os.set_blocking(daemon.stdout.fileno(), False)
        self.switch.selector.register(
            daemon.stdout, selectors.EVENT_READ, self._reader(node, daemon)
        )

    def _reader(self, node: str, daemon: subprocess.Popen[bytes]) -> Callable[[], None]:
        rest = b""
        recording = self.recording
        stdout = daemon.stdout
        assert stdout is not None

        def read() -> None:
            nonlocal rest
            told = os.read(stdout.fileno(), 65536)
            if not told:
                self.switch.selector.unregister(stdout)
                stdout.close()
                return
            now = time.time()
            *lines, rest = (rest + told).split(b"\n")
            for line in lines:
                text = line.decode("utf-8", "replace").partition(": ")[2]
                recording.log.append((now, node, text))
                if entered := _ENTERED.search(text):
                    recording.roles.append((now, node, entered[1], entered[2]))

        return read

    def _stop(self, node: str) -> None:
        self.daemons[node].terminate()

    def _kill(self, node: str) -> None:
        daemon = self.daemons[node]
        children = Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGSTOP)  # orphaned, it would still say goodbye
        daemon.kill()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        daemon.wait()

    def _cut(self, *words: str) -> None:
        rules = "".join(
            f'iifname "{self._port(one, lan)}" oifname "{self._port(other, lan)}" drop\n'
            for one, other in directions(words)
            for lan in LANS
        )
        hook = "type filter hook forward priority 0;"
        self.switch.filter(f"table bridge c{self.number} {{\nchain f {{\n{hook}\n{rules}}}\n}}\n")

    def _heal(self, *words: str) -> None:
        self.switch.filter(f"delete table bridge c{self.number}\n")

    def _unplug(self, node: str, lan: str) -> None:
        batch(self.switch.name, f"link set {self._port(node, lan)} down")

    def _plug(self, node: str, lan: str) -> None:
        batch(self.switch.name, f"link set {self._port(node, lan)} up")

    def _fails(self, node: str, script: str) -> None:
        (self.folder / f"{node}.{script}.fails").touch()

    def _passes(self, node: str, script: str) -> None:
        (self.folder / f"{node}.{script}.fails").unlink()

    def _writes(self, node: str, name: str, value: str) -> None:
        """Write *value* into a tracked file, in one go."""
        (self.folder / f"{node}.{name}").write_text(value + "\n")

    def end(self) -> None:
        """Tell all that runs to end."""
        for daemon in self.daemons.values():
            if daemon.poll() is None:
                daemon.terminate()

    def close(self) -> None:
        """Wait until all has ended."""
        for daemon in self.daemons.values():
            try:
                daemon.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def directions(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return who is not heard by whom: ``lb1 lb2`` both ways, ``lb1 > lb2`` one way."""
    if len(words) == 3:
        return [(words[0], words[2])]
    return [(words[0], words[1]), (words[1], words[0])]


def record(scenarios: Sequence[Scenario], folder: Path) -> Mapping[str, Recording]:
    """Play all *scenarios* at once; return what was seen of each, by name."""
    switch = Switch()
    clusters: list[Cluster] = []
    try:
        for number, scenario in enumerate(scenarios):
            clusters.append(Cluster(number, scenario, switch, folder / str(number)))
        players = [threading.Thread(target=cluster.play) for cluster in clusters]
        for player in players:
            player.start()
            time.sleep(_APART)
        for player in players:
            player.join()
        return {one.scenario.name: one.recording for one in clusters}
    finally:
        for cluster in clusters:
            cluster.end()
        for cluster in clusters:
            cluster.close()
        time.sleep(0.2)
        switch.close()


def freeze(recording: Recording) -> Recording:
    """Return *recording* as it is now: what its end brings is not part of it."""
    return Recording(
        list(recording.blows),
        list(recording.roles),
        list(recording.adverts),
        list(recording.log),
        list(recording.missed),
        time.time(),
    )
