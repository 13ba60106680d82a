"""The history: outages and availability as they were, through crashes and full disks."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import hatools

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin import history
from hatools_history.exporter import HistoryExporter
from hatools_history.store import Change, Store

START = 1_700_000_000.0


def server(moment: float, up: bool, name: str = "shop/web1") -> Change:
    return Change(START + moment, "server", name, {"up": up}, up, "" if up else "refused")


def asked(path: Path) -> Any:
    return closing(sqlite3.connect(path))


def measured(path: Path, until: float, since: float = 0.0, name: str = "shop/web1") -> Any:
    with asked(path) as base:
        return history.measure(base, "server", name, START + since, START + until)


def test_outages_are_intervals(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    store = Store(str(path), "lb1", START)
    store.add([server(0, True), server(10, False), server(15, False), server(30, True)], START + 30)
    store.add([server(90, False)], START + 100)
    whole = measured(path, 100)
    assert whole == (100.0, 30.0, 2)
    assert (whole.availability, whole.mttr, whole.mttf) == (0.7, 15.0, 35.0)
    assert measured(path, 25, 20) == (5.0, 5.0, 0)
    with asked(path) as base:
        found = list(history.outages(base, "server", "shop/web1", START, START + 100))
        assert history.objects(base) == [("server", "shop/web1")]
    assert [(a - START, b - START, c) for a, b, c, _ in found] == [
        (10.0, 30.0, False),
        (90.0, 100.0, False),
    ]
    store.close(START + 100)


def test_what_nobody_watched_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    first = Store(str(path), "lb1", START)
    first.add([server(0, True), server(10, False)], START + 20)
    first._base.close()  # as after kill -9
    second = Store(str(path), "lb1", START + 100)
    second.add([server(101, False), server(111, True)], START + 121)
    assert measured(path, 121) == (40.0, 20.0, 1)
    second.close(START + 121)


def test_what_is_no_longer_configured_is_no_longer_down(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    store = Store(str(path), "lb1", START)
    store.add([server(0, False), server(0, True, "shop/web2")], START + 10)
    store.leave({("server", "shop/web2")}, START + 20)
    store.add([server(50, True)], START + 60)
    assert measured(path, 60) == (30.0, 20.0, 1)
    assert measured(path, 60, name="shop/web2").watched == 60.0
    store.close(START + 60)


def test_maintenance_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    store = Store(str(path), "lb1", START)
    store.add([server(0, True), server(10, False), server(30, True), server(70, False),
               server(80, True)], START + 100)  # fmt: skip
    with asked(path) as base, base:
        base.executemany(
            "INSERT INTO maintenance (began, ended, reason) VALUES (?, ?, '')",
            [(START + 5, START + 20), (START + 15, START + 25)],
        )
    assert measured(path, 100) == (80.0, 15.0, 1)
    assert everything(path, 100) == {("server", "shop/web1"): (80.0, 15.0, 1)}
    store.close(START + 100)


def test_retention(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    store = Store(str(path), "lb1", START)
    store.add([server(at, bool(at % 2)) for at in range(20_000)], START + 20_000)
    while store.forget(START + 19_000):
        pass
    with asked(path) as base:
        counts = [base.execute(f"SELECT COUNT(*) FROM {one}").fetchone()[0]
                  for one in ("events", "outages", "spans")]  # fmt: skip
    assert counts == [1000, 500, 1]
    store.close(START + 20_000)


def test_a_million_events_are_cheap(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    Store(str(path), "lb1", START).close(START)
    with asked(path) as base, base:
        base.execute("INSERT INTO objects (id, kind, subject) VALUES (1, 'server', 'shop/web1')")
        base.execute("INSERT INTO sessions (id, node, began, seen) VALUES (9, 'lb1', ?, ?)",
                     (START, START + 2e6))  # fmt: skip
        base.execute("INSERT INTO spans VALUES (1, ?, NULL, 9)", (START,))
        base.executemany(
            "INSERT INTO outages VALUES (1, ?, ?, 0, '')",
            ((START + 4 * at, START + 4 * at + 1) for at in range(500_000)),
        )
    began = time.monotonic()
    assert measured(path, 2e6) == (2e6, 5e5, 500_000)
    took = time.monotonic() - began
    began = time.monotonic()
    with asked(path) as base:
        assert sum(1 for _ in base.execute("SELECT * FROM outages")) == 500_000
    assert took < 5 * (time.monotonic() - began)


def everything(path: Path, until: float, since: float = 0.0) -> Any:
    with asked(path) as base:
        return history.measure_all(base, START + since, START + until)


def test_maintenance_begins_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    Store(str(path), "lb1", START).close(START)
    with asked(path) as base:
        assert history.finish(base, START) is None
        assert history.plan(base, START + 10)
        assert not history.plan(base, START + 20)
        assert history.finish(base, START + 30) == START + 10
        assert list(history.maintenance(base, START, START + 99)) == [(START + 10, START + 30)]


def test_the_command_maintenance(tmp_path: Path) -> None:
    (tmp_path / "hatools.toml").write_text(f'[watch]\nstate = "{tmp_path}"\n')
    assert hatools("maintenance", "start", cwd=tmp_path).status == 2
    Store(str(tmp_path / "history.db"), "lb1", time.time()).close(time.time())
    ran = [hatools("maintenance", what, cwd=tmp_path) for what in ("end", "start", "start", "end")]
    assert [one.status for one in ran] == [1, 0, 1, 0]
    assert ran[3].stdout.startswith("maintenance ends after ")


class Board:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.standings: dict[tuple[str, str], Event] = {}

    def note(self, event: Event) -> None:
        self.standings[event.kind, event.subject] = event


def test_availability_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hatools_history.exporter.TOLD_EVERY", 0.1)

    async def run() -> Any:
        board, exporter = Board(), HistoryExporter()
        exporter.start({"state": str(tmp_path), "board": board})

        def tell(up: bool) -> None:
            event = Event(time.time(), "server", "shop/web1", {"up": up})
            board.note(event)
            exporter.export([event])

        for up in (True, False):
            tell(up)
            await asyncio.sleep(0.4)
        tell(True)
        await asyncio.sleep(0.5)
        exporter.close(1.0)
        return board.standings["availability", "server shop/web1"].details

    details = asyncio.run(run())
    assert details["failures"] == 1
    assert details["downtime"] == pytest.approx(0.4, abs=0.1)
    assert 0.2 < details["ratio"] < 0.9


COURSES = st.lists(st.tuples(st.floats(0.01, 50.0), st.booleans()), min_size=1, max_size=40)


@given(COURSES, st.floats(0, 500), st.floats(0.1, 500))
@settings(max_examples=60, deadline=None)
def test_the_sum_is_that_of_the_course(
    course: list[tuple[float, bool]], since: float, length: float
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        store = Store(str(path), "lb1", START)
        changes, at = [], 0.0
        for pause, up in course:
            changes.append(server(at, up))
            at += pause
        store.add(changes, START + at)
        until = min(since + length, at)
        since = min(since, until)
        ends = [*(one.time - START for one in changes[1:]), at]
        down = sum(
            max(0.0, min(end, until) - max(one.time - START, since))
            for one, end in zip(changes, ends, strict=True)
            if not one.works
        )
        found = measured(path, until, since)
        if found.watched:
            assert everything(path, until, since) == {("server", "shop/web1"): found}
        assert found.down == pytest.approx(down, abs=1e-5)
        assert found.watched == pytest.approx(until - since, abs=1e-5)
        store.close(START + at)


class Running:
    """An exporter under test, and what it logged."""

    def __init__(self, folder: Path) -> None:
        self.logged: list[str] = []
        self.exporter = HistoryExporter()
        self.exporter.start({"state": str(folder), "node": "lb1",
                             "log": lambda level, text: self.logged.append(text)})  # fmt: skip

    def tell(self, number: int, up: bool = False) -> None:
        self.exporter.export([Event(time.time(), "server", f"shop/web{number}", {"up": up})])

    def close(self) -> None:
        began = time.monotonic()
        self.exporter.close(1.0)
        assert time.monotonic() - began < 1.0


def count(path: Path) -> int:
    with asked(path) as base:
        return int(base.execute("SELECT COUNT(*) FROM events").fetchone()[0])


def test_what_was_accepted_is_there_afterwards(tmp_path: Path) -> None:
    running = Running(tmp_path / "state")
    taken = []
    for number in range(5000):
        began = time.monotonic()
        running.tell(number)
        taken.append(time.monotonic() - began)
    running.close()
    assert count(tmp_path / "state" / "history.db") == 5000
    assert sorted(taken)[-6] < 0.1  # a busy machine may put this process aside now and then
    assert not running.logged


def test_one_watch_at_a_time(tmp_path: Path) -> None:
    first, second = Running(tmp_path / "state"), HistoryExporter()
    with pytest.raises(BadSetting, match="another watch keeps its history"):
        second.start({"state": str(tmp_path / "state")})
    first.exporter.close(1.0)
    second.start({"state": str(tmp_path / "state")})
    second.close(1.0)


def test_a_file_that_is_no_history_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(Random(7).randbytes(9000))
    running = Running(tmp_path)
    running.tell(1)
    running.close()
    assert count(tmp_path / "history.db") == 1
    assert len(list(tmp_path.glob("history.db.broken-*"))) == 1
    assert "is no history" in running.logged[0]


def test_a_clock_that_is_set_takes_no_time_and_gives_none(tmp_path: Path) -> None:
    for by in (3600.0, -3600.0):
        path = tmp_path / f"{by}.db"
        store = Store(str(path), "lb1", START)
        store.add([server(0, True), server(10, False)], START + 10)
        store.add([server(0, True, "shop/web2")], START + 10)
        store.jump(START + 50, START + 50 + by)
        store.add([server(70 + by, True)], START + 70 + by)
        store.close(START + 100 + by)
        for name, down, failures in (("shop/web1", 60.0, 1), ("shop/web2", 0.0, 0)):
            assert measured(path, 9000, -9000, name) == (100.0, down, failures)
        Store(str(path), "lb1", START + 200 + by).close(START + 200 + by)


def test_the_exporter_notices_that_the_clock_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server is down while the clock is set on by an hour: that is no hour of downtime."""
    moved = [0.0]
    real = time.time
    monkeypatch.setattr("hatools_history.exporter.time.time", lambda: real() + moved[0])
    exporter = HistoryExporter()
    exporter.start({"state": str(tmp_path), "node": "lb1"})

    def tell(up: bool) -> None:
        exporter.export([Event(real() + moved[0], "server", "shop/web1", {"up": up})])
        time.sleep(0.4)

    tell(True)
    tell(False)
    moved[0] = 3600.0
    tell(True)
    exporter.close(2.0)
    with asked(tmp_path / "history.db") as base:
        found = history.measure(base, "server", "shop/web1", real() - 9000, real() + 9000)
    assert found.failures == 1
    assert 0.0 < found.down < 10.0
    assert 0.5 < found.watched < 10.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], check=True)
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_reported_and_caught_up_with(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hatools_history.exporter.AGAIN", 0.2)
    running = Running(small_disk)
    running.tell(0)
    time.sleep(0.4)
    with open(small_disk / "filler", "wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 512)
            except OSError:
                break
    for number in range(5000):
        running.tell(number)
    time.sleep(0.5)
    assert len(running.logged) == 1
    assert "full" in running.logged[0]
    (small_disk / "filler").unlink()
    time.sleep(0.8)
    running.close()
    assert count(small_disk / "history.db") == 5001
    assert running.logged[1:] == ["the history is written again"]
