"""A DNS check: one question, and an answer with rcode 0 (RFC 1035)."""

from __future__ import annotations

import struct
from zlib import crc32

from hatools.model import DnsQuery
from hatools.plugin import Asked, Verdict

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
         "SRV": 33, "RRSIG": 46, "DNSKEY": 48, "ANY": 255}  # fmt: skip
ERRORS = {1: "format error", 2: "server failure", 3: "no such name", 4: "not implemented",
          5: "refused"}  # fmt: skip
INTERNET = 1
RECURSE = 0x0100
ANSWER = 0x8000
SHORTEST = 8  # bytes of an answer that keepalived 2.2.7 looks at


class Question:
    """One question over UDP."""

    def __init__(self, asked: Asked) -> None:
        detail = asked.check.detail
        self.query = detail if isinstance(detail, DnsQuery) else DnsQuery()
        self.identity = crc32(repr((asked.address, asked.port, self.query)).encode()) & 0xFFFF

    def begin(self) -> bytes:
        """Return the question."""
        labels = [_label(label) for label in self.query.name.rstrip(".").split(".") if label]
        name = b"".join(bytes([len(label)]) + label for label in labels)
        kind = TYPES.get(self.query.type.upper(), TYPES["SOA"])
        head = struct.pack("!HHHHHH", self.identity, RECURSE, 1, 0, 0, 0)
        return head + name + b"\0" + struct.pack("!HH", kind, INTERNET)

    def received(self, data: bytes) -> Verdict | None:
        """Take a datagram; one that answers another question is not heeded."""
        if not data:
            return Verdict(False, "no answer")
        if len(data) < SHORTEST:
            return None
        identity, flags = struct.unpack("!HH", data[:4])
        if identity != self.identity or not flags & ANSWER:
            return None
        code = flags & 0x000F
        if code:
            return Verdict(False, ERRORS.get(code, f"rcode {code}"), code)
        return Verdict(True, "answered", 0)


def _label(label: str) -> bytes:
    """Return one label of a name; the parser has at most 63 bytes for it."""
    try:
        return label.encode("ascii" if label.isascii() else "idna")[:63]
    except UnicodeError:
        return b"_"
