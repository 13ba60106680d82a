"""What a watch says of things that the configurations name no more: nothing."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_email import Sender, keys, server

from hatools.cli import watching
from hatools.model import Topology
from hatools.model.event import Event
from hatools.model.router import VirtualAddress, VirtualRouter
from hatools.plugin import Place, Watched, history
from hatools.plugin.outage import measured_of
from hatools.plugin.settings import Settings
from hatools.plugin_host import Host
from hatools.text import Source
from hatools.watch.board import Board
from hatools.watch.daemon import Daemon, Registry
from hatools.watch.settings import WatchSettings
from hatools_keepalived.codec import KeepalivedCodec
from hatools_observers.links import Comparing, Snapshot
from hatools_observers.roles import Daemons

__all__ = ["keys", "server"]
CODEC = KeepalivedCodec()
POOL = """virtual_server 192.0.2.{0} 80 {{
    delay_loop 1
    protocol TCP
    real_server 127.0.0.1 9 {{ TCP_CHECK {{ connect_timeout 1 }} }}
}}
"""
ROUTER = """vrrp_instance VI_{0} {{
    interface lacking{0}
    virtual_router_id {0}
    priority 100
    virtual_ipaddress {{ {1} }}
}}
"""
STAYS = POOL.format(10) + ROUTER.format(10, "192.0.2.10")
GOES = POOL.format(11) + ROUTER.format(11, "127.0.0.1 dev lo")


def meaning(text: str) -> Topology:
    document = CODEC.parse(Source("keepalived.conf", text))
    return CODEC.read(CODEC.expand(document, Place("", Settings(())))).topology


def test_a_reload_takes_what_is_gone_off_the_board_and_out_of_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatools_history.exporter.TOLD_EVERY", 0.1)
    conf = tmp_path / "keepalived.conf"
    conf.write_text(STAYS + GOES)
    host = Host()
    texts: list[str] = []

    def learn() -> list[Topology]:
        texts[:] = [conf.read_text()]
        return [meaning(texts[0])]

    def changed() -> bool:
        return [conf.read_text()] != texts

    brought = watching.registry(host, exporting=True)
    seen = [one for one in brought.observers if one.name == "links"]
    brought = Registry(
        brought.schedulers, brought.probes, seen, brought.detectors, brought.exporters
    )
    settings = WatchSettings(
        listen=(("127.0.0.1", 0),), state=str(tmp_path / "state"), reload_every=0.1
    )
    daemon = Daemon("lb1", learn, changed, settings, brought, lambda level, text: None)
    board = daemon.board

    def subjects_of(kind: str) -> set[str]:
        return {one.subject for one in board.of(kind)}

    async def until(true: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.05)

    def measurable() -> set[str]:
        return {f"{kind} {subject}" for kind, subject in board.standings}

    both = {f"{kind} {name}" for kind, name in (
        ("quorum", "192.0.2.10:80"), ("quorum", "192.0.2.11:80"), ("role", "lb1/VI_11"),
        ("server", "192.0.2.10:80/127.0.0.1:9"),
        ("server", "192.0.2.11:80/127.0.0.1:9"))}  # fmt: skip
    left = {one for one in both if "11" not in one}

    async def course() -> None:
        running = asyncio.create_task(daemon.run())
        await until(lambda: subjects_of("availability") == both and both <= measurable())
        assert subjects_of("link") == {"lacking10", "lacking11"}
        conf.write_text(STAYS)
        await until(lambda: subjects_of("router") == {"lb1/VI_10"})
        for kind, name in (("role", "lb1/VI_10"), ("address", "192.0.2.10"), ("link", "lacking10")):
            assert subjects_of(kind) == {name}
        await until(lambda: subjects_of("availability") == left)
        await asyncio.sleep(0.5)
        assert subjects_of("availability") == left
        conf.write_text(STAYS + GOES)  # and back: all of it is told again
        await until(lambda: subjects_of("availability") == both and both <= measurable())
        assert subjects_of("address") == {"192.0.2.10", "127.0.0.1"}
        conf.write_text(STAYS)
        await until(lambda: subjects_of("availability") == left)
        daemon.stop()
        await running

    asyncio.run(course())
    ends = time.time()
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "history.db")) as base:
        for kind, name in map(measured_of, both):
            watched = list(history.spans(base, kind, name, 0, ends + 100))
            assert len(watched) == (2 if "11" in name else 1), (kind, name, watched)
            outages = list(history.outages(base, kind, name, 0, ends + 100))
            assert len(outages) == (0 if kind == "role" else len(watched))
            assert "11" not in name or all(ended <= ends for _, ended, _, _ in outages)


def test_availability_of_what_has_a_name_of_two_words() -> None:
    assert measured_of("split brain eth0/51") == ("split brain", "eth0/51")
    assert measured_of("server web/s 1") == ("server", "web/s 1")


def test_the_observer_of_links_tells_anew_what_is_configured_anew() -> None:
    router = VirtualRouter("VI_1", "lan0", 51, 150, addresses=(VirtualAddress("192.0.2.1", 24),))
    known = [Topology(routers=[router])]
    comparing = Comparing(Watched("lb1", lambda: known), Daemons("/nowhere"))
    found = Snapshot({"lan0": True}, {"192.0.2.1": "lan0"})

    def told() -> list[str]:
        return [event.kind for event in comparing.changes(found, 1.0)]

    assert told() == ["link", "address", "role"]
    assert told() == []
    known = []
    assert told() == []
    known = [Topology(routers=[router])]
    assert told() == ["link", "address", "role"]


def test_an_interface_that_does_not_exist_is_told_apart_from_one_that_is_down() -> None:
    known = [Topology(routers=[VirtualRouter("VI_1", "lan0", 51, 150)])]
    comparing, board = Comparing(Watched("lb1", lambda: known), Daemons("/nowhere")), Board()
    missing = "there is no such interface"
    told: list[object] = []
    for at, links in enumerate(({}, {}, {"lan0": False}, {"lan0": True}, {})):
        for event in comparing.changes(Snapshot(links, {}), float(at)):
            if event.kind == "link":
                told.append((at, event.details["up"], event.details["reason"]))
                board.note(event)
    assert told == [(0, False, missing), (2, False, ""), (3, True, ""), (4, False, missing)]
    (link,) = board.of("link")
    assert (link.since, link.details) == (4.0, {"up": False, "reason": missing})


def failing(sender: Sender, *expected: str) -> None:
    """Wait until *expected*, and nothing else, has failed as far as mail knows."""
    room = sender.exporter._room
    assert room is not None
    ends = time.monotonic() + 20
    while room.failing() != set(expected):
        assert time.monotonic() < ends, room.failing()
        time.sleep(0.02)


def handed_over(folder: Path) -> None:
    """Wait until no letter is under way: what breaks off here leaves a socket open."""
    ends = still = time.monotonic()
    while time.monotonic() < still + 0.5:
        assert time.monotonic() < ends + 20
        if any((folder / "mail" / "queue").iterdir()):
            still = time.monotonic()
        time.sleep(0.02)


def test_mail_closes_what_is_no_longer_configured(tmp_path: Path, server: Any, keys: Any) -> None:
    board = Board()
    sender = Sender(tmp_path, server, keys[1], board=board)

    def tell(kind: str, subject: str, **details: object) -> None:
        event = Event(time.time(), kind, subject, details)
        board.note(event)
        sender.exporter.export([event])

    tell("server", "shop/web1", up=True, pool="shop")
    tell("router", "lb1/VI_1")
    for pool in ("shop", "gone"):
        tell("quorum", pool, reached=False, weight=0, needed=1)
    for router in ("lb1/VI_1", "lb1/VI_2"):
        tell("role", router, role="FAULT")
    tell("peer", "192.0.2.3:9651", reachable=False)
    stays = ("pool shop", "virtual router lb1/VI_1", "peer 192.0.2.3:9651")
    failing(sender, *stays, "pool gone", "virtual router lb1/VI_2")
    board.drop([("quorum", "shop"), ("quorum", "gone"), ("role", "lb1/VI_2")])
    tell("daemon", "lb1", targets=1)
    failing(sender, *stays)
    handed_over(tmp_path)
    sender.close()


def test_mail_closes_what_the_next_watch_does_not_see(
    tmp_path: Path, server: Any, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that was taken out of the settings, a split brain that healed in between."""
    names = ("peer 192.0.2.3:9651", "peer 192.0.2.4:9651", "split brain eth0/51")
    first = Sender(tmp_path, server, keys[1])
    for number in (3, 4):
        details = {"reachable": False}
        first.exporter.export([Event(time.time(), "peer", f"192.0.2.{number}:9651", details)])
    first.exporter.export([Event(time.time(), "split brain", "eth0/51", {"verdict": "confirmed"})])
    failing(first, *names)
    handed_over(tmp_path)
    first.close()
    monkeypatch.setattr("hatools_email.exporter.SETTLED", 0.5)

    async def again() -> None:
        board = Board()
        second = Sender(tmp_path, server, keys[1], board=board)
        event = Event(time.time(), "peer", "192.0.2.4:9651", {"reachable": False})
        board.note(event)
        second.exporter.export([event])
        await asyncio.to_thread(failing, second, *names)
        await asyncio.to_thread(failing, second, names[1])
        await asyncio.to_thread(handed_over, tmp_path)
        second.close()

    asyncio.run(again())
