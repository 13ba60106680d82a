"""keepalived's SMTP_CHECK: greeting, HELO, QUIT (RFC 5321)."""

from __future__ import annotations

import re

from hatools.plugin import Asked, Conversation, Verdict
from hatools_probes.greetings import Greeting
from hatools_probes.ruleset import shown

LONGEST = 511  # bytes of a line
STEPS = ((b"220", "greeting"), (b"250", "HELO"))
REPLY = re.compile(rb"(\d{3})(?: |$)")


class Greet:
    """220, HELO, 250, QUIT, and any line; of each reply the first line counts.

    A reply that has several lines is none to keepalived 2.2.7.
    """

    def __init__(self, asked: Asked) -> None:
        self._name = asked.check.detail if isinstance(asked.check.detail, str) else ""
        self._step = 0
        self._buffer = b""

    def begin(self) -> bytes:
        """Wait for the greeting."""
        return b""

    def received(self, data: bytes) -> bytes | Verdict | None:
        """Take a part of a reply."""
        self._buffer += data
        if b"\n" not in self._buffer:
            late = not data or len(self._buffer) > LONGEST
            return Verdict(False, "no SMTP answer") if late else None
        line, self._buffer = self._buffer.split(b"\n", 1)[0], b""
        if self._step == len(STEPS):  # it answers to QUIT, whatever
            return Verdict(True, "SMTP 250", 250)
        wanted, what = STEPS[self._step]
        reply = REPLY.match(line)
        if not reply or reply[1] != wanted:
            code = int(reply[1]) if reply else None
            return Verdict(False, f"{what} answered with {shown(line) or 'nothing'}", code)
        self._step += 1
        if self._step == len(STEPS):
            return b"QUIT\r\n"
        return f"HELO {self._name or 'localhost'}\r\n".encode("utf-8", "surrogateescape")


def asking(asked: Asked) -> Conversation:
    """Return a conversation: a proxy's, or keepalived's."""
    return Greeting(asked) if asked.proxy else Greet(asked)
