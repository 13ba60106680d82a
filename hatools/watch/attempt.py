"""One conversation with a server: what is asked, over which socket, how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hatools.plugin.behaviour import Asked, Conversation, Probe, Verdict
from hatools.watch.sockets import OPENERS, Open, Socket, is_numeric

CONNECTING, SHAKING, TALKING = range(3)
Answer = Verdict | str
Done = Callable[[Answer], None]


class Attempt:
    """One conversation: under way, or *over*; asked again, it begins anew.

    *watched*: epoll knows its socket.  *named*: its address is a name, which is
    looked up each time.
    """

    __slots__ = (
        "answer_limit",
        "asked",
        "conversation",
        "deadline",
        "done",
        "expires",
        "limit",
        "named",
        "number",
        "open",
        "out",
        "over",
        "phase",
        "probe",
        "reusable",
        "sock",
        "watched",
    )

    def __init__(
        self, asked: Asked, probe: Probe, done: Done, limit: float, answer_limit: float
    ) -> None:
        self.asked = asked
        self.probe = probe
        self.done = done
        self.limit = limit
        self.answer_limit = answer_limit
        self.watched = False
        self.reusable = False
        self.named = not is_numeric(asked.address)
        self.begin()
        if not self.named:
            self.open = OPENERS[probe.transport](asked, asked.address)

    def begin(self) -> None:
        """Forget how it went before."""
        self.phase = CONNECTING
        self.over = False
        self.out = b""
        self.expires: float | None = None
        self.deadline = 0.0  # of what waits for the old one's limit nothing counts

    if TYPE_CHECKING:  # set when it is opened, and when it begins
        open: Open
        sock: Socket
        number: int
        conversation: Conversation
