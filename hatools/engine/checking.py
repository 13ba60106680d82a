"""One check of one server: asks at the right times and says when its verdict changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

from hatools.engine.health import Health
from hatools.engine.machine import Action, Event, Publish, SetTimer, StartProbe, StopTimer
from hatools.model import Check, RealServer, ScriptRun

NOT_SHORT = 1.0  # seconds: checks that are made more often do not dictate how others are spread
STUBBORN = ("tcp", "smtp")  # kinds that keepalived retries also while they are down
DYNAMIC = range(2, 256)  # exit statuses of a dynamic script that set the weight to status - 2


class Checker:
    """The machine of check *number* of server *server* in *pool*.

    The first check comes at a random moment of *warmup* seconds (the check's
    own, else its interval), drawn by the driver: ``start`` carries ``draw``, of
    which each checker makes a draw of its own.  A proxy's checks are *spread*:
    one comes so many seconds after the first one of them all.
    """

    def __init__(self, pool: str, server: RealServer, number: int, label: str = "") -> None:
        self.subject = f"{pool}/{label or server.name or server.address}"
        self.name = f"{self.subject}#{number}"
        self.number = number
        self.server = server
        self.check: Check = server.checks[number]
        proxied, kind, detail = server.forwarding == "proxy", self.check.kind, self.check.detail
        pages = len(detail) if isinstance(detail, tuple) and kind == "http" else 0
        self.health = Health(
            self.check,
            stubborn=kind in STUBBORN and not proxied,
            passes=0 if proxied or not pages else pages + 1,
        )
        self._reweighted = False
        self._delicate = isinstance(detail, ScriptRun)  # its passes may change a weight
        self.spread: float | None = None
        check = self.check
        port = check.port if check.port is not None else server.port
        address = check.address or server.address
        self.probe = StartProbe(self.name, check, address, port or 0, proxied)

    def _share(self, draw: float) -> float:
        """Return this checker's own draw: no two begin at the same moment."""
        return (draw + crc32(self.name.encode("utf-8", "surrogateescape")) / 2**32) % 1.0

    def _first(self, draw: float) -> float:
        """Return after how many seconds the first check is made."""
        check = self.check
        if self.spread is not None:
            return draw * check.interval + self.spread
        return self._share(draw) * (check.interval if check.warmup is None else check.warmup)

    def handle(self, event: Event) -> Iterable[Action]:
        """Take ``start``, ``stop``, ``timer`` and ``probe answered``."""
        kind = event.kind
        if kind == "timer":
            return (self.probe,)
        if kind == "probe answered":
            return self._answered(event)
        if kind == "stop":
            return (StopTimer(self.name),)
        if kind == "start":
            draw = event.details.get("draw", 0.0)
            assert isinstance(draw, float)
            return (SetTimer(self.name, self._first(draw)),)
        return ()

    def unmoved(self, details: Mapping[str, object]) -> float | None:
        """Return after how many seconds to ask again where this answer changes nothing at all.

        That is a pass of a check that is steadily up; None: `handle` has to see it.
        """
        health = self.health
        if health.health != health.most or self._delicate or not details.get("passed"):
            return None
        return health.check.interval

    def _answered(self, event: Event) -> Iterator[Action]:
        passed, weight = bool(event.details.get("passed")), None
        code = event.details.get("code")
        detail = self.check.detail
        dynamic = isinstance(detail, ScriptRun) and detail.dynamic
        if dynamic and isinstance(code, int) and code in DYNAMIC:
            passed, weight = True, code - 2
            self._reweighted = True
        elif self._reweighted and passed:
            weight = self.server.weight  # exit status 0 brings the configured one back
            self._reweighted = False
        if event.details.get("unknown"):  # nobody could ask: that says nothing of the server
            changed = False
        else:
            changed = self.health.passed() if passed else self.health.failed()
        if changed or weight is not None:
            details = {
                "number": self.number,
                "up": self.health.up,
                "reason": event.details.get("reason", ""),
                "weight": weight,
            }
            yield Publish(Event(event.time, "check", self.subject, details))
        yield SetTimer(self.name, self.health.delay())  # from the end of this one


def spread_checks(checkers: Iterable[Checker]) -> None:
    """Let a proxy's checks begin as far from each other as haproxy has it (``start_checks``).

    Each has its place in its own interval, or in the shortest of those of a second or
    more; that is the fast one where the first failure would take the server down.
    """
    told = [one for one in checkers if one.server.forwarding == "proxy" and not one.check.tracks]
    intervals = [one.health.delay() for one in told]
    least = min((one for one in intervals if one >= NOT_SHORT), default=0.0)
    for place, (one, interval) in enumerate(zip(told, intervals, strict=True)):
        one.spread = max(least, interval) * place / len(told)
