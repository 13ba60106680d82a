"""An SMTP check: greeting, HELO, QUIT (RFC 5321)."""

from __future__ import annotations

import re

from hatools.plugin import Asked, Verdict

LONGEST = 16 * 1024
STEPS = ((220, "greeting"), (250, "HELO"))
LEAVING = len(STEPS)


class Greet:
    """keepalived's SMTP_CHECK and haproxy's smtpchk: 220, HELO, 250, QUIT."""

    def __init__(self, asked: Asked) -> None:
        self._name = asked.check.detail if isinstance(asked.check.detail, str) else ""
        self._extended = ("EHLO",) in asked.check.own
        self._step = 0
        self._buffer = b""

    def begin(self) -> bytes:
        """Wait for the greeting."""
        return b""

    def received(self, data: bytes) -> bytes | Verdict | None:
        """Take a reply; one may have several lines."""
        self._buffer += data
        while b"\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\n")
            reply = re.match(rb"(\d{3})([ -]?)", line)
            if not reply:
                return Verdict(False, "no SMTP answer")
            if reply[2] == b"-":
                continue
            code = int(reply[1])
            if self._step == LEAVING:  # it answers to QUIT, whatever
                return Verdict(True, "SMTP 250", 250)
            wanted, what = STEPS[self._step]
            if code != wanted:
                return Verdict(False, f"{what} answered with {code}", code)
            self._step += 1
            if self._step == LEAVING:
                return b"QUIT\r\n"
            word = "EHLO" if self._extended else "HELO"
            return f"{word} {self._name or 'localhost'}\r\n".encode("ascii", "replace")
        if not data and self._step == LEAVING:
            return Verdict(True, "SMTP 250", 250)
        if not data or len(self._buffer) > LONGEST:
            return Verdict(False, "no SMTP answer")
        return None
