"""haproxy's spop-check: a hello to a stream processing agent (SPOP, SPOE.txt section 3)."""

from __future__ import annotations

from hatools.plugin import Asked, Verdict
from hatools_probes.ruleset import Conversing, Expect, Send

HELLO, AGENT_HELLO, AGENT_DISCONNECT = 1, 101, 102
FINAL = 1
STRING, UNSIGNED, TRUE = 8, 3, 0x11  # types of values; 1 is a truth, 0x10 its value
INTEGERS = (2, 3, 4, 5)
SIZES = {6: 4, 7: 16}  # bytes of addresses
MOST_FRAME, LEAST_FRAME = 16380, 256


class Hello(Conversing):
    """The hello that asks for nothing else, and the agent's."""

    def __init__(self, asked: Asked) -> None:
        hello = Expect("custom", judge=_answered, least=4, failure="the agent says nothing")
        super().__init__((Send(hello_frame()), hello))


def hello_frame() -> bytes:
    """Return haproxy's hello for a health check."""
    items = (
        ("supported-versions", bytes([STRING]) + _text("2.0")),
        ("max-frame-size", bytes([UNSIGNED]) + varint(MOST_FRAME)),
        ("capabilities", bytes([STRING]) + _text("")),
        ("healthcheck", bytes([TRUE])),
    )
    head = bytes([HELLO]) + FINAL.to_bytes(4, "big") + b"\0\0"
    frame = head + b"".join(_text(name) + value for name, value in items)
    return len(frame).to_bytes(4, "big") + frame


def varint(number: int) -> bytes:
    """Return *number* as SPOP writes it: 240 and more go on, four bits and then seven."""
    if number < 240:
        return bytes([number])
    found = [(number | 240) & 0xFF]
    number = (number - 240) >> 4
    while number >= 128:
        found.append((number | 128) & 0xFF)
        number = (number - 128) >> 7
    return bytes([*found, number])


def _text(text: str) -> bytes:
    return varint(len(text)) + text.encode()


class Cut(ValueError):
    """A frame that ends too soon, or is none."""


class Frame:
    """Takes a frame apart."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        """Return the next byte."""
        if self.at >= len(self.data):
            raise Cut
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """Return the next number."""
        found = self.byte()
        if found < 240:
            return found
        shift = 4
        while True:
            one = self.byte()
            found += one << shift
            shift += 7
            if one < 128:
                return found
            if shift > 64:
                raise Cut

    def text(self) -> bytes:
        """Return the next bytes that have their length before them."""
        size = self.number()
        if self.at + size > len(self.data):
            raise Cut
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self) -> bytes | int | None:
        """Return the next value: text, a number, or nothing."""
        kind = self.byte() & 0x0F
        if kind in (STRING, 9):
            return self.text()
        if kind in INTEGERS:
            return self.number()
        for _ in range(SIZES.get(kind, 0)):
            self.byte()
        return None


def _answered(data: bytes, last: bool) -> Verdict | str | None:
    whole = 4 + int.from_bytes(data[:4], "big")
    if len(data) < whole and not last:
        return None
    try:
        problem = _judged(Frame(data[4:whole]))
    except Cut:
        problem = "its answer is no frame of SPOP"
    return Verdict(False, f"the agent: {problem}") if problem else "the agent says hello"


def _judged(frame: Frame) -> str:
    """Return what is wrong with the agent's hello, nothing for nothing."""
    kind = frame.byte()
    flags = int.from_bytes(bytes(frame.byte() for _ in range(4)), "big")
    if kind not in (AGENT_HELLO, AGENT_DISCONNECT) or frame.byte() or frame.byte():
        return "its answer is no hello"
    if not flags & FINAL:
        return "its hello is in fragments"
    items: dict[bytes, bytes | int | None] = {}
    while frame.at < len(frame.data):
        name = frame.text()
        if not name:
            return "its answer is no frame of SPOP"
        items[name] = frame.value()
    if kind == AGENT_DISCONNECT:
        message = items.get(b"message")
        said = message.decode("utf-8", "replace")[:80] if isinstance(message, bytes) else ""
        return f"it goes away: {said}" if said else "it goes away"
    version, size = items.get(b"version"), items.get(b"max-frame-size")
    if not isinstance(version, bytes) or version.strip() != b"2.0":
        return "it speaks no version that haproxy knows"
    if not isinstance(size, int) or not LEAST_FRAME <= size <= MOST_FRAME:
        return "its frames have no size that haproxy takes"
    return ""
