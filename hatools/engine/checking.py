"""One check of one server: asks at the right times and says when its verdict changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

from hatools.engine.health import Health
from hatools.engine.machine import Action, Event, Publish, SetTimer, StartProbe, StopTimer
from hatools.model import Check, RealServer, ScriptRun

NOT_SHORT = 1.0  # seconds: checks that are made more often do not dictate how others are spread
STUBBORN = ("tcp", "smtp")  # kinds that keepalived retries also while they are down
MOST_WEIGHT, MOST_PERCENT = 256, 25600  # of a proxy's server
DYNAMIC = range(2, 256)  # exit statuses of a dynamic script that set the weight to status - 2


class Checker:
    """The machine of check *number* of server *server* in *pool*.

    ``probe answered`` carries *passed*, *reason*, *code*; *unknown* where nobody could
    ask; *agent* with what an agent says (`_told_by`, and *up* where it says that);
    *leaving*, where a server that is up wants no new connections.

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
        # its passes may change a weight, or say nothing
        self._delicate = kind == "agent" or isinstance(detail, ScriptRun)
        self.spread: float | None = None
        check = self.check
        port = check.port if check.port is not None else server.port
        address = check.address or server.address
        self.probe = StartProbe(self.name, check, address, port or 0, proxied, server.own)
        self._leaving = False
        self._said: tuple[int | None, str | None] = (None, None)

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
        if self._leaving or "leaving" in details or "agent" in details:
            return None
        return health.check.interval

    def _answered(self, event: Event) -> Iterator[Action]:
        details = event.details
        passed, weight, state = bool(details.get("passed")), None, None
        code, detail, agent = details.get("code"), self.check.detail, details.get("agent")
        if isinstance(detail, ScriptRun) and detail.dynamic and code in DYNAMIC:
            assert isinstance(code, int)
            passed, weight = True, code - 2
            self._reweighted = True
        elif self._reweighted and passed:
            weight = self.server.weight  # exit status 0 brings the configured one back
            self._reweighted = False
        heard = agent.get("up") if isinstance(agent, Mapping) else None
        if isinstance(agent, Mapping):
            weight, state = self._told_by(agent)
        leaving = bool(details.get("leaving")) and self.health.up
        if self.check.kind != "agent" and leaving != self._leaving:
            self._leaving, state = leaving, "drain" if leaving else self.server.state
        silent = self.check.kind == "agent" and heard is None  # its failure is not the server's
        if details.get("unknown") or silent:  # that says nothing of the server
            changed = False
        else:
            changed = self.health.passed() if passed or leaving else self.health.failed()
        if changed or weight is not None or state is not None:
            said: dict[str, object] = {
                "number": self.number,
                "up": self.health.up,
                "reason": details.get("reason", ""),
                "weight": weight,
            }
            if state is not None:
                said["state"] = state
            yield Publish(Event(event.time, "check", self.subject, said))
        yield SetTimer(self.name, self.health.delay())  # from the end of this one

    def _told_by(self, agent: Mapping[str, object]) -> tuple[int | None, str | None]:
        """Return the weight and the state that an agent, or a file, asks for; None: as they are.

        *percent* is of the configured weight, which stays within 256, *added* is
        added to it; *state* is ready, drain or maintenance.
        """
        percent, state, added = agent.get("percent"), agent.get("state"), agent.get("added")
        weight = None
        if isinstance(percent, int):
            weight = min(self.server.weight * min(percent, MOST_PERCENT) // 100, MOST_WEIGHT)
        if isinstance(added, int):
            weight = max(self.server.weight + added, 0)
        said = weight, state if isinstance(state, str) else None
        if said == self._said:
            return None, None
        self._said = said
        return said


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
