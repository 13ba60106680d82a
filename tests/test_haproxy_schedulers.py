"""The proxy's schedulers against golden numbers, plain references and the laws of chance."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from haproxy_replay import SCHEDULERS, Backend
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.model import Scheduler as Named
from hatools.plugin import Balancing, Connection, Member, Pool
from hatools_schedulers import proxy_hash
from hatools_schedulers.hash_ring import HashRing
from hatools_schedulers.leastconn import HEAVIEST
from hatools_schedulers.proxy_scheduler import ProxyScheduler
from hatools_schedulers.proxy_tree import Tree
from hatools_schedulers.weight_map import compete, mix

CLIENT = Connection("192.0.2.9")


def sequence(algorithm: str, weights: list[int], count: int) -> str:
    backend = Backend(algorithm, weights)
    return "".join(str(backend.pick())[1:] for _ in range(count))


@pytest.mark.parametrize(
    ("algorithm", "weights", "expected"),
    [
        ("roundrobin", [3, 2, 1], "121312"),
        ("roundrobin", [5, 1, 1], "1112113"),
        ("roundrobin", [4, 3, 2], "121321123"),
        ("roundrobin", [10, 5, 1], "1121121312112112"),
        ("roundrobin", [7, 3], "1112112112"),
        ("roundrobin", [1, 2, 3], "323132"),
        ("static-rr", [3, 2, 1], "112123"),
        ("static-rr", [4, 3, 2], "121231123"),
        ("static-rr", [10, 5, 1], "1121121121211213"),
        ("static-rr", [1, 2, 3], "132323"),
    ],
)
def test_rounds_repeat(algorithm: str, weights: list[int], expected: str) -> None:
    assert sequence(algorithm, weights, 3 * len(expected)) == 3 * expected


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([3, 2, 1], "123121121321121"),
        ([1, 2, 3], "123323323123323"),
        ([10, 1], "12111"),
        ([4, 3, 2], "123121321123121"),
    ],
)
def test_leastconn_with_held_connections(weights: list[int], expected: str) -> None:
    backend = Backend("leastconn", weights)
    assert "".join(str(backend.open(at))[1:] for at in range(len(expected))) == expected


def test_first_fills_one_server_after_the_other() -> None:
    backend = Backend("first", [1, 1, 1])
    for member, limit in zip(backend.members, (2, 3, 2), strict=True):
        member.limit = limit
    found = [backend.open(at) for at in range(8)]
    assert found == ["s1", "s1", "s2", "s2", "s2", "s3", "s3", None]


HASHES = [
    ("/url1", "f491dab1 0b939b38 92d19ced 16b187c9 98b0c868"),
    ("/url2", "f491dab2 0b939b39 92d17ced 8fb8d673 a59212d1"),
    ("www.example.com", "a204b186 a9788331 248109f7 2ed642bb 4a164c1d"),
    ("", "00000000 00001505 f99a0360 00000000 ab4ed927"),
    ("a", "00000061 0002b606 714bf225 e8b7be43 6d1eff97"),
]


@pytest.mark.parametrize(("key", "expected"), HASHES)
def test_hash_functions(key: str, expected: str) -> None:
    functions = (proxy_hash.sdbm, proxy_hash.djb2, proxy_hash.wt6, proxy_hash.crc32)
    values = [function(key.encode()) for function in functions]
    values.append(proxy_hash.avalanche(values[0]))
    assert " ".join(f"{value:08x}" for value in values) == expected
    assert proxy_hash.avalanche(1) == 0x348681B6


def test_uris_on_a_map_of_four() -> None:
    backend = Backend("uri", [1, 1, 1, 1])
    found = [backend.pick(uri=f"/url{at}") for at in (1, 2, 3, 4)]
    assert found == ["s2", "s3", "s4", "s1"]


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ([1, 1], [0.4312, 0.5688]),
        ([1, 1, 1, 1], [0.2891, 0.1853, 0.2427, 0.2829]),
        ([3, 2, 1], [0.5497, 0.3328, 0.1174]),
        ([100, 100, 100], [0.3195, 0.3491, 0.3314]),
    ],
)
def test_shares_of_the_ring(weights: list[int], shares: list[float]) -> None:
    """Each node owns the hashes up to half the way to its neighbours."""
    ring = HashRing(Balancing(Named("hash", ("src", "hash-type", "consistent"))))
    members = fleet(ring, weights)
    nodes = sorted((key, one.name) for one in members for key in ring._keys[one])
    owned: Counter[str] = Counter()
    for at, (key, name) in enumerate(nodes):
        before, after = nodes[at - 1][0], nodes[(at + 1) % len(nodes)][0]
        owned[name] += ((key - before) % 2**32 + (after - key) % 2**32) / 2  # type: ignore[assignment]
    found = [round(owned[one.name] / 2**32, 4) for one in members]
    assert found == pytest.approx(shares, abs=0.00011)
    random = Random(5)
    for _ in range(300):
        value = random.getrandbits(32)
        nearest = min(
            nodes, key=lambda node: min((value - node[0]) % 2**32, (node[0] - value) % 2**32)
        )
        chosen = ring.at(value, None)
        assert chosen is not None
        assert chosen.name == nearest[1]


def fleet(scheduler: Pool, weights: list[int], roles: str = "") -> list[Member]:
    """Return servers s1, s2, …; *roles* has a letter for each: a, or b for a backup."""
    members = []
    for at, weight in enumerate(weights, 1):
        role = "backup" if roles[at - 1 : at] == "b" else "active"
        members.append(Member(f"s{at}", "192.0.2.1", 80, weight, at, role))
    for member in members:
        member.up = True
        scheduler.changed(member)
    return members


def made(algorithm: str, *words: str, fallback_all: bool = False) -> Pool:
    record = SCHEDULERS[algorithm.partition("(")[0]]
    return record.make(Balancing(Named(algorithm, words), fallback_all=fallback_all))


def picks(scheduler: Pool, count: int) -> str:
    found = [scheduler.pick(CLIENT, 0.3) for _ in range(count)]
    return "".join(one.name[1:] if one else "-" for one in found)


@pytest.mark.parametrize("algorithm", ["roundrobin", "leastconn", "first", "random", "source"])
def test_backups_wait_for_the_last_active_server(algorithm: str) -> None:
    scheduler = made(algorithm, "hash-type", "consistent")
    one, two, three, four = fleet(scheduler, [1, 1, 1, 1], "babb")
    assert picks(scheduler, 4) == "2222"
    two.up = False
    scheduler.changed(two)
    assert picks(scheduler, 4) == "1111"
    one.weight = 0
    scheduler.changed(one)
    assert picks(scheduler, 4) == "3333"
    one.weight = 1
    scheduler.changed(one)
    assert picks(scheduler, 2) == "11"
    for server in (one, three, four):
        server.up = False
        scheduler.changed(server)
    assert picks(scheduler, 2) == "--"


def test_all_backups_where_asked_for() -> None:
    scheduler = made("roundrobin", fallback_all=True)
    (active, *_) = fleet(scheduler, [1, 1, 1], "abb")
    active.up = False
    scheduler.changed(active)
    assert sorted(picks(scheduler, 4)) == ["2", "2", "3", "3"]


def test_static_rr_mixes_backups_that_weigh_more_than_one() -> None:
    scheduler = made("static-rr")
    (active, *_) = fleet(scheduler, [1, 2, 2], "abb")
    active.up = False
    scheduler.changed(active)
    assert set(picks(scheduler, 4)) == {"2", "3"}


def test_a_failed_server_is_avoided() -> None:
    for algorithm in ("roundrobin", "static-rr", "leastconn", "first", "random"):
        scheduler = made(algorithm)
        members = fleet(scheduler, [1, 1, 1])
        for server in members:
            again = scheduler.pick_avoiding(CLIENT, 0.5, server)  # type: ignore[attr-defined]
            assert again is not server, algorithm
        for server in members[1:]:
            server.up = False
            scheduler.changed(server)
        if algorithm != "random":  # it draws only the one to avoid
            again = scheduler.pick_avoiding(CLIENT, 0.5, members[0])  # type: ignore[attr-defined]
            assert again is members[0], algorithm


def test_a_domain_is_what_stands_before_the_last_dot() -> None:
    backend = Backend("hdr(Host) use_domain_only", [1] * 50)
    found = {backend.pick(**{"hdr(host)": f"{name}.example.com"}) for name in ("a", "b", "c.d")}
    assert len(found) == 1


@given(st.lists(st.integers(1, 60), min_size=1, max_size=7))
@settings(max_examples=200, deadline=None)
def test_a_map_is_mixed_as_by_competition(shares: list[int]) -> None:
    assert mix(shares) == compete(shares, sum(shares))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_tree_is_a_sorted_list(course: list[tuple[int, bool]]) -> None:
    tree: Tree[int] = Tree()
    plain: list[tuple[int, int]] = []
    entries = {}
    for number, (key, removes) in enumerate(course):
        if removes and plain:
            gone = plain.pop(key % len(plain))
            tree.remove(entries.pop(gone[1]))
        else:
            plain.append((key, number))
            entries[number] = tree.insert(key, number)
        expected = [one for _, one in sorted(plain, key=lambda pair: pair[0])]
        assert list(tree.walk()) == expected
        assert tree.first() == (expected[0] if expected else None)


STEPS = ["pick"] * 6 + ["hold", "close", "weight", "leave", "come", "warm", "limit"]


@st.composite
def courses(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Draw a course of changes and picks: (what, which server, how much)."""
    step = st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 7))
    return draw(st.lists(step, min_size=5, max_size=60))


class Scan(ProxyScheduler):
    """leastconn by a look at every server, in the order of the last change of its key."""

    def __init__(self) -> None:
        self.queue: list[tuple[int, Member]] = []
        super().__init__(Balancing(Named("leastconn")))

    def _key(self, server: Member) -> int:
        return (server.active + 1) * HEAVIEST // self.weights[server] if server.active else 0

    def entered(self, server: Member, kind: int) -> None:
        self.queue.append((self._key(server), server))

    def left(self, server: Member, kind: int, before: int) -> None:
        self.queue = [one for one in self.queue if one[1] is not server]

    def reweighed(self, server: Member, kind: int, before: int) -> None:
        self.left(server, kind, before)
        self.entered(server, kind)

    def opened(self, server: Member) -> None:
        if any(one[1] is server and one[0] != self._key(server) for one in self.queue):
            self.reweighed(server, 0, 0)

    closed = opened

    def choose(self, kind: int, draw: float, avoid: Member | None) -> Member | None:
        open_ = [one for one in self.queue if not one[1].limit or one[1].active < one[1].limit]
        return min(open_, key=lambda one: one[0])[1] if open_ else None


def follow(course: list[tuple[str, int, int]], *pools: Pool) -> None:
    """Drive schedulers along *course*: they choose alike, and nobody who is out or full."""
    members = [Member(f"s{at}", "192.0.2.1", 80, at % 4 + 1, at + 1) for at in range(6)]
    for member in members:
        member.up = member.number < 5
        for pool in pools:
            pool.changed(member)
    for verb, at, amount in course:
        member = members[at]
        if verb in ("pick", "hold"):
            chosen = [pool.pick(CLIENT, amount / 8) for pool in pools]
            assert all(one is chosen[0] for one in chosen)
            server = chosen[0]
            if server is None:
                assert not any(
                    one.usable and (not one.limit or one.active < one.limit) for one in members
                )
                continue
            assert server.usable
            assert not server.limit or server.active < server.limit
            if verb == "hold":
                server.active += 1
                for pool in pools:
                    pool.opened(server)
        elif verb == "close":
            if member.active:
                member.active -= 1
                for pool in pools:
                    pool.closed(member)
        elif verb == "limit":
            member.limit = amount
        else:
            if verb == "weight":
                member.weight = amount
            elif verb == "warm":
                member.warmth = 1 + 2 * amount
            else:
                member.up = verb == "come"
            for pool in pools:
                pool.changed(member)


@given(courses())
@settings(max_examples=300, deadline=None)
def test_leastconn_chooses_as_the_scan(course: list[tuple[str, int, int]]) -> None:
    follow(course, made("leastconn"), Scan())


@pytest.mark.parametrize("algorithm", ["roundrobin", "first"])
@given(course=courses())
@settings(max_examples=150, deadline=None)
def test_only_usable_servers_with_room_are_chosen(
    algorithm: str, course: list[tuple[str, int, int]]
) -> None:
    follow(course, made(algorithm))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_rounds_give_each_server_its_weight(weights: list[int]) -> None:
    """Places in a round move: 2,3,3 is 3,7,6 after two rounds, but never more than one off."""
    seen = Counter(sequence("roundrobin", weights, 10 * sum(weights)))
    for at, weight in enumerate(weights, 1):
        assert abs(seen[str(at)] - 10 * weight) <= 1


@given(st.lists(st.integers(0, 5), min_size=10, max_size=60), st.integers(100, 300))
@settings(max_examples=60, deadline=None)
def test_no_server_has_more_than_its_bounded_share(clients: list[int], factor: int) -> None:
    scheduler = made("source", "hash-type", "consistent", "hash-balance-factor", str(factor))
    members = fleet(scheduler, [1, 2, 3])
    for held, client in enumerate(clients):
        server = scheduler.pick(Connection(f"192.0.2.{client}"), 0.5)
        assert server is not None
        server.active += 1
        allowed = (held + 1) * factor / 100 * server.weight / 6
        assert server.active <= max(allowed, 1) + 1
    assert sum(one.active for one in members) == len(clients)


def test_random_draws_are_spread_as_the_ring() -> None:
    """Chi-square at a fixed seed: one draw follows the ring, two take the less loaded."""
    scheduler = made("random(1)")
    members = fleet(scheduler, [3, 2, 1])
    random, count = Random(20), 20000
    seen: Counter[str] = Counter()
    for _ in range(count):
        chosen = scheduler.pick(CLIENT, random.random())
        assert chosen is not None
        seen[chosen.name] += 1
    expected = {"s1": 0.5497, "s2": 0.3328, "s3": 0.1174}
    distance = sum((seen[name] - count * p) ** 2 / (count * p) for name, p in expected.items())
    assert distance < 9.21  # 2 degrees of freedom, 99 %
    scheduler = made("random")
    members = fleet(scheduler, [3, 2, 1])
    for _ in range(count):
        chosen = scheduler.pick(CLIENT, random.random())
        assert chosen is not None
        chosen.active += 1
    loads = [one.active / one.weight for one in members]
    assert max(loads) < 1.02 * min(loads)


def test_two_draws_of_idle_servers() -> None:
    """Of two idle servers the second draw wins, so the ring's shares stay."""
    scheduler = made("random(2)")
    fleet(scheduler, [1, 1])
    random, count = Random(21), 20000
    seen = Counter(
        getattr(scheduler.pick(CLIENT, random.random()), "name", "") for _ in range(count)
    )
    expected = {"s1": 0.4312, "s2": 0.5688}
    distance = sum((seen[name] - count * p) ** 2 / (count * p) for name, p in expected.items())
    assert distance < 6.63  # 1 degree of freedom, 99 %
