"""A whole backend beside a real haproxy: limits, queues, backups, stick tables."""

from __future__ import annotations

import os
import select
import socket
import time
from pathlib import Path
from random import Random, SystemRandom

import pytest
from haproxy_live import SECONDS, LiveHaproxy, version
from haproxy_replay import SCHEDULERS

from hatools.engine.proxy_pool import ProxyPool
from hatools.engine.proxy_settings import proxy_settings
from hatools.model.event import Event
from hatools.plugin import Connection, Member, Place
from hatools.plugin_host import Host, codec
from hatools.text import Source

ALGORITHMS = [
    ("balance roundrobin",),
    ("balance static-rr",),
    ("balance leastconn",),
    ("balance first",),
    ("balance source",),
    ("balance source", "hash-type consistent"),
    ("balance source", "hash-type consistent", "hash-balance-factor 130"),
]
FIXED = ("balance static-rr", "balance source")
ROUNDS = int(os.environ.get("HATOOLS_LIVE_ROUNDS", "1"))
STEPS = int(os.environ.get("HATOOLS_LIVE_STEPS", "60"))


def section(random: Random, algorithm: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the lines of a backend and the options of its servers."""
    lines = ["mode tcp", "timeout queue 30s", *algorithm]
    for one in ("option redispatch", "option allbackups"):
        lines += [one] if random.random() < 0.4 else []
    if random.random() < 0.3:
        lines += ["stick-table type ip size 100 expire 1h", "stick on src"]
    servers = []
    for at in range(random.randint(2, 5)):
        options = f"weight {random.choice([1, 1, 2, 3, 5])}"
        if random.random() < 0.6:
            options += f" maxconn {random.randint(1, 3)}"
            options += f" maxqueue {random.randint(1, 2)}" if random.random() < 0.3 else ""
        options += " backup" if at and random.random() < 0.25 else ""
        options += " disabled" if random.random() < 0.1 else ""
        servers.append(options)
    return lines, servers


class Beside:
    """One backend in haproxy, and ours made from the same text."""

    def __init__(self, live: LiveHaproxy, name: str, text: str, random: Random) -> None:
        self.live, self.name, self.random = live, name, random
        form = codec(Host().formats()["haproxy"])
        topology = form.read(form.expand(form.parse(Source("haproxy.cfg", text)), Place())).topology
        pool = topology.pool(name)
        assert pool is not None
        scheduler = SCHEDULERS[pool.scheduler.name]
        programs = {"haproxy": version()}
        settings = proxy_settings(topology, pool)
        self.ours = ProxyPool(pool, scheduler, settings=settings, programs=programs)
        self.ours.queueing = True
        self.dynamic = self.ours.dynamic
        self.clients: dict[int, socket.socket] = {}
        self.connections: dict[int, Connection] = {}
        self.held: dict[int, tuple[socket.socket, Member]] = {}
        self.waiting: set[int] = set()
        self.course: list[str] = []

    def check(self, condition: bool, *said: object) -> None:
        assert condition, f"{said} {self.ours.settings} {self.ours.pool} {self.course}"

    def arrived(self) -> tuple[int, str, socket.socket]:
        """Return who comes to which server next."""
        found = self.live.accepted(self.name, 2.0)
        self.check(found is not None, "nobody comes")
        assert found is not None
        server, peer = found
        peer.settimeout(SECONDS)
        said = b""
        while not said.endswith(b"\n"):
            said += peer.recv(100)
        return int(said), server, peer

    def expect(self, wanted: dict[int, Member]) -> None:
        """Let those whom ours gives a server arrive there in haproxy, and nobody else."""
        for _ in range(len(wanted)):
            number, server, peer = self.arrived()
            self.check(number in wanted, f"{number} comes to {server}, not in {wanted}")
            self.check(wanted[number].name == server, f"{number}: {server}", wanted[number])
            self.held[number] = (peer, wanted[number])
            self.waiting.discard(number)
        self.settle()
        self.check(self.live.accepted(self.name, 0.0) is None, "one more came")

    def settle(self) -> None:
        """Wait until haproxy has as many connections and as many in queues as we have."""
        deadline = time.monotonic() + 2.0
        wanted = (len(self.held), len(self.waiting))
        while time.monotonic() < deadline:
            served = queued = 0
            for row in self.live.command(f"show stat {self.name} 6 -1").splitlines():
                fields = row.split(",")
                if fields[0] == self.name:
                    queued += int(fields[2] or 0) if fields[1] == "BACKEND" else 0
                    queued += int(fields[2] or 0) if fields[1].startswith("s") else 0
                    served += int(fields[4] or 0) if fields[1].startswith("s") else 0
            if (served - 0, queued) == wanted:
                return
        self.check(False, f"haproxy has {served} served, {queued} queued, we {wanted}")

    def handed(self) -> dict[int, Member]:
        for one in self.ours.refused:
            self.waiting.discard(one.client_port)
        self.ours.refused.clear()
        found = {one.client_port: server for one, server in self.ours.handed}
        self.ours.handed.clear()
        return found

    def open(self, number: int) -> None:
        client = f"10.0.0.{self.random.randint(1, 9)}"
        connection = Connection(client, number, time=float(number))
        server = self.ours.open(connection, 0.5)
        said = server.name if server else "waits" if self.ours.waits else "refused"
        self.course.append(f"{number} from {client}: {said}")
        time.sleep(0.002)  # haproxy orders queues by milliseconds
        one = self.live.request(self.name, client, b"%d\n" % number)
        if server is None and not self.ours.waits:
            ready, _, _ = select.select([one], [], [], 2.0)
            self.check(bool(ready), "not refused")
            one.close()
            self.expect({})
            return
        self.clients[number], self.connections[number] = one, connection
        if server is None:
            self.waiting.add(number)
        self.expect({number: server} if server else {})

    def close(self) -> None:
        if not self.held:
            return
        number = self.random.choice(sorted(self.held))
        peer, server = self.held.pop(number)
        self.course.append(f"{number} closes at {server.name}")
        peer.close()
        client = self.clients.pop(number)
        while client.recv(4096):
            pass
        client.close()
        self.ours.finish(self.connections.pop(number), server)
        self.expect(self.handed())

    def change(self, now: float) -> None:
        label = self.random.choice(sorted(self.ours.members))
        if self.random.random() < 0.3:
            weight = self.random.choice([0, 1, 2, 4])
            if self.dynamic:
                command = f"set server {self.name}/{label} weight {weight}"
            else:
                weight = weight and self.ours.servers[label].weight
                command = f"set server {self.name}/{label} weight {100 if weight else 0}%"
            event = Event(now, "weight", f"{self.name}/{label}", {"weight": weight})
        else:
            state = self.random.choice(["maint", "drain", "ready", "ready", "ready"])
            command = f"set server {self.name}/{label} state {state}"
            details = {"state": "maintenance" if state == "maint" else state}
            event = Event(now, "state", f"{self.name}/{label}", details)
        self.course.append(command)
        said = self.live.command(command)
        self.check("not" not in said, said)
        list(self.ours.handle(event))
        self.expect(self.handed())

    def end(self) -> None:
        for one in self.clients.values():
            one.close()
        for peer, _ in self.held.values():
            peer.close()


@pytest.mark.xdist_group("live")
@pytest.mark.real("haproxy")
def test_the_same_course(tmp_path: Path) -> None:
    number = int(os.environ.get("HATOOLS_SEED") or SystemRandom().randrange(10**6))
    print(f"HATOOLS_SEED={number}")
    random = Random(number)
    for turn in range(ROUNDS):
        folder = tmp_path / str(turn)
        folder.mkdir()
        sections = {f"b{at}": section(random, one) for at, one in enumerate(ALGORITHMS)}
        with LiveHaproxy(folder, sections) as live:
            text = (folder / "haproxy.cfg").read_text("utf-8")
            for name in sections:
                pair = Beside(live, name, text, random)
                for step in range(STEPS):
                    what = random.random()
                    if what < 0.1:
                        pair.change(float(step))
                    elif what < 0.4:
                        pair.close()
                    else:
                        pair.open(step)
                pair.end()
