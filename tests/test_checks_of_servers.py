"""What answers do to a server beside passing and failing: agents, 404s, files, tracked servers."""

from __future__ import annotations

from collections.abc import Mapping

from haproxy_replay import SCHEDULERS

from hatools.engine.node import Node
from hatools.model import Check, Pool, RealServer, Scheduler, Topology
from hatools.model.event import Event, Publish

WELL, ILL = {"passed": True}, {"passed": False, "reason": "no"}


def node(*pools: Pool) -> Node:
    made = Node("lb1", [Topology(pools=list(pools))], SCHEDULERS)
    made.handle(Event(0.0, "start", "lb1", {"draw": 0.0}))
    return made


def pool(name: str, *checks: Check) -> Pool:
    server = RealServer("192.0.2.1", 80, 10, "s", "proxy", checks=checks)
    return Pool(name, Scheduler("roundrobin"), servers=[server])


def tell(machine: Node, name: str, answer: Mapping[str, object]) -> list[Event]:
    """Let a check be answered; return what the node says."""
    actions = machine.handle(Event(1.0, "probe answered", name, answer))
    return [one.event for one in actions if isinstance(one, Publish)]


def agent(**said: object) -> dict[str, object]:
    return {"passed": said.get("up") is not False, "agent": {"up": None, **said}}


def test_an_agent_says_more_than_well_and_ill() -> None:
    machine = node(pool("web", Check(), Check("agent")))
    web = machine.pools["web"]
    tell(machine, "web/s#1", agent(percent=50))
    assert (web.live["s"], web.weights["s"]) == (True, 5)
    tell(machine, "web/s#1", agent(state="drain"))
    assert (web.states["s"], web.placed("s")) == ("drain", (True, 0))
    tell(machine, "web/s#1", agent(state="ready", percent=100))
    assert (web.states["s"], web.placed("s")) == ("ready", (True, 10))
    tell(machine, "web/s#1", agent(state="maintenance"))
    assert not web.live["s"]
    tell(machine, "web/s#1", agent(state="ready"))
    tell(machine, "web/s#1", agent(up=False))
    assert not web.live["s"]
    tell(machine, "web/s#1", agent())
    assert not web.live["s"], "silence about its health changes nothing"
    tell(machine, "web/s#1", agent(up=True))
    assert web.live["s"]


def test_an_agent_that_is_not_there_is_no_outage_and_repeats_itself_silently() -> None:
    machine = node(pool("web", Check(), Check("agent")))
    for _ in range(5):
        assert tell(machine, "web/s#1", ILL) == []
    assert machine.pools["web"].live["s"]
    assert tell(machine, "web/s#1", agent(percent=30))
    assert tell(machine, "web/s#1", agent(percent=30)) == []
    assert tell(machine, "web/s#1", agent(percent=30)) == []


def test_a_page_that_says_404_lets_a_server_leave() -> None:
    machine = node(pool("web", Check("http", fall=1, rise=1)))
    web = machine.pools["web"]
    leaving = {**ILL, "leaving": True}
    tell(machine, "web/s#0", leaving)
    assert (web.live["s"], web.placed("s")) == (True, (True, 0))
    tell(machine, "web/s#0", WELL)
    assert (web.live["s"], web.placed("s")) == (True, (True, 10))
    tell(machine, "web/s#0", ILL)
    assert not web.live["s"]
    tell(machine, "web/s#0", leaving)
    assert not web.live["s"], "only a server that is up can leave"
    tell(machine, "web/s#0", WELL)
    assert web.placed("s") == (True, 10)


def test_a_file_moves_a_weight() -> None:
    machine = node(pool("web", Check("file")))
    web = machine.pools["web"]
    moved: list[int] = []
    for added in (5, -3, -70000, 0):
        tell(machine, "web/s#0", {"passed": True, "agent": {"added": added}})
        moved.append(web.weights["s"])
    assert moved == [15, 7, 0, 10]


def test_servers_that_track_another_are_as_it_is() -> None:
    second, third = Check(tracks="first/s"), Check(tracks="second/s")
    machine = node(pool("first", Check()), pool("second", second), pool("third", third))
    assert set(machine.checkers) == {"first/s#0"}
    live = [machine.pools[name].live for name in ("first", "second", "third")]
    said = [one.subject for one in tell(machine, "first/s#0", ILL) if one.kind == "server"]
    assert [one["s"] for one in live] == [False, False, False]
    assert said == ["first/s", "second/s", "third/s"]
    tell(machine, "first/s#0", WELL)
    assert [one["s"] for one in live] == [True, True, True]
