"""A proxy's backend: limits, queues, stickiness, retries, slow start."""

from __future__ import annotations

from functools import cache

import pytest
from haproxy_replay import SCHEDULERS
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.engine.proxy_pool import ProxyPool, Retry
from hatools.engine.proxy_settings import numbers, proxy_settings, seconds
from hatools.model import Topology
from hatools.model.event import Event, Publish, SetTimer
from hatools.plugin import Connection, Member, Place
from hatools.plugin_host import Host, codec
from hatools.text import Source


@cache
def read(text: str) -> Topology:
    form = codec(Host().formats()["haproxy"])
    return form.read(form.expand(form.parse(Source("haproxy.cfg", text)), Place())).topology


def backend(*lines: str) -> ProxyPool:
    text = "defaults\n    mode http\n    timeout connect 2s\nbackend b\n"
    topology = read(text + "".join(f"    {line}\n" for line in lines))
    (pool,) = topology.pools
    scheduler = SCHEDULERS[pool.scheduler.name.partition("(")[0]]
    made = ProxyPool(pool, scheduler, settings=proxy_settings(topology, pool))
    made.queueing = True
    return made


def client(number: int, time: float = 0.0, **facts: str) -> Connection:
    return Connection(f"192.0.2.{number}", 40000 + number, time=time, facts=facts)


def opened(pool: ProxyPool, count: int) -> list[tuple[Connection, Member | None]]:
    clients = [client(at, at / 100) for at in range(count)]
    return [(one, pool.open(one, 0.5)) for one in clients]


def names(pairs: list[tuple[Connection, Member | None]]) -> str:
    return " ".join(server.name if server else "-" for _, server in pairs)


def state(pool: ProxyPool, server: str, what: str, time: float = 0.0) -> list[object]:
    return list(pool.handle(Event(time, "state", f"{pool.name}/{server}", {"state": what})))


def check(pool: ProxyPool, server: str, up: bool, time: float) -> list[object]:
    details = {"number": 0, "up": up, "reason": "", "weight": None}
    return list(pool.handle(Event(time, "check", f"{pool.name}/{server}", details)))


TWO = ("server s1 192.0.2.1:80 maxconn 1 cookie a", "server s2 192.0.2.2:80 maxconn 1 cookie b")


def test_who_finds_all_full_waits_for_the_first_that_is_free() -> None:
    pool = backend("balance roundrobin", *TWO)
    pairs = opened(pool, 4)
    assert names(pairs) == "s1 s2 - -"
    assert pool.waits
    assert pool.patience == 2.0
    pool.finish(pairs[1][0], pool.members["s2"])
    assert pool.handed == [(pairs[2][0], pool.members["s2"])]
    pool.handed.clear()
    assert pool.give_up(pairs[3][0])
    assert not pool.give_up(pairs[3][0])
    pool.finish(pairs[0][0], pool.members["s1"])
    assert pool.handed == []
    assert [one.active for one in pool.members.values()] == [0, 1]


def test_nobody_waits_where_the_driver_knows_no_queues() -> None:
    pool = backend("balance roundrobin", *TWO)
    pool.queueing = False
    pairs = opened(pool, 4)
    assert names(pairs) == "s1 s2 - -"
    assert not pool.waits
    pool.finish(pairs[0][0], pool.members["s1"])
    assert pool.handed == []
    assert [one.active for one in pool.members.values()] == [0, 1]


def test_a_hash_waits_for_its_own_server() -> None:
    pool = backend("balance source", *TWO)
    same = [client(7, at / 10) for at in range(3)]
    servers = [pool.open(one, 0.5) for one in same]
    assert servers[0] is not None
    assert servers[1:] == [None, None]
    assert servers[0].queued == 2
    pool.finish(same[0], servers[0])
    assert pool.handed == [(same[1], servers[0])]


@pytest.mark.parametrize(
    ("more", "expected"), [((), "s1 waits -"), (("option redispatch",), "s1 waits s2")]
)
def test_a_full_queue_refuses_unless_another_server_may_serve(
    more: tuple[str, ...], expected: str
) -> None:
    servers = [f"{one} maxqueue 1" for one in TWO]
    pool = backend("balance roundrobin", "cookie SRV insert", *more, *servers)
    found = []
    for at in range(3):
        server = pool.open(client(at, **{"cookie(SRV)": "a"}), 0.5)
        found.append(server.name if server else "waits" if pool.waits else "-")
    assert " ".join(found) == expected


def test_a_cookie_names_its_server_also_while_it_drains() -> None:
    pool = backend(
        "balance roundrobin", "cookie SRV insert indirect",
        "server s1 192.0.2.1:80 check cookie a", "server s2 192.0.2.2:80 check cookie b",
    )  # fmt: skip
    with_cookie = {"cookie(SRV)": "b"}
    assert pool.brings(pool.members["s2"]) == ("cookie(SRV)", "b")
    for at in range(3):
        assert pool.open(client(at, **with_cookie), 0.5) is pool.members["s2"]
    state(pool, "s2", "drain")
    assert pool.open(client(4, **with_cookie), 0.5) is pool.members["s2"]
    assert pool.open(client(5), 0.5) is pool.members["s1"]
    check(pool, "s2", False, 1.0)
    assert pool.open(client(6, **with_cookie), 0.5) is pool.members["s1"]


def test_a_dead_server_keeps_its_clients_where_they_persist() -> None:
    pool = backend(
        "balance roundrobin", "cookie SRV insert", "option persist",
        "server s1 192.0.2.1:80 check cookie a", "server s2 192.0.2.2:80 check cookie b",
    )  # fmt: skip
    check(pool, "s2", False, 1.0)
    assert pool.open(client(1, **{"cookie(SRV)": "b"}), 0.5) is pool.members["s2"]


def test_a_stick_table_holds_clients_until_they_expire_or_others_need_the_room() -> None:
    pool = backend(
        "stick-table type ip size 2 expire 10s", "stick on src",
        "server s1 192.0.2.1:80", "server s2 192.0.2.2:80",
    )  # fmt: skip
    first = pool.open(client(1, 0.0), 0.5)
    assert [pool.open(client(1, at), 0.5) for at in (5.0, 14.0)] == [first, first]
    assert pool.open(client(1, 24.0), 0.5) is not first
    pool.open(client(2, 25.0), 0.5)
    assert pool.sticks is not None
    pool.open(client(3, 26.0), 0.5)
    assert pool.sticks.find(client(1, 27.0)) is None
    assert pool.sticks.find(client(3, 27.0)) is not None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [  # delay and server of each retry of refused attempts, as haproxy 2.6.12 does it
        (("balance roundrobin",), "1 s1, 1 s1, 1 s1, lost"),
        (("balance roundrobin", "retries 1"), "1 s1, lost"),
        (("balance roundrobin", "option redispatch"), "0 s2, 0 s1, 0 s2, lost"),
        (("balance leastconn", "option redispatch"), "0 s2, 0 s1, 0 s2, lost"),
        (("balance source", "option redispatch"), "1 s1, 1 s1, 0 s2, lost"),
        (("balance source", "option redispatch 1"), "0 s2, 0 s1, 0 s2, lost"),
    ],
)
def test_retries(lines: tuple[str, ...], expected: str) -> None:
    ring = ("hash-type consistent",) if "source" in lines[0] else ()
    pool = backend(*lines, *ring, "server s1 192.0.2.1:80", "server s2 192.0.2.2:80")
    connection = client(1)
    if ring:  # a client that s1 has
        connection = next(
            one
            for one in map(client, range(99))
            if pool.scheduler.pick(one, 0.5) is pool.members["s1"]
        )
    server = pool.open(connection, 0.5)
    found = []
    for failures in range(1, 9):
        assert server is not None
        retry = pool.retry(connection, server, failures, refused=True)
        if retry is None:
            found.append("lost")
            break
        server = retry.server or pool.reopen(connection, server, 0.5)
        assert server is not None
        found.append(f"{retry.delay:.0f} {server.name}")
    assert ", ".join(found) == expected
    assert all(one.active == 0 for one in pool.members.values())


def test_a_silent_server_is_tried_again_at_once() -> None:
    pool = backend("server s1 192.0.2.1:80")
    connection = client(1)
    server = pool.open(connection, 0.5)
    assert server is not None
    assert pool.retry(connection, server, 1, refused=False) == Retry(0.0, server)


def test_a_server_that_dies_hands_its_queue_on() -> None:
    pool = backend(
        "balance source", "option redispatch",
        "server s1 192.0.2.1:80 check maxconn 1", "server s2 192.0.2.2:80 check maxconn 1",
    )  # fmt: skip
    same = [client(7, at / 10) for at in range(3)]
    server, *_ = [pool.open(one, 0.5) for one in same]
    assert server is not None
    other = next(one for one in pool.members.values() if one is not server)
    check(pool, server.name, False, 1.0)
    assert pool.handed == [(same[1], other)]
    assert (server.queued, other.queued) == (0, 1)


def test_a_slow_start_goes_by_steps_of_a_second() -> None:
    pool = backend(
        "balance roundrobin",
        "server s1 192.0.2.1:80 check slowstart 8s maxconn 10", "server s2 192.0.2.2:80",
    )  # fmt: skip
    member = pool.members["s1"]
    assert (member.warmth, member.limit) == (16, 10)  # not at the start
    check(pool, "s1", False, 10.2)
    actions = check(pool, "s1", True, 20.4)
    assert SetTimer(pool.timer, pytest.approx(1.0)) in actions
    assert (member.warmth, member.limit) == (1, 1)
    seen = []
    for at in range(1, 9):
        list(pool.handle(Event(20.4 + at, "timer", pool.timer)))
        seen.append((member.warmth, member.limit))
    assert seen == [(3, 1), (5, 2), (7, 3), (9, 5), (11, 6), (13, 7), (15, 8), (16, 10)]


def test_lowest_limits_grow_with_the_backend() -> None:
    pool = backend(
        "balance leastconn", "fullconn 8",
        "server s1 192.0.2.1:80 minconn 1 maxconn 4", "server s2 192.0.2.2:80 minconn 1 maxconn 4",
    )  # fmt: skip
    pairs = opened(pool, 4)
    assert names(pairs) == "s1 s2 - s1"


def test_ids_times_and_words_of_hashes() -> None:
    pool = backend(
        "balance uri", "hash-type consistent", "hash-balance-factor 150",
        "server a 192.0.2.1:80 id 2", "server b 192.0.2.2:80", "server c 192.0.2.3:80",
    )  # fmt: skip
    assert [one.number for one in pool.members.values()] == [2, 1, 3]
    assert numbers(pool.pool.servers) == [2, 1, 3]
    assert pool.balancing.scheduler.parameters[-2:] == ("hash-balance-factor", "150")
    assert [seconds(one) for one in ("3s", "500", "2m", "x", "")] == [3.0, 0.5, 120.0, None, None]


def test_publications_are_those_of_any_pool() -> None:
    pool = backend("server s1 192.0.2.1:80 check")
    told = [one.event.kind for one in check(pool, "s1", False, 3.0) if isinstance(one, Publish)]
    assert told == ["server", "quorum"]
    assert pool.open(client(1), 0.5) is None
    assert not pool.waits


STEPS = st.tuples(
    st.sampled_from(["open"] * 4 + ["close"] * 3 + ["give up", "down", "up", "drain", "retry"]),
    st.integers(0, 9),
)


@pytest.mark.parametrize("algorithm", ["roundrobin", "static-rr", "leastconn", "first", "source"])
@pytest.mark.parametrize("more", [(), ("option redispatch",)])
@given(course=st.lists(STEPS, max_size=60))
@settings(max_examples=40, deadline=None)
def test_nobody_is_lost_and_no_limit_is_passed(
    algorithm: str, more: tuple[str, ...], course: list[tuple[str, int]]
) -> None:
    pool = backend(
        f"balance {algorithm}", *more,
        *(f"server s{at} 192.0.2.{at}:80 check maxconn {at} maxqueue 2" for at in (1, 2, 3)),
        "server s4 192.0.2.4:80 check maxconn 1 backup",
    )  # fmt: skip
    held: dict[int, tuple[Connection, Member]] = {}
    waiting: dict[int, Connection] = {}
    for time, (verb, number) in enumerate(course):
        chosen = list(held.values())[number % len(held)] if held else None
        if verb in ("open", "retry"):
            connection = client(number, float(time))
            server = pool.open(connection, 0.3)
            if server is None and pool.waits:
                waiting[id(connection)] = connection
            elif server is not None:
                assert pool.live[server.name]
                held[id(connection)] = (connection, server)
        elif verb == "close" and chosen:
            del held[id(chosen[0])]
            pool.finish(*chosen)
        elif verb == "give up" and waiting:
            connection = waiting.pop(next(iter(waiting)))
            assert pool.give_up(connection)
        elif verb in ("down", "up"):
            check(pool, f"s{number % 4 + 1}", verb == "up", float(time))
        elif verb == "drain":
            state(pool, f"s{number % 4 + 1}", "drain" if number % 2 else "ready", float(time))
        for connection, server in pool.handed:
            del waiting[id(connection)]
            held[id(connection)] = (connection, server)
        for connection in pool.refused:
            del waiting[id(connection)]
        pool.handed.clear()
        pool.refused.clear()
        for member in pool.members.values():
            assert member.active == sum(one is member for _, one in held.values())
            assert 0 <= member.active <= member.limit
            assert 0 <= member.queued <= 2
