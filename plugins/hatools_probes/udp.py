"""A UDP check: a datagram, and perhaps an answer to it."""

from __future__ import annotations

from hatools.model import UdpProbe
from hatools.plugin import Asked, Verdict


class Datagram:
    """keepalived's UDP_CHECK: well unless an ICMP error comes, or no answer where one is wanted.

    The prober passes silence at the end of the limit as empty data.
    """

    def __init__(self, asked: Asked) -> None:
        detail = asked.check.detail
        self.probe = detail if isinstance(detail, UdpProbe) else UdpProbe()

    def begin(self) -> bytes:
        """Return the datagram."""
        try:
            return bytes.fromhex(self.probe.payload) or b"\0"
        except ValueError:
            return self.probe.payload.encode("utf-8", "replace")

    def received(self, data: bytes) -> Verdict | None:
        """Judge an answer, or silence."""
        if not data:
            return Verdict(not self.probe.reply, "no answer")
        if self.probe.reply in ("", "*"):  # whose length nobody looks at
            return Verdict(True, "answered")
        if not self.probe.shortest <= len(data) <= self.probe.longest:
            return Verdict(False, f"an answer of {len(data)} bytes")
        if fits(data, self.probe.reply):
            return Verdict(True, "answered")
        return Verdict(False, "another answer than expected")


def fits(data: bytes, pattern: str) -> bool:
    """Tell whether *data* is *pattern*, hex digits in which x stands for any.

    As far as both go: keepalived compares no more (seen in 2.2.7).
    """
    wanted = "".join(pattern.lower().split())
    return all(sign in ("x", digit) for sign, digit in zip(wanted, data.hex(), strict=False))
