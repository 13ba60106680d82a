"""Checks of databases and of other servers that greet: MySQL, PostgreSQL, Redis, LDAP, TLS."""

from __future__ import annotations

import struct

from hatools.plugin import Asked, Verdict

LONGEST = 64 * 1024


class MySql:
    """The server's handshake (protocol 10); an error packet fails, as haproxy has it."""

    def __init__(self, asked: Asked) -> None:
        self._buffer = b""

    def begin(self) -> bytes:
        """Wait for the handshake."""
        return b""

    def received(self, data: bytes) -> Verdict | None:
        """Judge the first packet."""
        self._buffer += data
        if len(self._buffer) < 5:
            return Verdict(False, "no MySQL greeting") if not data else None
        length = int.from_bytes(self._buffer[:3], "little")
        if len(self._buffer) < 4 + length and data and len(self._buffer) < LONGEST:
            return None
        first = self._buffer[4]
        if first == 0xFF:
            code = int.from_bytes(self._buffer[5:7], "little")
            return Verdict(False, f"MySQL error {code}", code)
        if first != 10:
            return Verdict(False, "no MySQL greeting")
        version = self._buffer[5:].split(b"\0", 1)[0].decode("ascii", "replace")
        return Verdict(True, f"MySQL {version}")


class PostgreSql:
    """A startup message for a user; an authentication request is good, an error is not."""

    def __init__(self, asked: Asked) -> None:
        detail = asked.check.detail
        self._user = detail if isinstance(detail, str) and detail else "haproxy"
        self._buffer = b""

    def begin(self) -> bytes:
        """Return the startup message (protocol 3.0)."""
        body = struct.pack("!I", 196608) + b"user\0" + self._user.encode() + b"\0\0"
        return struct.pack("!I", len(body) + 4) + body

    def received(self, data: bytes) -> Verdict | None:
        """Judge the first message."""
        self._buffer += data
        if not self._buffer:
            return Verdict(False, "closed without an answer")
        if self._buffer[:1] == b"R":
            return Verdict(True, "PostgreSQL asks who we are")
        if self._buffer[:1] == b"E":
            text = self._buffer[5:].replace(b"\0", b" ").decode("utf-8", "replace")
            return Verdict(False, f"PostgreSQL: {text[:120].strip()}")
        return Verdict(False, "no PostgreSQL answer")


class Redis:
    """``PING`` and ``+PONG``."""

    def __init__(self, asked: Asked) -> None:
        self._buffer = b""

    def begin(self) -> bytes:
        """Return the command."""
        return b"*1\r\n$4\r\nPING\r\n"

    def received(self, data: bytes) -> Verdict | None:
        """Judge the answer's first line."""
        self._buffer += data
        if b"\n" not in self._buffer and data and len(self._buffer) < LONGEST:
            return None
        line = self._buffer.split(b"\r\n")[0].decode("utf-8", "replace")
        return Verdict(line == "+PONG", line[:120] or "no Redis answer")


class Ldap:
    """An anonymous bind (RFC 4511 section 4.2); any bind response with success is good."""

    REQUEST = bytes.fromhex("300c020101600702010304008000")

    def __init__(self, asked: Asked) -> None:
        self._buffer = b""

    def begin(self) -> bytes:
        """Return the bind request."""
        return self.REQUEST

    def received(self, data: bytes) -> Verdict | None:
        """Judge the bind response."""
        self._buffer += data
        if len(self._buffer) < 10 and data:
            return None
        at = self._buffer.find(b"\x61")
        if not self._buffer.startswith(b"\x30") or at < 0 or len(self._buffer) < at + 5:
            return Verdict(False, "no LDAP answer")
        result = self._buffer[at + 4]
        return Verdict(result == 0, f"LDAP result {result}", result)
