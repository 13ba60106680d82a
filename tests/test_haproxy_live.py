"""The engine beside a real haproxy: the same servers, clients and changes, the same picks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest
from haproxy_live import Held, LiveHaproxy
from haproxy_replay import Backend
from recordings import steadily

ALGORITHMS = {
    "roundrobin": ("mode tcp", "balance roundrobin"),
    "static": ("mode tcp", "balance static-rr"),
    "leastconn": ("mode tcp", "balance leastconn"),
    "source": ("mode tcp", "balance source"),
    "ring": ("mode tcp", "balance source", "hash-type consistent"),
    "uri": ("mode http", "option http-server-close", "balance uri"),
    "uriring": ("mode http", "option http-server-close", "balance uri", "hash-type consistent"),
}
DYNAMIC = {"roundrobin", "leastconn", "ring", "uriring"}
ROUNDS = int(os.environ.get("HATOOLS_LIVE_ROUNDS", "1"))
STEPS = int(os.environ.get("HATOOLS_LIVE_STEPS", "120"))


def seed() -> int:
    return int(os.environ.get("HATOOLS_SEED") or SystemRandom().randrange(10**6))


def requests(name: str, random: Random) -> tuple[str, bytes, dict[str, str]]:
    """Return a client, what it sends, and the facts that ours needs."""
    client = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
    if not name.startswith("uri"):
        return client, b"", {"client": client}
    uri = "/" + "/".join(random.choice("abcdefg") * random.randint(1, 3) for _ in range(3))
    uri += random.choice(["", "?x=1", "?y"])
    return (
        client,
        f"GET {uri} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n".encode(),
        {"uri": uri},
    )


class Pair:
    """One section of the real haproxy, and our backend with the same servers."""

    def __init__(self, live: LiveHaproxy, name: str, weights: list[int], random: Random) -> None:
        self.live, self.name, self.random = live, name, random
        words = [line.split() for line in ALGORITHMS[name]]
        (algorithm,) = (" ".join(one[1:]) for one in words if one[0] == "balance")
        hash_type = next((" ".join(one) for one in words if one[0] == "hash-type"), "")
        self.ours = Backend(algorithm, weights, hash_type)
        self.weights = list(weights)
        self.states = ["ready"] * len(weights)
        self.held: dict[int, Held] = {}

    def pick(self, number: int, hold: bool) -> tuple[str | None, str | None]:
        client, sent, facts = requests(self.name, self.random)
        one = self.live.open(self.name, client, sent)
        theirs = one.server if one else None
        if not hold:
            if one is not None:
                one.close()
            if self.name == "leastconn":
                self.live.settled(self.name, len(self.held))
            return theirs, self.ours.pick(**facts)
        if one is not None:
            self.held[number] = one
        return theirs, self.ours.open(number)

    def close(self) -> None:
        if self.held:
            number = self.random.choice(sorted(self.held))
            self.held.pop(number).close()
            self.live.settled(self.name, len(self.held))
            self.ours.close(number)

    def change(self) -> str:
        at = self.random.randrange(len(self.weights))
        target = f"set server {self.name}/s{at + 1}"
        if self.random.random() < 0.5:
            if self.name in DYNAMIC:
                weight = self.weights[at] = self.random.choice([0, 1, 2, 3, 7, 40, 256])
                command = f"{target} weight {weight}"
            else:
                self.weights[at] = self.random.choice([0, 1])  # as a part of the written weight
                command = f"{target} weight {100 * self.weights[at]}%"
        else:
            state = self.states[at] = self.random.choice(["maint", "drain", "ready", "ready"])
            command = f"{target} state {state}"
        said = self.live.command(command)
        assert "not" not in said, said
        member = self.ours.members[at]
        member.up = self.states[at] != "maint"
        member.weight = 0 if self.states[at] == "drain" else self.weights[at]
        self.ours.pool.changed(member)
        return command


@pytest.fixture
def random() -> Random:
    number = seed()
    print(f"HATOOLS_SEED={number}")
    return Random(number)


def rounds(random: Random) -> Iterator[list[int]]:
    for _ in range(ROUNDS):
        count = random.randint(2, 6)
        yield [random.choice([1, 1, 2, 3, 5, 10, 50, 100]) for _ in range(count)]


@pytest.mark.xdist_group("live")
@pytest.mark.real("haproxy")
def test_the_same_picks(tmp_path: Path, random: Random) -> None:
    """Weights change and servers go and come back over the runtime socket."""
    for turn, weights in enumerate(rounds(random)):
        options = [f"weight {weight}" for weight in weights]
        folder = tmp_path / str(turn)
        folder.mkdir()
        sections = {name: (lines, options) for name, lines in ALGORITHMS.items()}
        with LiveHaproxy(folder, sections) as live:
            for name in ALGORITHMS:
                pair = Pair(live, name, weights, random)
                course = []
                for number in range(STEPS):
                    what = random.random()
                    if what < 0.1:
                        course.append(pair.change())
                    elif what < 0.25 and name == "leastconn":
                        course.append("close")
                        pair.close()
                    else:
                        hold = name == "leastconn" and random.random() < 0.6
                        theirs, ours = pair.pick(number, hold)
                        course.append(f"pick {theirs}")
                        assert ours == theirs, f"{name} {weights} {course}"
                for one in pair.held.values():
                    one.close()


@pytest.mark.xdist_group("live")
@pytest.mark.real("haproxy")
def test_the_same_slow_start(tmp_path: Path) -> None:
    """A server that leaves maintenance gets warm by steps of a second, and none at the start."""
    sections = {"b": (["mode tcp"], ["weight 100 slowstart 2s"])}
    steps = [-(-100 * warmth // 16) for warmth in (1, 9, 16)]  # haproxy shows them rounded up

    def attempt(turn: int) -> None:
        folder = tmp_path / str(turn)
        folder.mkdir()
        with LiveHaproxy(folder, sections) as live:
            assert live.health("b", "s1")[1] == 100
            live.command("set server b/s1 state maint")
            live.command("set server b/s1 state ready")
            seen = [live.health("b", "s1")[1]]
            deadline = time.monotonic() + 4.0
            while seen[-1] != 100 and time.monotonic() < deadline:
                time.sleep(0.05)
                weight = live.health("b", "s1")[1]
                seen += [weight] if weight != seen[-1] else []
        assert seen == steps

    steadily(attempt)
