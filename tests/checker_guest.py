"""Runs in the guest: keepalived's checkers over servers that come and go; notes the kernel's table.

Each scenario has a network namespace, its services on the loopback device.

usage: checker_guest.py SCENARIOS.json RECORDED.json
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ipvs_guest import enter

SCRIPTED = (8001, 8002)  # ports that have a script
SAYS = {
    "http": [b"", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
    "smtp": [b"220 mail\r\n", b"250 mail\r\n", b"221 bye\r\n"],
}


def converse(peer: socket.socket, speaks: str) -> None:
    """Say what a server says, each line after one from the client."""
    peer.settimeout(2.0)
    with suppress(OSError), peer:
        for at, said in enumerate(SAYS.get(speaks, ())):
            if at:
                peer.recv(4096)
            peer.sendall(said)


class Site:
    """One keepalived, its servers, and what is seen of them: (seconds, what, ...)."""

    def __init__(self, number: int, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.seen: list[list[object]] = []
        self.speaks = scenario.get("speaks", "tcp")
        self.listening: dict[int, socket.socket] = {}
        self.watching = True
        self.table: dict[int, int] | None = None
        self.space = f"site{number}"
        self.folder = Path(f"/run/{self.space}")
        self.folder.mkdir()
        subprocess.run(["ip", "netns", "add", self.space], check=True)
        subprocess.run(["ip", "-n", self.space, "link", "set", "lo", "up"], check=True)
        (self.folder / "k.conf").write_text(scenario["text"].replace("FOLDER", str(self.folder)))

    def see(self, *what: object) -> None:
        self.seen.append([time.monotonic(), *what])

    def play(self) -> None:
        """Do every step in this thread; another one looks at the kernel's table."""
        enter(self.space)
        for port in SCRIPTED:
            self.exits(port, 0 if port in self.scenario["ports"] else 1)
        for port in self.scenario["ports"]:
            self.listen(port)
        watcher = threading.Thread(target=self.watch)
        watcher.start()
        files = [f"--{kind}={self.folder}/{kind}" for kind in ("pid", "checkers_pid")]
        command = ["keepalived", "-n", "-l", "-D", "-C", "-f", f"{self.folder}/k.conf", *files]
        with (self.folder / "log").open("wb") as log:
            self.see("start")
            daemon = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            for what, value in self.scenario["steps"]:
                if what == "begun":
                    while not self.table:
                        time.sleep(0.02)
                    time.sleep(value)
                    continue
                if what == "wait":
                    time.sleep(value)
                    continue
                self.see(what, value)
                if what == "exits":
                    self.exits(*value)
                elif what == "answers":
                    self.listen(value)
                else:
                    self.fall_silent(value)
            self.watching = False
            watcher.join()
            daemon.terminate()
            daemon.wait()
        ahead = time.time() - time.monotonic()
        for port in SCRIPTED if self.speaks == "script" else ():
            for line in (self.folder / f"{port}.log").read_text().splitlines():
                self.seen.append([float(line) - ahead, "checked", port])
        self.see("log", (self.folder / "log").read_text())

    def exits(self, port: int, status: int) -> None:
        """Let the script that checks the server at *port* exit with *status* from now on."""
        script = f"date +%s.%N >> {self.folder}/{port}.log\nexit {status}\n"
        new = self.folder / f"{port}.new"
        new.write_text(script)
        new.rename(self.folder / f"{port}.sh")

    def fall_silent(self, port: int) -> None:
        if self.speaks == "script":
            self.exits(port, 1)
        else:
            self.listening.pop(port).close()

    def listen(self, port: int) -> None:
        if self.speaks == "script":
            self.exits(port, 0)
            return
        if self.speaks == "udp":
            self.listening[port] = server = socket.socket(type=socket.SOCK_DGRAM)
            server.bind(("127.0.0.1", port))
            return
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(50)
        self.listening[port] = server

    def watch(self) -> None:
        """Note every change of the kernel's table, and every check that a server sees."""
        enter(self.space)
        while self.watching:
            table = {}
            for line in Path("/proc/thread-self/net/ip_vs").read_text().splitlines()[3:]:
                words = line.split()
                if words[0] == "->":
                    table[int(words[1].partition(":")[2], 16)] = int(words[3])
            if table != self.table:
                self.table = table
                self.see("table", table)
            for port, server in list(self.listening.items()):
                server.setblocking(False)
                with suppress(OSError):
                    if self.speaks == "udp":
                        server.recv(100)
                    else:
                        one = server.accept()[0]
                        threading.Thread(target=converse, args=(one, self.speaks)).start()
                    self.see("checked", port)
            time.sleep(0.02)


def main() -> None:
    scenarios = json.loads(Path(sys.argv[1]).read_text())
    sites = [Site(number, scenario) for number, scenario in enumerate(scenarios)]
    threads = [threading.Thread(target=site.play) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Path(sys.argv[2]).write_text(json.dumps([site.seen for site in sites]))


if __name__ == "__main__":
    main()
