"""The log of a watch: whoever reads it slowly, or not at all, holds up nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from hatools.watch import log as watch_log
from hatools.watch.log import Log


class Standard:
    """A standard error that is a pipe: what was written to it is read on demand."""

    def __init__(self) -> None:
        self.reading, writing = os.pipe()
        self.file = os.fdopen(writing, "wb", buffering=0)
        self.encoding = "utf-8"
        self.buffer = SimpleNamespace(raw=self.file)

    def isatty(self) -> bool:
        return False

    def fill(self) -> int:
        """Fill the pipe as somebody else would; return how many bytes that takes."""
        os.set_blocking(self.file.fileno(), False)
        count = 0
        while written := self.file.write(b"\n" * 4096):
            count += written
        os.set_blocking(self.file.fileno(), True)
        return count

    def until(self, text: str) -> list[str]:
        """Return the messages up to the one with *text*."""
        found = b""
        while text.encode() not in found or not found.endswith(b"\n"):
            found += os.read(self.reading, 1 << 16)
        return [json.loads(line)["message"] for line in found.splitlines() if line]


@pytest.fixture
def error(monkeypatch: pytest.MonkeyPatch) -> Iterator[Standard]:
    made = Standard()
    monkeypatch.setattr(watch_log, "sys", SimpleNamespace(stderr=made))
    yield made
    os.close(made.reading)
    made.file.close()


def test_lines_come_in_their_order(error: Standard) -> None:
    log = Log()
    for number in range(1000):
        log.line("info", f"line {number}")
    assert error.until("line 999") == [f"line {number}" for number in range(1000)]


def test_who_reads_nothing_holds_up_nobody_and_is_told_what_was_lost(
    error: Standard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_log, "MOST", 5)
    log = Log()
    error.fill()
    began = time.monotonic()
    log.line("info", "first")
    while log._waiting:  # until it is being written, in vain
        assert time.monotonic() < began + 30
        time.sleep(0.01)
    for number in range(9):
        log.line("info", f"line {number}")
    log.end(0.05)
    assert error.until("line 4") == ["first", *(f"line {number}" for number in range(5))]
    log.line("info", "last")
    lost, last = error.until("last")
    assert lost.startswith("4 lines of this log are lost")
    assert last == "last"


def test_where_no_thread_can_be_begun(error: Standard, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    log = Log()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refused)
        log.line("info", "first")
        assert error.until("first") == ["first"]
    log.line("info", "second")
    assert error.until("second") == ["second"]


def test_a_reader_who_left(error: Standard, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    os.close(error.reading)
    log.line("info", "to nobody")
    log.end(30)
    error.file.close()
    log.line("info", "to what is closed")
    log.end(30)
    after = Standard()
    monkeypatch.setattr(watch_log.sys, "stderr", after)
    log.line("info", "back")
    said = after.until("back")
    assert said[0].startswith("2 lines of this log are lost")
    error.reading, error.file = after.reading, after.file


def test_the_end_of_a_watch_waits_for_the_last_line_only_a_moment() -> None:
    """Nobody reads, and the command ends all the same; somebody does, and has every line."""
    program = (
        "import sys; from hatools.watch.log import Log; log = Log()\n"
        "for number in range(3000): log.line('info', f'line {number} ' + 'x' * 60)\n"
        "log.end(); import os; os._exit(0)"
    )
    reading, writing = os.pipe()
    with subprocess.Popen([sys.executable, "-c", program], stderr=writing) as process:
        assert process.wait(30) == 0
    os.close(writing)
    os.close(reading)
    lines: list[bytes] = []
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        taking = threading.Thread(target=lambda: lines.extend(process.stderr or ()))
        taking.start()
        assert process.wait(30) == 0
        taking.join()
    assert lines
    assert b"line 0 " in lines[0]
