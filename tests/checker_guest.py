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


class Site:
    """One keepalived, its servers, and what is seen of them: (seconds, what, ...)."""

    def __init__(self, number: int, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.seen: list[list[object]] = []
        self.listening: dict[int, socket.socket] = {}
        self.watching = True
        self.space = f"site{number}"
        self.folder = Path(f"/run/{self.space}")
        self.folder.mkdir()
        subprocess.run(["ip", "netns", "add", self.space], check=True)
        subprocess.run(["ip", "-n", self.space, "link", "set", "lo", "up"], check=True)
        (self.folder / "k.conf").write_text(scenario["text"])

    def see(self, *what: object) -> None:
        self.seen.append([time.monotonic(), *what])

    def play(self) -> None:
        """Do every step in this thread; another one looks at the kernel's table."""
        enter(self.space)
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
                if what == "wait":
                    time.sleep(value)
                    continue
                self.see(what, value)
                if what == "answers":
                    self.listen(value)
                else:
                    self.listening.pop(value).close()
            self.watching = False
            watcher.join()
            daemon.terminate()
            daemon.wait()
        self.see("log", (self.folder / "log").read_text())

    def listen(self, port: int) -> None:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(50)
        self.listening[port] = server

    def watch(self) -> None:
        """Note every change of the kernel's table, and every check that a server sees."""
        enter(self.space)
        before: dict[int, int] | None = None
        while self.watching:
            table = {}
            for line in Path("/proc/thread-self/net/ip_vs").read_text().splitlines()[3:]:
                words = line.split()
                if words[0] == "->":
                    table[int(words[1].partition(":")[2], 16)] = int(words[3])
            if table != before:
                before = table
                self.see("table", table)
            for port, server in list(self.listening.items()):
                server.setblocking(False)
                with suppress(OSError):
                    server.accept()[0].close()
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
