"""keepalived's FILE_CHECK: a number in a file takes a server out, or moves its weight."""

from __future__ import annotations

import re

from hatools.plugin import Asked, Verdict

NUMBER = re.compile(rb"\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)")
FAULT = -(1 << 31)  # what takes the server out, whatever its weight


class FileNumber:
    """Well is a file with 0, with another number, or none: a file that is not there has 0.

    With a weight, the number times the weight is added to the server's; ``reverse``
    turns its sign, and without weight it wants anything but 0.
    """

    def __init__(self, asked: Asked) -> None:
        words = next((one for one in asked.own if one[:1] == ("weight",)), ("weight", "0"))
        self._weight = int(words[1]) if words[1:2] and words[1].lstrip("+-").isdigit() else 0
        self._reverse = "reverse" in words

    def begin(self) -> bytes:
        """Say nothing: the file is read."""
        return b""

    def received(self, data: bytes) -> Verdict:
        """Judge what is in the file."""
        value = number_in(data)
        if not self._weight:
            passed = bool(value) if self._reverse else not value
            return Verdict(passed, f"the file has {value}", None)
        added = value * self._weight * (-1 if self._reverse else 1)
        if added <= FAULT:
            return Verdict(False, f"the file has {value}")
        return Verdict(True, f"the file has {value}", more={"agent": {"added": added}})


def number_in(data: bytes) -> int:
    """Return the number at the beginning of *data* as C has it (0x1f, 017), 0 for none."""
    found = NUMBER.match(data)
    if not found:
        return 0
    digits = found[2].decode()
    try:
        value = int(digits, 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10)
    except ValueError:  # an 8 or 9 among octal digits ends the number
        octal = re.match("[0-7]*", digits)
        value = int(octal[0] or "0", 8) if octal else 0
    value = -value if found[1] == b"-" else value
    return value if FAULT <= value <= -FAULT else 0  # what is no number to keepalived
