"""Runs in the guest: opens real connections through IPVS and notes which server took each.

The guest itself is the director; clients and servers are in network
namespaces.  Takes a file of scenarios, writes one of what happened; it has
nothing but the standard library of the guest's Python.

usage: ipvs_guest.py SCENARIOS.json RECORDED.json
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import shlex
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

NEW_NETWORK = 0x40000000
SERVERS = [f"10.2.0.{number}" for number in range(11, 17)]
PORTS = (8080, 80)
PATIENCE = 1.0  # seconds; what comes at all comes at once
RESET = struct.pack("ii", 1, 0)
LIBC = ctypes.CDLL(None)


def enter(namespace: str) -> None:
    """Go on in *namespace*; sockets stay in the one that they were made in."""
    path = f"/run/netns/{namespace}" if namespace else "/proc/1/ns/net"
    with open(path, "rb") as file:
        if LIBC.setns(file.fileno(), NEW_NETWORK):
            raise OSError(f"cannot enter {path}")


def ip(namespace: str, *lines: str) -> None:
    command = ["ip", *(["-n", namespace] if namespace else []), "-b", "-"]
    subprocess.run(command, input="\n".join(lines) + "\n", text=True, check=True)


def wire() -> None:
    """Join clients (10.1.0.0/16) and servers (10.2.0.0/24) to the director (10.9.0.0/16)."""
    ip("", "netns add clients", "netns add servers")
    ip("", "link add toclients type veth peer name eth0 netns clients")
    ip("", "link add toservers type veth peer name eth0 netns servers")
    ip("", "link set toclients up", "link set toservers up")
    ip("", "addr add 10.1.0.1/24 dev toclients", "addr add 10.2.0.1/24 dev toservers")
    ip("", "route add 10.1.0.0/16 via 10.1.0.2", "route add local 10.9.0.0/16 dev lo")
    ip("clients", "link set lo up", "link set eth0 up", "addr add 10.1.0.2/24 dev eth0")
    ip("clients", "route add default via 10.1.0.1")
    ip("clients", "route add local 10.1.1.0/24 dev lo", "route add local 10.1.2.0/24 dev lo")
    ip("servers", "link set lo up", "link set eth0 up")
    ip("servers", *(f"addr add {address}/24 dev eth0" for address in SERVERS))
    ip("servers", "route add default via 10.2.0.1")
    subprocess.run(["tc", "qdisc", "add", "dev", "toclients", "clsact"], check=True)
    for name, value in {
        "conf/all/rp_filter": 0,
        "conf/toclients/rp_filter": 0,
        "conf/toservers/rp_filter": 0,
        "ip_forward": 1,
        "icmp_ratemask": 0,  # refusals come at once
    }.items():
        Path("/proc/sys/net/ipv4", name).write_text(str(value))


class Director:
    """One after another, the scenarios."""

    def __init__(self) -> None:
        wire()
        enter("servers")
        self.poll = select.epoll()
        self.listening: dict[int, tuple[str, socket.socket]] = {}
        for address in SERVERS:
            for port in PORTS:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    self._listen(address, port, kind)
        enter("")
        self.open: dict[int, tuple[socket.socket, socket.socket | None, str]] = {}
        self.removed: set[str] = set()
        self.marked = False
        # one process for all commands: starting one is dear here
        self.rules = subprocess.Popen(["ipvsadm", "-R"], stdin=subprocess.PIPE, text=True).stdin

    def _listen(self, address: str, port: int, kind: int) -> None:
        server = socket.socket(socket.AF_INET, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        if kind == socket.SOCK_STREAM:
            server.listen(500)
        self.listening[server.fileno()] = (f"{address}:{port}", server)
        self.poll.register(server, select.EPOLLIN)

    def counters(self) -> dict[str, list[int]]:
        """Return weight, active and inactive of each server, as the kernel shows them."""
        found = {}
        for line in Path("/proc/net/ip_vs").read_text().splitlines()[3:]:
            words = line.split()
            if words[0] == "->":
                address, port = words[1].split(":")
                host = socket.inet_ntoa(bytes.fromhex(address))
                found[f"{host}:{int(port, 16)}"] = [int(word) for word in words[3:6]]
        return found

    def connect(
        self, number: int, client: str, port: int, to: tuple[str, int], udp: bool
    ) -> str | None:
        """Open a connection; return the server that took it, None when it was refused."""
        enter("clients")
        ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        enter("")
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind((client, port))
        ours.settimeout(PATIENCE)
        try:
            ours.connect(to)
            if udp:
                ours.send(b"?")
        except OSError:
            ours.close()
            return None
        self.poll.register(ours, select.EPOLLERR)  # how UDP hears of a refusal
        ready = [file for file, _ in self.poll.poll(PATIENCE) if file in self.listening]
        self.poll.unregister(ours)
        if not ready:
            ours.close()
            return None
        name, server = self.listening[ready[0]]
        theirs = None
        if udp:
            server.recv(8)
        else:
            theirs, _ = server.accept()
            theirs.settimeout(PATIENCE)
        self.open[number] = (ours, theirs, name)
        return name

    def end(self, number: int, aborted: bool) -> bool:
        """End a connection from the client's side; not when its server is removed meanwhile."""
        held = self.open.get(number)
        if held is None or held[2].partition(":")[0] in self.removed:
            return False
        ours, theirs, _ = self.open.pop(number)
        if theirs is None:
            ours.close()
            return False  # UDP knows no end
        if aborted:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        ours.close()
        with suppress(ConnectionResetError):
            theirs.recv(1)
        theirs.close()
        return True

    def command(self, line: str) -> None:
        """Run one line of the rules, or another command."""
        words = shlex.split(line)
        if words[0] != "ipvsadm":
            subprocess.run(words, check=True)
            return
        self.rules.write(line.partition(" ")[2] + "\n")
        self.rules.flush()
        if "-r" in words:
            host = words[words.index("-r") + 1].partition(":")[0]
            (self.removed.add if words[1] == "-d" else self.removed.discard)(host)

    def wait(self) -> None:
        """Wait until the kernel has taken all commands: a service of a mark comes, or goes."""
        self.marked = not self.marked
        self.rules.write("-A -f 60000 -s rr\n" if self.marked else "-D -f 60000\n")
        self.rules.flush()
        until = time.monotonic() + 5
        while ("FWM  0000EA60" in Path("/proc/net/ip_vs").read_text()) != self.marked:
            if time.monotonic() > until:
                raise TimeoutError(Path("/proc/net/ip_vs").read_text())
            time.sleep(0.0005)

    def play(self, scenario: dict[str, object]) -> list[list[object]]:
        """Return what happened, in the order of the scenario."""
        happened: list[list[object]] = []
        self.removed.clear()
        for line in scenario["setup"]:
            self.command(line)
        self.wait()
        for what, *rest in scenario["steps"]:
            if what == "cmd":
                self.command(rest[0])
                self.wait()
                happened.append([what, rest[0]])
            elif what == "open":
                number, client, port, address, to = rest
                before = self.counters()
                udp = scenario["protocol"] == "udp"
                chosen = self.connect(number, client, port, (address, to), udp)
                happened.append([what, *rest, chosen, before])
            elif self.end(rest[0], what == "abort"):
                happened.append([what, rest[0]])
        happened.append(["counters", self.counters()])
        self.clear()
        return happened

    def clear(self) -> None:
        for ours, theirs, _ in self.open.values():
            for one in (ours, theirs):
                if one is not None:
                    if one.type == socket.SOCK_STREAM:
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    one.close()
        self.open.clear()
        if self.marked:
            self.wait()
        self.command("ipvsadm -C")
        self.wait()


def main() -> None:
    scenarios = json.loads(Path(sys.argv[1]).read_text())
    director = Director()
    recorded = [director.play(scenario) for scenario in scenarios]
    Path(sys.argv[2]).write_text(json.dumps({"kernel": os.uname().release, "recorded": recorded}))


if __name__ == "__main__":
    main()
