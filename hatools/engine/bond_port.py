"""A port of a bond as the bonding driver keeps it: its carrier, its link as the bond sees it."""

from __future__ import annotations

UP, FAIL, DOWN, BACK = "up", "fail", "down", "back"
NEVER = float("-inf")


class Port:
    """One port.

    *carrier* is what the cable says, *link* what the bond believes: `UP`,
    `FAIL` (down, but downdelay runs), `DOWN`, `BACK` (up, but updelay runs);
    *delay* counts the looks that are left of such a delay.  *answers* tells
    whether answers come in over it (to ARP requests, or the partner's
    LACPDUs), *traffic* whether any other frames do.  *speed* is in Mbit/s.
    """

    __slots__ = (
        "answers",
        "carrier",
        "delay",
        "failures",
        "last_rx",
        "last_up",
        "link",
        "name",
        "partner",
        "priority",
        "sending",
        "speed",
        "traffic",
    )

    def __init__(self, name: str, priority: int = 0, speed: int = 1000) -> None:
        self.name = name
        self.priority = priority
        self.speed = speed
        self.carrier = True
        self.link = DOWN
        self.delay = 0
        self.failures = 0
        self.answers = True
        self.traffic = True
        self.partner = "switch"  # who speaks LACP at the other end
        self.last_rx = NEVER
        self.last_up = NEVER
        self.sending = False  # it may send: the driver's "active" flag
