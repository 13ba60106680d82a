"""Has metrics written by a process of its own."""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import struct
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NamedTuple

from hatools_prometheus.state import Known
from hatools_prometheus.writer import Page, written

LONGEST = 10.0  # seconds that a page may take
ENDING = 0.2  # seconds that the process may take to end
UNSENDABLE = (pickle.PicklingError, TypeError, AttributeError)  # what pickle says of a plugin's


class Helper(NamedTuple):
    """The process, and the way to it."""

    process: subprocess.Popen[bytes]
    connection: Connection

    def end(self) -> None:
        """Let it end; it does so by itself where this process is killed."""
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
    lost.  Where none can be had the text is written here.
    """

    def __init__(self, compatible: bool) -> None:
        self._compatible = compatible
        self._helper: Helper | None = None
        self._ended = False

    @property
    def process(self) -> int | None:
        """The number of the process that writes; None while there is none."""
        return self._helper.process.pid if self._helper else None

    def written(self, known: Known, accept: str) -> Page:
        """Return Content-Type and text for ``Accept``; one thread at a time may ask."""
        for _ in range(0 if self._ended else 2):  # it may have been killed since
            try:
                return self._asked(known, accept)
            except UNSENDABLE:
                break
            except (TimeoutError, BlockingIOError):
                self._drop()
                break
            except (OSError, EOFError):
                self._drop()
        return written(known, self._compatible, accept)

    def _asked(self, known: Known, accept: str) -> Page:
        """Have the process write; raises OSError and EOFError where it cannot."""
        if self._helper is None:
            self._helper = _begun(self._compatible)
        connection = self._helper.connection
        connection.send((known, accept))
        if not connection.poll(LONGEST):
            raise TimeoutError
        return connection.recv(), connection.recv_bytes()

    def end(self) -> None:
        """End the process; there will be no other."""
        self._ended = True
        self._drop()

    def _drop(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()


def _begun(compatible: bool) -> Helper:
    ours, theirs = Pipe()
    with socket.socket(fileno=os.dup(ours.fileno())) as sock:
        for way in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            sock.setsockopt(socket.SOL_SOCKET, way, _timeval(LONGEST))
    with contextlib.closing(theirs):
        command = [sys.executable, "-P", "-m", "hatools_prometheus.writer", str(theirs.fileno())]
        process = subprocess.Popen(
            [*command, "compatible" if compatible else "own"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            process_group=0,  # Ctrl-C is for the watch, which ends it
        )
    return Helper(process, ours)


def _timeval(seconds: float) -> bytes:
    """Return a ``struct timeval``."""
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
