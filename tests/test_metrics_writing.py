"""The process that writes metrics: lost, refused, left alone; the text is the same all the same."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hatools_prometheus import writing
from hatools_prometheus.state import Known
from hatools_prometheus.writer import written
from hatools_prometheus.writing import Writer

SERVER = ("server", "web/s1", 1.75e9, {"up": True, "pool": "web", "address": "192.0.2.11"})
KNOWN = Known([SERVER], [("web/s1#0", 7, 1, 0.25, None, "")], events={"server": 1})
TEXT = written(KNOWN, True, "")
PARENT = f"""\
import os, signal
from hatools_prometheus.state import Known
from hatools_prometheus.writing import Writer
writer = Writer(False)
writer.written(Known(), "")
print(writer.process, flush=True)
os.kill(os.getpid(), signal.{signal.SIGKILL.name})
"""
ELSEWHERE = """\
import sys
from multiprocessing.connection import Connection
connection = Connection(int(sys.argv[1]))
connection.recv_bytes()
connection.send("kind")
connection.send_bytes(b"from elsewhere")
"""


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(compatible=True)
    yield made
    made.end()


def children() -> set[int]:
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(number) for number in found.split()}


def test_it_is_begun_when_it_is_needed_and_ends_in_order(writer: Writer) -> None:
    before = children()
    assert writer.process is None
    assert writer.written(KNOWN, "") == TEXT
    begun = writer.process
    assert begun in children()
    assert writer.written(KNOWN, "") == TEXT
    assert writer.process == begun, "one process does it all"
    writer.end()
    assert children() == before


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text;version=1.0.0"])
def test_every_format_comes_from_it(writer: Writer, accept: str) -> None:
    kind, text = writer.written(KNOWN, accept)
    assert (kind, text) == written(KNOWN, True, accept)
    assert b'haproxy_server_status{proxy="web",server="s1",state="UP"} 1.0' in text


def test_one_that_was_killed_is_begun_anew(writer: Writer) -> None:
    writer.written(KNOWN, "")
    lost = writer.process
    assert lost is not None
    os.kill(lost, signal.SIGKILL)
    assert writer.written(KNOWN, "") == TEXT
    assert writer.process not in (None, lost)


@pytest.mark.parametrize("size", [1, 20_000])
def test_one_that_hangs_is_ended(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Whether it takes what it is sent, or not even that."""
    monkeypatch.setattr(writing, "LONGEST", 0.5)
    monkeypatch.setattr(writing, "ENDING", 0.1)
    many = Known([(*SERVER[:1], f"web/s{at}", *SERVER[2:]) for at in range(size)])
    writer.written(KNOWN, "")
    hanging = writer.process
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    assert writer.written(many, "") == written(many, True, "")
    assert hanging not in children()


def test_where_none_can_be_had_it_is_written_here(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = children()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert writer.written(KNOWN, "") == TEXT
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert writer.written(KNOWN, "") == TEXT
    assert children() == before


@pytest.mark.parametrize("executable", ["", None, "/bin/false"])
def test_that_none_can_be_had_is_told_once_and_not_tried_for_every_page(
    monkeypatch: pytest.MonkeyPatch, executable: str | None
) -> None:
    told: list[str] = []
    writer = Writer(True, told.append)
    real, tried = writing._begun, []
    monkeypatch.setattr(writing, "_begun", lambda compatible: tried.append(1) or real(compatible))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", executable)
        assert [writer.written(KNOWN, "") for _ in range(3)] == [TEXT] * 3
    assert len(told) == len(tried) == 1
    monkeypatch.setattr(writing, "AGAIN", -1.0)
    writer._not_before = 0.0
    assert writer.written(KNOWN, "") == TEXT
    assert writer.process is not None, "there is room again"
    writer.end()


def test_where_no_more_processes_may_be_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")  # RLIMIT_NPROC

    told: list[str] = []
    files = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(subprocess, "Popen", refused)
    assert Writer(True, told.append).written(KNOWN, "") == TEXT
    assert "Resource temporarily unavailable" in told[0]
    assert len(os.listdir("/proc/self/fd")) == files


def test_it_finds_what_the_watch_found(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where the watch's modules come from a place that no new Python knows."""
    (tmp_path / "hatools_prometheus").mkdir()
    (tmp_path / "hatools_prometheus" / "__init__.py").touch()
    (tmp_path / "hatools_prometheus" / "writer.py").write_text(ELSEWHERE)
    monkeypatch.syspath_prepend(tmp_path)
    assert writer.written(KNOWN, "") == ("kind", b"from elsewhere")


def test_the_end_waits_for_nobody(writer: Writer) -> None:
    """Somebody is waiting for a page that does not come when the watch ends."""
    before = children()
    writer.written(KNOWN, "")
    assert writer.process is not None
    os.kill(writer.process, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(writer.written, KNOWN, "")
        while writer._turn.acquire(blocking=False):
            writer._turn.release()
            time.sleep(0.01)
        began = time.monotonic()
        writer.end()
        with pytest.raises(ConnectionAbortedError):
            asked.result(10)
        assert time.monotonic() - began < writing.LONGEST / 2
    assert children() == before
    with pytest.raises(ConnectionAbortedError):
        writer.written(KNOWN, "")
    assert children() == before, "there is no other"


def test_what_cannot_be_sent_is_written_here(writer: Writer) -> None:
    kind, subject, since, details = SERVER
    odd = Known([(kind, subject, since, {**details, "of a plugin": lambda: None})], KNOWN.counted)
    assert writer.written(odd, "") == written(odd, True, "")
    assert writer.written(KNOWN, "") == TEXT, "and the next one as ever"


def test_it_does_not_outlive_a_watch_that_is_killed() -> None:
    ran = subprocess.run([sys.executable, "-c", PARENT], capture_output=True, text=True, timeout=30)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    process = Path(f"/proc/{int(ran.stdout)}/stat")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not process.exists() or process.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.02)
    raise AssertionError("it is still there")
