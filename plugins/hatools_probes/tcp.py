"""A TCP check: who accepts the connection is well."""

from __future__ import annotations

from hatools.plugin import Asked, Verdict

CONNECTED = Verdict(True, "connected")


class Connect:
    """The conversation that is over once it could begin."""

    reusable = True

    def __init__(self, asked: Asked) -> None:
        """Remember nothing of *asked*."""

    def begin(self) -> Verdict:
        """Pass: there is a connection."""
        return CONNECTED

    def received(self, data: bytes) -> Verdict:
        """Pass: there was a connection."""
        return CONNECTED
