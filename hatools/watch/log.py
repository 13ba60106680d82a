"""The log of a watch: a line for each word, on standard error."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque

MOST = 10_000  # lines that wait for a reader who is slow
PATIENCE = 0.2  # seconds that the last lines have, when all ends


class Log:
    """Lines for standard error: JSON where that is no terminal.

    A thread of its own writes them, for whoever reads them may be slow, or read
    nothing for an hour, and no check is to wait for him.  A full disk, a reader
    who left, or one for whom `MOST` lines wait, loses lines and nothing else; how
    many is told with the next that is taken.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, bytes]] = deque()  # how many were lost before, a line
        self._lost = 0  # since the last that waits
        self._writing = False  # a line was taken and is not written yet
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def line(self, level: str, message: str) -> None:
        """Let one line be written, from any thread; returns at once."""
        line = _shown(level, message)
        with self._changed:
            if not self._begun():
                self._lost += not _taken(line)
            elif len(self._waiting) < MOST:
                self._waiting.append((self._lost, line))
                self._lost = 0
            else:
                self._lost += 1
            self._changed.notify_all()

    def _begun(self) -> bool:
        """Begin to write; tell whether there is a thread for it."""
        if self._thread is None:
            thread = threading.Thread(target=self._write, name="log", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # RLIMIT_NPROC: this line is written here, then
                return False
            self._thread = thread
        return True

    def end(self, patience: float = PATIENCE) -> None:
        """Wait until all is written, but not longer than *patience* seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._writing, patience)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                lost, line = self._waiting.popleft()
                self._writing = True
            taken = _taken(_loss(lost) + line if lost else line)
            with self._changed:
                self._writing = False
                self._lost += 0 if taken else lost + 1
                self._changed.notify_all()


def _loss(lines: int) -> bytes:
    told = "1 line of this log is" if lines == 1 else f"{lines} lines of this log are"
    return _shown("warning", f"{told} lost: the reader was gone or slow, or the disk full")


def _shown(level: str, message: str) -> bytes:
    """Return the line that says *message* now."""
    if sys.stderr.isatty():
        text = f"{time.strftime('%H:%M:%S')} {level:7} {message}"
    else:
        shape = {"time": round(time.time(), 3), "level": level, "message": message}
        text = json.dumps(shape, ensure_ascii=True)
    return f"{text}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")


def _taken(line: bytes) -> bool:
    """Write *line*; tell whether that was possible."""
    try:
        raw = getattr(sys.stderr.buffer, "raw", sys.stderr.buffer)
        while line:  # at once: what a full disk refused is not to wait in a buffer
            written = raw.write(line)
            if not written:  # None: somebody made it non-blocking, and it is full
                return False
            line = line[written:]
    except (OSError, ValueError):  # ValueError: it is closed
        return False
    return True
