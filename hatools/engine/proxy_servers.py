"""The servers of a proxy's backend: their numbers, limits, and slow starts.

Facts are those of haproxy's ``server.c``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hatools.engine.machine import Action, Event, SetTimer
from hatools.engine.pool import PoolMachine
from hatools.engine.proxy_settings import ServerSettings, Settings, numbers, server_settings
from hatools.model import Pool as PoolModel
from hatools.model import RealServer
from hatools.model import Scheduler as Algorithm
from hatools.plugin.balancing import FULL_WARMTH, NO_FACTS, Member, Scheduler

WARM_UP = 1.0  # seconds between the steps of a slow start
HASHES = {"source", "uri", "url_param", "hdr", "rdp-cookie", "hash"}
FIXED = {"static-rr", *HASHES}  # weights stay as they are, unless hashes are consistent


class ProxyServers(PoolMachine):
    """What a backend knows of its servers; `ProxyPool` gives them connections."""

    announces = True

    def __init__(
        self,
        pool: PoolModel,
        scheduler: Scheduler,
        *,
        name: str = "",
        protocol: str = "tcp",
        programs: Mapping[str, str] = NO_FACTS,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._numbers = numbers(pool.servers)
        self._said: dict[str, ServerSettings] = {}
        self._limits: dict[str, int] = {}
        self._warm: dict[str, float] = {}  # servers in a slow start, and since when
        self._steps: dict[str, float] = {}  # when each has its next step
        self.algorithm = pool.scheduler.name.partition("(")[0]
        words = pool.scheduler.parameters
        consistent = words[words.index("hash-type") + 1 :][:1] if "hash-type" in words else ()
        self.dynamic = self.algorithm not in FIXED or (
            self.algorithm in HASHES and consistent == ("consistent",)
        )
        super().__init__(pool, scheduler, name=name, protocol=protocol, programs=programs)

    @property
    def timer(self) -> str:
        """Return the name of its timer."""
        return f"{self.name} slow start"

    def balanced_by(self, pool: PoolModel) -> Algorithm:
        """Return the scheduler with what the backend says of hashing elsewhere."""
        algorithm = pool.scheduler
        if not self.settings.hashing:
            return algorithm
        return algorithm._replace(parameters=algorithm.parameters + self.settings.hashing)

    def _enter(self, label: str, server: RealServer, number: int) -> None:
        super()._enter(label, server, self._numbers[number - 1])
        if label in self.members:
            said = self._said[label] = server_settings(server)
            self.members[label].queue_limit = said.queue_limit
            self._limits[label] = self.members[label].limit

    def handle(self, event: Event) -> Iterator[Action]:
        """Take also ``timer``: a step of the slow starts."""
        if event.kind == "timer":
            for label, due in list(self._steps.items()):
                if due <= event.time:
                    self._step(label, event.time)
        else:
            label = event.subject.removeprefix(f"{self.name}/")
            before = (self.live.get(label), self.states.get(label))
            yield from super().handle(event)
            if (self.live.get(label), self.states.get(label)) != before:
                self.came_or_went(label)
        if self._steps and event.kind in ("timer", "check", "state"):
            yield SetTimer(self.timer, max(min(self._steps.values()) - event.time, 0.0))

    def note_state(self, label: str, event: Event) -> None:
        """Begin a slow start where the server *label* comes back from failure or maintenance."""
        slow = self._said[label].slow_start
        if self.live[label] and not self.was_live[label] and slow:
            self._warm[label] = event.time
            self._steps[label] = event.time + WARM_UP
            self._set_warmth(label, event.time)
        elif not self.live[label] and self._warm.pop(label, None) is not None:
            del self._steps[label]
            self.members[label].warmth = FULL_WARMTH
            self.members[label].limit = self._limits[label]

    def _set_warmth(self, label: str, now: float) -> None:
        """Set how warm a server is; haproxy counts in whole seconds of its clock."""
        slow, member = self._said[label].slow_start, self.members[label]
        passed = int(now) - int(self._warm[label])
        limit = self._limits[label]
        if passed >= slow:
            del self._warm[label], self._steps[label]
            member.warmth, member.limit = FULL_WARMTH, limit
            return
        if self.dynamic:
            member.warmth = (FULL_WARMTH * passed + slow) // slow
        member.limit = limit and max(limit * (100 * passed // slow) // 100, 1)

    def _step(self, label: str, now: float) -> None:
        self._steps[label] = now + WARM_UP
        self._set_warmth(label, now)
        self.scheduler.changed(self.members[label])
        self.grew(self.members[label])

    def came_or_went(self, label: str) -> None:
        """Hear that the server *label* is in, out, drained or maintained since just now."""

    def grew(self, server: Member) -> None:
        """Hear that *server* may take more than before."""
