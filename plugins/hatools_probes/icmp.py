"""A ping check: one ICMP echo (RFC 792, RFC 4443)."""

from __future__ import annotations

import struct
from itertools import count

from hatools.plugin import Asked, Verdict

REQUEST, REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
SIZE = 56  # bytes of content, as ping(8) sends
COUNT = count(1)


class Echo:
    """One echo request and its reply.

    The kernel sets the identifier of ping sockets, so it tells nothing; what
    comes back must be the content that was sent, which no two echoes share.
    """

    def __init__(self, asked: Asked) -> None:
        self._family = 6 if ":" in asked.address else 4
        number = next(COUNT)
        self._sequence = number & 0xFFFF
        self._content = f"hatools {asked.address} {number} ".encode().ljust(SIZE, b".")

    def begin(self) -> bytes:
        """Return the request; the checksum counts for IPv4, the kernel makes IPv6's."""
        head = struct.pack("!BBHHH", REQUEST[self._family], 0, 0, 0, self._sequence)
        total = checksum(head + self._content) if self._family == 4 else 0
        return head[:2] + struct.pack("!H", total) + head[4:] + self._content

    def received(self, data: bytes) -> Verdict | None:
        """Take a packet; one that is no reply to this request is not heeded."""
        if not data:
            return Verdict(False, "no reply")
        if self._family == 4 and len(data) >= 20 and data[0] >> 4 == 4:
            data = data[(data[0] & 15) * 4 :]  # a raw socket shows the IP header
        if len(data) < 8 or data[0] != REPLY[self._family]:
            return None
        return Verdict(True, "replied") if data[8:] == self._content else None


def checksum(data: bytes) -> int:
    """Return the Internet checksum of *data* (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF
