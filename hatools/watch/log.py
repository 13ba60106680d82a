"""The log of a watch: a line for each word, on standard error."""

from __future__ import annotations

import json
import sys
import time

_lost = 0  # lines that nobody took


def log_line(level: str, message: str) -> None:
    """Print one line of the log: JSON where standard error is no terminal.

    A full disk, or a reader who left, loses lines and nothing else; how many is
    told with the next that is taken.
    """
    global _lost
    try:
        if _lost:
            _print("warning", f"{_lost} lines of this log are lost: they could not be written")
            _lost = 0
        _print(level, message)
    except (OSError, ValueError):  # ValueError: it is closed
        _lost += 1


def _print(level: str, message: str) -> None:
    if sys.stderr.isatty():
        text = f"{time.strftime('%H:%M:%S')} {level:7} {message}"
    else:
        shape = {"time": round(time.time(), 3), "level": level, "message": message}
        text = json.dumps(shape, ensure_ascii=True)
    line = f"{text}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")
    raw = getattr(sys.stderr.buffer, "raw", sys.stderr.buffer)
    raw.write(line)  # at once: what a full disk refused is not to wait in a buffer
