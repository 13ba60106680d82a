"""The kernel's schedulers against golden numbers and what a real kernel chose."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipvs_replay import SCHEDULERS

from hatools.model import Scheduler as Named
from hatools.plugin import Balancing, Connection, Member, Pool
from hatools_schedulers.kernel_hash import hash32, number, siphash
from hatools_schedulers.kernel_list import KernelScheduler
from hatools_schedulers.lazy_heap import LeastCost
from hatools_schedulers.mh import Maglev, fill
from hatools_schedulers.wrr import WeightedRoundRobin

PORT = 80


def pool(name: str, *flags: str, kernel: str = "") -> Pool:
    programs = {"kernel": kernel} if kernel else {}
    made: Pool = SCHEDULERS[name].make(Balancing(Named(name, flags), programs=programs))
    return made


def fleet(scheduler: Pool, weights: list[int]) -> list[Member]:
    """Return servers A, B, C … whose list order is that of *weights*: the last is added first."""
    members = [
        Member(chr(65 + at), f"10.0.0.{len(weights) - at}", PORT, weight)
        for at, weight in enumerate(weights)
    ]
    for member in reversed(members):
        member.up = True
        scheduler.changed(member)
    return members


def picks(scheduler: Pool, count: int, hold: bool = False) -> str:
    found = ""
    for _ in range(count):
        chosen = scheduler.pick(Connection("192.0.2.1"), 0.5)
        found += chosen.name if chosen else "-"
        if chosen and hold:
            chosen.active += 1
            scheduler.opened(chosen)
    return found


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([4, 3, 2], "AABABCABC"),
        ([5, 1, 1], "AAAAABC"),
        ([1, 2, 3], "CBCABC"),
        ([4, 2, 6], "CACABC"),
        ([10, 5, 0], "AAB"),
        ([7, 3], "AAAAABABAB"),
    ],
)
def test_wrr_cycles(weights: list[int], expected: str) -> None:
    present = [Member(chr(65 + at), "10.0.0.1", at, weight) for at, weight in enumerate(weights)]
    scheduler = SCHEDULERS["wrr"].make(Balancing(Named("wrr"), present=tuple(reversed(present))))
    assert picks(scheduler, 2 * len(expected)) == 2 * expected


HELD = [
    ("wlc", [1, 2, 3], "ABCCBCABCCBC"),
    ("wlc", [3, 2, 1], "ABCABAABCABA"),
    ("wlc", [4, 3, 2], "ABCABACBAABC"),
    ("sed", [1, 2, 3], "CBCABCCBCABC"),
    ("sed", [3, 2, 1], "ABAABCABAABC"),
    ("sed", [4, 3, 2], "ABACBAABCABA"),
    ("nq", [1, 2, 3], "ABCCBCCBCABC"),
    ("nq", [3, 2, 1], "ABCAABABAABC"),
    ("nq", [4, 3, 2], "ABCABAABCABA"),
    ("ovf", [1, 2, 3], "CCCCBBBAA---"),
    ("ovf", [3, 2, 1], "AAAABBBCC---"),
    ("lc", [1, 2, 3], "ABCABCABCABC"),
    ("fo", [1, 3, 2], "BBBBBBBBBBBB"),
]


@pytest.mark.parametrize(("name", "weights", "expected"), HELD)
def test_held_connections(name: str, weights: list[int], expected: str) -> None:
    scheduler = pool(name)
    fleet(scheduler, weights)
    assert picks(scheduler, 12, hold=True) == expected


def test_hash_primitives() -> None:
    clients = [number(f"192.168.1.{host}") for host in range(1, 9)]
    assert [hash32(client, 8) for client in clients] == [136, 234, 76, 174, 16, 113, 211, 53]
    server = number("10.0.0.1") + PORT
    assert (siphash(server, 0), siphash(server, 1)) == (0x439C0CBE, 0x97B3DC47)


HASHED = [
    ("sh", (), 0, {}, "R2 R3 R2 R3 R2 R1 R2 R1 R2 R1 R3 R1"),
    ("sh", ("sh-port",), 40000, {}, "R1 R2 R3 R2 R1 R3 R1 R2 R1 R3 R1 R3"),
    ("sh", (), 0, {"R2": 0}, "- R3 - R3 - R1 - R1 - R1 R3 R1"),
    ("sh", ("sh-fallback",), 0, {"R2": 0}, "R1 R3 R1 R3 R1 R1 R1 R1 R1 R1 R3 R1"),
    ("mh", (), 0, {}, "R1 R3 R2 R3 R3 R2 R2 R2 R2 R1 R1 R3"),
    ("mh", (), 0, {"R1": 0}, "- R3 R2 R3 R3 R2 R2 R2 R2 - - R3"),
    ("mh", ("mh-fallback",), 0, {"R1": 0}, "R3 R3 R2 R3 R3 R2 R2 R2 R2 R3 R2 R3"),
]


def hashed(name: str, flags: tuple[str, ...]) -> tuple[Pool, dict[str, Member]]:
    scheduler = pool(name, *flags)
    members = {f"R{n}": Member(f"R{n}", f"10.0.0.{n}", PORT, 1) for n in (1, 2, 3)}
    for member in members.values():
        member.up = True
        scheduler.changed(member)
    return scheduler, members


@pytest.mark.parametrize(("name", "flags", "port", "edits", "expected"), HASHED)
def test_hashes(
    name: str, flags: tuple[str, ...], port: int, edits: dict[str, int], expected: str
) -> None:
    scheduler, members = hashed(name, flags)
    for server, weight in edits.items():
        members[server].weight = weight
        scheduler.changed(members[server])
    found = [scheduler.pick(Connection(f"192.168.1.{host}", port), 0.5) for host in range(1, 13)]
    assert " ".join(one.name if one else "-" for one in found) == expected


def test_destination_hashing() -> None:
    scheduler, _ = hashed("dh", ())
    found = [
        scheduler.pick(Connection("192.0.2.1", address=f"203.0.113.{host}"), 0.5)
        for host in range(1, 13)
    ]
    names = " ".join(one.name if one else "-" for one in found)
    assert names == "R1 R3 R1 R3 R1 R1 R2 R3 R2 R3 R3 R1"


def test_maglev_tables() -> None:
    paper = [(3, 4, 1), (0, 2, 1), (3, 1, 1)]  # table 1 of the paper, 7 slots
    assert fill(7, paper) == [1, 0, 1, 0, 2, 2, 0]
    assert fill(7, [paper[0], paper[2]]) == [0, 0, 0, 0, 1, 1, 1]
    for weights, slots in (((1, 1, 1), (1364, 1364, 1365)), ((3, 2, 1), (2046, 1364, 683)),
                           ((100, 200, 1), (1339, 2700, 54))):  # fmt: skip
        scheduler, members = hashed("mh", ())
        for member, weight in zip(members.values(), weights, strict=True):
            member.weight = weight
            scheduler.changed(member)
        assert isinstance(scheduler, Maglev)
        table = Counter(fill(4093, scheduler.walks()))
        assert tuple(table[2 - at] for at in range(3)) == slots
    scheduler, members = hashed("mh", ())
    assert isinstance(scheduler, Maglev)
    assert [walk[:2] for walk in scheduler.walks()] == [(1631, 3453), (1231, 3544), (3167, 700)]
    before = fill(4093, scheduler.walks())
    members["R1"].up = False
    scheduler.changed(members["R1"])
    after = fill(4093, scheduler.walks())
    kept = [(old, new) for old, new in zip(before, after, strict=True) if old != 2]
    assert (len(kept), sum(old != new for old, new in kept)) == (2729, 4)


class Walk(WeightedRoundRobin):
    """The kernel's loop alone, without the passes that are known beforehand."""

    def pick(self, connection: Connection, draw: float) -> Member | None:
        return self._walk()


@st.composite
def courses(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Draw a course of changes and picks: (what, which server, how much)."""
    step = st.tuples(
        st.sampled_from(["pick"] * 6 + ["open", "close", "weight", "leave", "come", "overload"]),
        st.integers(0, 5),
        st.integers(0, 7),
    )
    return draw(st.lists(step, min_size=5, max_size=60))


def follow(course: list[tuple[str, int, int]], one: Pool, other: Pool) -> None:
    """Drive two schedulers along *course*; they must choose alike."""
    members = [Member(chr(65 + at), f"10.0.0.{at}", PORT, at % 4 + 1) for at in range(6)]
    for member in members[:4]:
        member.up = True
        one.changed(member), other.changed(member)
    for verb, at, amount in course:
        member = members[at]
        if verb == "pick":
            ours = one.pick(Connection("192.0.2.1"), 0.5)
            assert ours is other.pick(Connection("192.0.2.1"), 0.5)
            if ours is not None and amount % 2:
                ours.active += 1
                one.opened(ours), other.opened(ours)
        elif verb == "open":
            member.inactive += amount
            one.opened(member), other.opened(member)
        elif verb == "close":
            member.active = max(member.active - amount, 0)
            one.closed(member), other.closed(member)
        else:
            if verb == "weight":
                member.weight = amount
            elif verb == "overload":
                member.overloaded = not member.overloaded
            else:
                member.up = verb == "come"
            one.changed(member), other.changed(member)


@given(courses())
@settings(max_examples=300, deadline=None)
def test_known_passes_are_the_kernels_walk(course: list[tuple[str, int, int]]) -> None:
    follow(course, WeightedRoundRobin(Balancing(Named("wrr"))), Walk(Balancing(Named("wrr"))))


class Scan:
    """A least-cost scheduler that looks at every server."""

    def __init__(self, made: Pool) -> None:
        assert isinstance(made, LeastCost)
        self.changed, self.opened, self.closed = made.changed, made.opened, made.closed
        self._made = made

    def pick(self, connection: Connection, draw: float) -> Member | None:
        return self._made.scan()


@pytest.mark.parametrize("name", ["lc", "wlc", "sed", "nq"])
@pytest.mark.parametrize("kernel", ["6.1", "6.12"])
@given(course=courses())
@settings(max_examples=150, deadline=None)
def test_the_heap_chooses_as_the_scan(
    name: str, kernel: str, course: list[tuple[str, int, int]]
) -> None:
    follow(course, pool(name, kernel=kernel), Scan(pool(name, kernel=kernel)))


def test_weights_without_a_small_common_multiple() -> None:
    scheduler = pool("wlc")
    assert isinstance(scheduler, LeastCost)
    random = Random(7)
    members = [Member(str(at), "10.0.0.1", at, random.randint(1, 65535)) for at in range(300)]
    for member in members:
        member.up = True
        scheduler.changed(member)
    for _ in range(2000):
        chosen = scheduler.pick(Connection("192.0.2.1"), 0.5)
        assert chosen is not None
        assert chosen is scheduler.scan()
        chosen.active += 1
        scheduler.opened(chosen)


def test_two_choices_are_spread_as_the_kernel_does() -> None:
    """Chi-square at a fixed seed: with no connections the first of the two draws counts."""
    scheduler = pool("twos")
    fleet(scheduler, [3, 2, 1])
    random = Random(20)
    seen: Counter[str] = Counter()
    for _ in range(14000):
        chosen = scheduler.pick(Connection("192.0.2.1"), random.random())
        assert chosen is not None
        seen[chosen.name] += 1
    expected = {"A": 4 / 7, "B": 2 / 7, "C": 1 / 7}  # 0 counts for the first in the list
    distance = sum((seen[name] - 14000 * p) ** 2 / (14000 * p) for name, p in expected.items())
    assert distance < 9.21  # 2 degrees of freedom, 99 %


def test_every_scheduler_says_nothing_of_nothing() -> None:
    for name in SCHEDULERS:
        scheduler = pool(name)
        assert scheduler.pick(Connection("192.0.2.1", address="192.0.2.9"), 0.5) is None
        if isinstance(scheduler, KernelScheduler):
            (member,) = fleet(scheduler, [0])
            assert scheduler.pick(Connection("192.0.2.1"), 0.5) is None, name
            member.up = False
            scheduler.changed(member)
            assert scheduler.servers == []
