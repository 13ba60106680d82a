"""What holds of every cluster and every pool, whatever happens to them."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_cases import Case, clusters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipvs_replay import SCHEDULERS

from hatools.engine.kernel_pool import KernelPool
from hatools.engine.pool import PoolMachine
from hatools.engine.proxy_pool import ProxyPool
from hatools.engine.world import World
from hatools.model import Persistence, Pool, RealServer
from hatools.model import Scheduler as Named
from hatools.model.event import Event
from hatools.plugin import Connection, Member

KERNEL = ("rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "dh", "mh", "lblc", "lblcr", "fo", "ovf")
KERNEL += ("twos",)
PROXY = ("roundrobin", "static-rr", "leastconn", "first", "source", "random")
MARGIN = 0.05  # seconds on the wire, over a whole course
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def masters(world: World) -> list[str]:
    return [
        name
        for name, station in world.stations.items()
        if station.running and station.node.elections["VI_1"].role == "MASTER"
    ]


def begun(case: Case) -> World:
    """Return a world in which every node has started."""
    world = case.cluster().world(lambda node, event: None, balancing=False)
    for name, at in case.starts.items():
        world.agenda.plan(at, lambda now, name=name: world.start(name))
    world.run(max(case.starts.values()))
    return world


def settled(case: Case) -> World:
    """Return a world after an election, the preemption that may follow, and its delay."""
    world = begun(case)
    world.run(world.now + 2 * case.down_interval + case.delay + 1)
    return world


def course(world: World, seconds: float) -> Iterator[list[str]]:
    """Yield the masters again and again for so many *seconds*."""
    for _ in range(int(seconds / 0.25)):
        world.run(world.now + 0.25)
        yield masters(world)


@calm
@given(clusters())
def test_one_master_down_interval_brings_a_master(case: Case) -> None:
    world = begun(case)
    world.run(world.now + case.down_interval + case.delay + MARGIN)
    assert masters(world)


@calm
@given(clusters())
def test_there_is_exactly_one_master_and_it_stays(case: Case) -> None:
    world = settled(case)
    (master,) = masters(world)
    assert all(found == [master] for found in course(world, 4 * case.down_interval))


@calm
@given(clusters(nopreempt=False))
def test_the_master_has_the_highest_priority(case: Case) -> None:
    (master,) = masters(settled(case))
    assert case.routers[master].priority == case.routers[case.best].priority


@calm
@given(clusters())
def test_the_masters_end_makes_another_master_in_time(case: Case) -> None:
    world = settled(case)
    (master,) = masters(world)
    world.crash(master)
    world.run(world.now + case.down_interval + MARGIN)
    after = masters(world)
    assert after
    assert master not in after


@calm
@given(clusters(nodes=2))
def test_a_partition_makes_two_masters_and_its_end_one(case: Case) -> None:
    world = settled(case)
    world.wire.cut("lb1", "lb2")
    world.wire.cut("lb2", "lb1")
    world.run(world.now + case.down_interval + MARGIN)
    assert masters(world) == ["lb1", "lb2"]
    world.wire.heal("lb1", "lb2")
    world.wire.heal("lb2", "lb1")
    interval = max(one.advertisement_interval for one in case.routers.values())
    world.run(world.now + interval + MARGIN)
    assert masters(world) == [case.best]


# Pools ------------------------------------------------------------------------------------

LABELS = ("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.integers(0, 9)),
        st.tuples(st.sampled_from(("finish", "abort", "expire")), st.integers(0, 30)),
        st.tuples(st.sampled_from(("out", "in")), st.sampled_from(LABELS)),
        st.tuples(st.integers(0, 12), st.sampled_from(LABELS)),
    ),
    max_size=80,
)
DRAWS = st.integers(0, 2**32)


def kernel_pool(name: str, limits: tuple[int, int], persistent: bool, sorry: bool) -> KernelPool:
    upper, lower = limits
    servers = [
        RealServer(
            label.partition(":")[0],
            80,
            weight,
            forwarding="masquerade",
            upper_threshold=upper or None,
            lower_threshold=lower or None,
        )
        for weight, label in enumerate(LABELS, 1)
    ]
    if sorry:
        servers.append(RealServer("10.0.0.9", 80, forwarding="masquerade", role="sorry"))
    persistence = Persistence("address", timeout=50.0) if persistent else None
    return KernelPool(Pool("p", Named(name), servers, persistence), SCHEDULERS[name])


def proxy_pool(name: str, limit: int) -> ProxyPool:
    servers = [
        RealServer(label.partition(":")[0], 80, weight, label, upper_threshold=limit or None)
        for weight, label in enumerate(LABELS, 1)
    ]
    return ProxyPool(Pool("p", Named(name), servers), SCHEDULERS[name])


def drive(pool: PoolMachine, steps: list[tuple[object, object]], persistent: bool) -> None:
    """Let *steps* happen to *pool*, and look at every choice and every counter."""
    going: list[tuple[Connection, Member]] = []
    ended: list[tuple[Connection, Member]] = []
    now = 0.0
    for number, (what, which) in enumerate(steps):
        now += 0.7
        if what == "open":
            connection = Connection(f"192.0.2.{which}", 4000 + number, "192.0.2.100", 80, time=now)
            usable = {id(one) for one in everyone(pool) if one.up and one.usable}
            picked = pool.open(connection, (number * 0.37) % 1)
            if picked is not None:
                assert picked.up
                assert persistent or id(picked) in usable or cached(pool)
                going.append((connection, picked))
        elif what in ("finish", "abort") and going:
            one = going.pop(int(str(which)) % len(going))
            pool.finish(*one, aborted=what == "abort")
            ended.append(one)
        elif what == "expire" and ended:
            pool.expire(*ended.pop(int(str(which)) % len(ended)), now)
        elif what in ("out", "in"):
            state = "ready" if what == "in" else "maintenance"
            list(pool.handle(Event(now, "state", f"p/{which}", {"state": state})))
        elif isinstance(what, int):
            list(pool.handle(Event(now, "weight", f"p/{which}", {"weight": what})))
        for member in everyone(pool):
            assert min(member.active, member.inactive, member.queued) >= 0, member.name


def everyone(pool: PoolMachine) -> list[Member]:
    return [*pool.members.values(), *([pool.sorry] if pool.sorry else [])]


def cached(pool: PoolMachine) -> bool:
    """Tell whether the scheduler gives connections to an overloaded server it remembers."""
    return pool.pool.scheduler.name == "lblc"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(KERNEL),
    st.sampled_from(((0, 0), (3, 0), (4, 2))),
    st.booleans(),
    st.booleans(),
    STEPS,
)
def test_the_kernel_gives_nothing_to_a_server_that_is_out(
    name: str,
    limits: tuple[int, int],
    persistent: bool,
    sorry: bool,
    steps: list[tuple[object, object]],
) -> None:
    drive(kernel_pool(name, limits, persistent, sorry), steps, persistent)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PROXY), st.sampled_from((0, 2)), STEPS)
def test_a_proxy_gives_nothing_to_a_server_that_is_out(
    name: str, limit: int, steps: list[tuple[object, object]]
) -> None:
    drive(proxy_pool(name, limit), steps, persistent=False)
