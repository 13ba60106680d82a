"""What one change of a setup would gain: each is made, and everything is computed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hatools.engine.health import detection
from hatools.model import Check
from hatools.reliability.blocks import Diagram, Parallel, Part, Times
from hatools.reliability.spans import percent, said_span
from hatools_availability.answers import answer
from hatools_availability.parts import Cause, Front, Member, Pool, Server, Setup
from hatools_availability.servers import back

QUICK = 2.0  # seconds between checks that are quick
LEAST = 1e-9  # of a year's time: what gains less is not told
TAKEOVER = 3.1  # seconds on average, of a second node with keepalived's defaults
Faster = Callable[[Setup], tuple[str, Setup] | None]


class Change(NamedTuple):
    """One change, its *kind* for programs, and the share of time that it gains."""

    kind: str
    said: str
    gained: float
    lost: float


def changes(setup: Setup, faster: Faster | None = None) -> list[Change]:
    """Return what single changes of *setup* gain, the best first.

    *faster* makes the same setup with quicker advertisements, from the engine.
    """
    before = answer(setup).lost
    found = []
    for kind, said, after in _possible(setup, faster):
        lost = answer(after).lost
        if before - lost > LEAST:
            found.append(Change(kind, said, before - lost, lost))
    return sorted(found, key=lambda change: -change.gained)


def _possible(setup: Setup, faster: Faster | None) -> Iterator[tuple[str, str, Setup]]:
    if setup.front is not None:
        for kind, said, front in _of_front(setup.front):
            yield kind, said, setup._replace(front=front)
        quick = faster(setup) if faster is not None and len(setup.front.members) > 1 else None
        if quick is not None:
            yield "advertisements", *quick
    if setup.pool is not None:
        for kind, said, pool in _of_pool(setup.pool):
            yield kind, said, setup._replace(pool=pool)


# The front -----------------------------------------------------------------------------------


def _of_front(front: Front) -> Iterator[tuple[str, str, Front]]:
    members = front.members
    yield "node", *_another_node(front)
    if len(members) > 1:
        if front.coverage < 1.0:
            better = 1.0 - (1.0 - front.coverage) / 2
            said = f"half the failures that are not taken over (coverage {percent(better)})"
            yield "coverage", said, _covered(front, better)
        if front.common_cause:
            half = front.common_cause / 2
            said = f"half the common causes ({percent(half)} of failures): separate power, switches"
            yield "common-cause", said, front._replace(common_cause=half)
        if front.manual:
            said = f"somebody there in {said_span(front.manual / 2)} where failover does not work"
            yield "manual", said, front._replace(manual=front.manual / 2)
        if front.interruption and any(member.returns for member in members):
            staying = tuple(member._replace(returns=False) for member in members)
            yield "nopreempt", "nopreempt on every node", front._replace(members=staying)
    yield "repair", "nodes repaired in half the time", _mended(front)
    yield from _links(front)
    yield from _trackers(front)


def _another_node(front: Front) -> tuple[str, Front]:
    members = front.members
    if len(members) > 1:
        count = {2: "a third node", 3: "a fourth node"}.get(len(members), "another node")
        return count, front._replace(members=(*members, members[-1]._replace(node=count)))
    causes = tuple(
        cause._replace(takeover=cause.takeover or TAKEOVER, covered=front.coverage, never="")
        for cause in members[0].causes
    )
    pair = (members[0]._replace(causes=causes), Member("a second node", causes))
    return "a second node, with VRRP between the two", front._replace(members=pair)


def _each(front: Front, alter: Callable[[Cause], Cause]) -> Front:
    """Return *front* with every cause altered."""
    return front._replace(
        members=tuple(
            member._replace(causes=tuple(map(alter, member.causes))) for member in front.members
        )
    )


def _covered(front: Front, coverage: float) -> Front:
    better = _each(front, lambda one: one._replace(covered=coverage) if one.covered else one)
    return better._replace(coverage=coverage)


def _mended(front: Front) -> Front:
    def half(cause: Cause) -> Cause:
        times = cause.times
        return cause._replace(times=times._replace(mttr=times.mttr / 2))

    return _each(front, half)


def _links(front: Front) -> Iterator[tuple[str, str, Front]]:
    """Yield: two ports where there is one link."""
    if not any(one.component.startswith("link ") for m in front.members for one in m.causes):
        return

    def bonded(cause: Cause) -> Cause:
        if not cause.component.startswith("link "):
            return cause
        pair = {"one": cause.times, "other": cause.times}
        both = Diagram(Parallel(Part("one"), Part("other"))).long_run(pair)
        return cause._replace(times=Times(both.mean_up, both.mean_down))

    yield "bond", "a bond of two such ports instead of each single link", _each(front, bonded)


def _trackers(front: Front) -> Iterator[tuple[str, str, Front]]:
    """Yield: what is watched, and moves nothing, moves the addresses, on every node."""
    if len(front.members) < 2:
        return
    crash = front.members[0].causes[0]
    idle = [cause for one in front.members for cause in one.causes if not cause.covered]
    for name in dict.fromkeys(map(_watched, idle)):

        def moved(cause: Cause, name: tuple[str, str] = name) -> Cause:
            if _watched(cause) != name or cause.covered:
                return cause
            return cause._replace(covered=front.coverage, takeover=crash.takeover, never="")

        said = f"let {' '.join(name)} move the addresses when it fails"
        yield "tracker", said, _each(front, moved)


def _watched(cause: Cause) -> tuple[str, str]:
    """Return kind and name of what failed, whichever node it is on."""
    kind, _, name = cause.component.partition(" ")
    return kind, name.rpartition("/")[2]


# The pool ------------------------------------------------------------------------------------


def _of_pool(pool: Pool) -> Iterator[tuple[str, str, Pool]]:
    if pool.servers:
        like = max(pool.servers, key=lambda server: server.weight)
        spare = like._replace(label="another server")
        yield "server", "another server", pool._replace(servers=(*pool.servers, spare))
        yield (
            "repair",
            "servers repaired in half the time",
            pool._replace(servers=tuple(_sooner(server) for server in pool.servers)),
        )
        slow = [server.check for server in pool.servers
                if server.check is not None and server.check.interval > QUICK]  # fmt: skip
        if slow:
            said = f"checks every {QUICK:g} s instead of {max(one.interval for one in slow):g} s"
            yield "check", said, pool._replace(servers=tuple(map(_checked, pool.servers)))
        tried = [server.check for server in pool.servers if server.check and server.check.fall > 1]
        if tried:
            said = f"out after the first failed check instead of {max(one.fall for one in tried)}"
            yield "fall", said, pool._replace(servers=tuple(map(_at_once, pool.servers)))
        if any(server.detection is None for server in pool.servers):
            said = f"a TCP check of every server, each {QUICK:g} s"
            yield "check", said, pool._replace(servers=tuple(map(_newly_checked, pool.servers)))
    if pool.needed > 1:
        said = f"a service that does with any one server (quorum 1 instead of {pool.needed})"
        yield "quorum", said, pool._replace(needed=1)


def _sooner(server: Server) -> Server:
    return server._replace(times=server.times._replace(mttr=server.times.mttr / 2))


def _with(server: Server, check: Check) -> Server:
    noticed = detection(check, server.proxied)[1]
    return server._replace(check=check, detection=noticed, back=back(check))


def _checked(server: Server) -> Server:
    check = server.check
    if check is None or check.interval <= QUICK:
        return server
    return _with(server, check._replace(interval=QUICK, down_interval=QUICK,
                                        fast_interval=min(check.fast_interval, QUICK)))  # fmt: skip


def _at_once(server: Server) -> Server:
    return server if server.check is None else _with(server, server.check._replace(fall=1))


def _newly_checked(server: Server) -> Server:
    if server.detection is not None:
        return server
    return _with(server, Check("tcp", interval=QUICK, fast_interval=1.0, down_interval=QUICK,
                               connect_timeout=QUICK, fall=2))  # fmt: skip
