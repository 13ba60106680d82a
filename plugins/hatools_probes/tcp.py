"""A TCP check: who accepts the connection is well."""

from __future__ import annotations

from hatools.plugin import Asked, Verdict


class Connect:
    """The conversation that is over once it could begin."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def begin(self) -> Verdict:
        """Pass: there is a connection."""
        return Verdict(True, "connected")

    def received(self, data: bytes) -> Verdict:
        """Pass: there was a connection."""
        return Verdict(True, "connected")
