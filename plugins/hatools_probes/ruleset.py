"""A conversation by rules: send this, expect that, as haproxy's tcp-check works them off.

What is expected may come in any pieces.  While it does not come the server may
go on; when it closed, or sent as much as is looked at, what is there counts.
A new rule to send forgets what was received; expectations that follow each
other look at the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hatools.plugin import Verdict
from hatools_probes.patterns import compiled

MOST = 16384  # bytes that are looked at: haproxy's tune.bufsize
LONGEST_REASON = 120
Judge = Callable[[bytes, bool], Verdict | str | None]


class Send(NamedTuple):
    """Bytes to send."""

    data: bytes


class Expect(NamedTuple):
    """What is to come, or (*negate*) not to come.

    *kind*: ``string``, ``rstring`` (a pattern), ``binary``, ``rbinary`` (a
    pattern of hex digits), or ``custom``: *judge* is given what came and
    whether it is all, and returns a verdict where it fails or the check is
    over, nothing to wait for more, and a text where the next rule may go on.
    *least* bytes are waited for, and then the rest is not: None where nothing
    is said.  *failure* names what is wrong, *whole* tells that the server's own
    words say it better.
    """

    kind: str
    value: bytes | str = b""
    negate: bool = False
    least: int | None = None
    failure: str = ""
    judge: Judge | None = None
    success: str = ""
    whole: bool = False

    def found(self, data: bytes) -> bool:
        """Tell whether *data* has what is looked for."""
        if isinstance(self.value, str):
            text = data.hex().upper().encode() if self.kind == "rbinary" else data
            return compiled(self.value).search(text) is not None
        return self.value in data


Rule = Send | Expect


class Conversing:
    """Works off *rules* over one connection; *passed* is what is said when all are done."""

    def __init__(self, rules: Sequence[Rule], passed: str = "all steps passed") -> None:
        self._rules = rules
        self._passed = passed
        self._at = 0  # the rule that is next, or the first of those that wait for the same
        self._sent = False
        self._buffer = b""

    def begin(self) -> bytes | Verdict:
        """Return what to send first."""
        return self._go(False) or b""

    def received(self, data: bytes) -> bytes | Verdict | None:
        """Take in a part of what the server says."""
        self._buffer += data[: MOST - len(self._buffer)]
        return self._go(not data or len(self._buffer) >= MOST)

    def _go(self, last: bool) -> bytes | Verdict | None:
        """Do what can be done by now; *last*: no more will come."""
        out, head, success = b"", self._at, self._passed
        for number, rule in enumerate(self._rules[self._at :], self._at):
            if isinstance(rule, Send):
                self._buffer = b""
                self._sent = True
                out += rule.data
                head = number + 1
                last = False
                continue
            if not self._buffer and not last:
                self._at = head
                return out or None
            if not self._buffer:
                return Verdict(False, rule.failure or "the server closed the connection")
            said = self._judged(rule, last)
            if said is None:
                self._at = head
                return out or None
            if isinstance(said, Verdict):
                return said
            success = said or success
        return Verdict(True, success, parting=out)

    def _judged(self, rule: Expect, last: bool) -> Verdict | str | None:
        data = self._buffer
        if not last and len(data) < self._wanted(rule):
            return None
        if rule.judge is not None:
            return rule.judge(data, last)
        found = rule.found(data)
        if not found and not last and rule.least is None:
            return None
        if found != rule.negate:
            return rule.success
        line = shown(data)
        if rule.whole:
            return Verdict(False, line)
        return Verdict(False, f"{rule.failure or 'another answer than expected'}: {line}")

    @staticmethod
    def _wanted(rule: Expect) -> int:
        """Return how many bytes have to be there before *rule* looks at them."""
        own = len(rule.value) if isinstance(rule.value, bytes) else 0
        return max(own, rule.least or 0)


def shown(data: bytes) -> str:
    """Return the first line of *data* for people."""
    line = data.split(b"\n", 1)[0][:LONGEST_REASON]
    text = line.decode("utf-8", "replace").strip()
    return "".join(sign if sign.isprintable() else "." for sign in text)
