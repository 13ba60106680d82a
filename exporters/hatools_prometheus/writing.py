"""Has metrics written by a process of its own."""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock
from typing import NamedTuple

from hatools_prometheus.state import Known
from hatools_prometheus.writer import Page, written

LONGEST = 10.0  # seconds that a page may take
ENDING = 0.2  # seconds that the process may take to end
AGAIN = 60.0  # seconds until it is tried again, after none could be begun
UNSENDABLE = (pickle.PicklingError, TypeError, AttributeError)  # what pickle says of a plugin's


class Helper(NamedTuple):
    """The process, and the way to it; *line* is the same socket as *connection*."""

    process: subprocess.Popen[bytes]
    connection: Connection
    line: socket.socket

    def hang_up(self) -> None:
        """Let the process end, and whoever waits for it here know that nothing will come."""
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Let it end; it does so by itself where this process is killed."""
        self.hang_up()
        self.line.close()
        self.connection.close()
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Writer:
    """Writes metrics, by the names of other exporters as well where it is to be *compatible*.

    The text of ten thousand servers takes more than a second to write.  A thread
    would have the interpreter all that while, and make checks late.  So a
    process writes, which is begun when it is first needed, and again when it was
    lost.  Where none can be had the text is written here, and *tell* is told why.
    """

    def __init__(self, compatible: bool, tell: Callable[[str], None] = lambda _: None) -> None:
        self._compatible = compatible
        self._tell = tell
        self._helper: Helper | None = None
        self._turn = Lock()  # of who uses, or drops, the process
        self._not_before = 0.0  # of the monotonic clock: until then none can be begun
        self._ended = False

    @property
    def process(self) -> int | None:
        """The number of the process that writes; None while there is none."""
        helper = self._helper
        return helper.process.pid if helper else None

    def written(self, known: Known, accept: str) -> Page:
        """Return Content-Type and text for ``Accept``; `end` may be called meanwhile.

        Raises ConnectionAbortedError after it was: nobody is there to take the text.
        """
        with self._turn:
            page = self._from_process(known, accept)
        if self._ended and page is None:
            raise ConnectionAbortedError("the watch ends")
        return page or written(known, self._compatible, accept)

    def _from_process(self, known: Known, accept: str) -> Page | None:
        """Return what the process writes; None where there is none, or it fails."""
        while not self._ended and time.monotonic() >= self._not_before:
            new = self._helper is None
            try:
                return self._asked(known, accept)
            except UNSENDABLE:
                return None
            except (OSError, EOFError) as error:
                hangs = not new and isinstance(error, TimeoutError | BlockingIOError)
                self._drop()
                if new and not self._ended:
                    self._not_before = time.monotonic() + AGAIN
                    why = str(error) or "it ended at once"
                    self._tell(f"no process can be had that writes the metrics: {why}")
                if new or hangs:
                    return None  # else it was killed since, and another one may do
        return None

    def _asked(self, known: Known, accept: str) -> Page:
        """Have the process write; raises OSError and EOFError where it cannot."""
        helper = self._helper
        if helper is None:
            helper = self._helper = _begun(self._compatible)
        if self._ended:  # `end` may not have seen it
            raise EOFError
        connection = helper.connection
        connection.send((known, accept))
        if not connection.poll(LONGEST):
            raise TimeoutError(f"it took longer than {LONGEST:.0f} s")
        return connection.recv(), connection.recv_bytes()

    def end(self) -> None:
        """End the process; there will be no other.  Who asks just now is told so at once."""
        self._ended = True
        if (helper := self._helper) is not None:
            helper.hang_up()
        if self._turn.acquire(timeout=ENDING):
            try:
                self._drop()
            finally:
                self._turn.release()

    def _drop(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()


def _begun(compatible: bool) -> Helper:
    """Return a new process; raises OSError where none can be had."""
    if not sys.executable:
        raise OSError("nobody knows where Python is")
    with contextlib.ExitStack() as undone:
        ours, theirs = Pipe()
        undone.callback(ours.close)
        line = undone.enter_context(socket.socket(fileno=os.dup(ours.fileno())))
        for way in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            line.setsockopt(socket.SOL_SOCKET, way, _timeval(LONGEST))
        with contextlib.closing(theirs):
            number = str(theirs.fileno())
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "hatools_prometheus.writer",
                 number, "compatible" if compatible else "own"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # It finds what this process found, wherever that was: among sources, in an archive.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pass_fds=[theirs.fileno()],
                process_group=0,  # Ctrl-C is for the watch, which ends it
            )  # fmt: skip
        undone.pop_all()
    return Helper(process, ours, line)


def _timeval(seconds: float) -> bytes:
    """Return a ``struct timeval``."""
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
