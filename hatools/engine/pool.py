"""The servers of a pool: who is in, with which weight, and whether enough of them are.

`KernelPool` and `ProxyPool` say how connections are given to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hatools.engine.machine import Action, Event, Publish
from hatools.engine.naming import label_of
from hatools.model import Pool as PoolModel
from hatools.model import Quorum, RealServer
from hatools.model import Scheduler as Algorithm
from hatools.plugin.balancing import NO_FACTS, Balancing, Connection, Member, Scheduler


def labels(servers: list[RealServer]) -> list[str]:
    """Return a name for each server: its own, else its address and port; unique in the pool."""
    found: dict[str, None] = {}
    for server in servers:
        label = label_of(server)
        while label in found:
            label += "'"
        found[label] = None
    return list(found)


class PoolMachine:
    """What every pool does: checks take servers out and bring them back.

    *live* has the servers that count as up, by label; *members* is in the
    order written, the sorry server apart.

    *announces*: its scheduler is told at the start of servers that are down, too.
    """

    announces = False

    def __init__(
        self,
        pool: PoolModel,
        scheduler: Scheduler,
        *,
        name: str = "",
        protocol: str = "tcp",
        programs: Mapping[str, str] = NO_FACTS,
    ) -> None:
        self.name = name or pool.name
        self.reason = ""  # of the last choice
        self.pool = pool
        self.protocol = protocol
        self.balancing = Balancing(self.balanced_by(pool), protocol, programs, pool.fallback_all)
        self.scheduler = scheduler.make(self.balancing)
        self.members: dict[str, Member] = {}
        self.sorry: Member | None = None
        self.servers: dict[str, RealServer] = {}
        self.weights: dict[str, int] = {}  # as configured or set by a script
        self.live: dict[str, bool] = {}
        self.states: dict[str, str] = {}  # ready, drain or maintenance
        self._verdicts: dict[str, list[bool]] = {}
        self._counted: dict[str, int] = {}  # the weight of each as far as it is up …
        self._weight_up = 0  # … and the sum
        for number, (label, server) in enumerate(
            zip(labels(pool.servers), pool.servers, strict=True), 1
        ):
            self._enter(label, server, number)
        self.quorum = self._quorum()
        self.has_quorum = True
        self.using_sorry = False
        self.was_live = dict(self.live)
        for label in self.members:
            self._count(label)
        self._settle(self.members, self.announces)

    def balanced_by(self, pool: PoolModel) -> Algorithm:
        """Return the scheduler of *pool* with its parameters."""
        return pool.scheduler

    def _enter(self, label: str, server: RealServer, number: int) -> None:
        member = Member(
            label,
            server.address,
            server.port or 0,
            server.weight,
            number,
            server.role,
            server.upper_threshold or 0,
        )
        self.servers[label] = server
        if server.role == "sorry":
            self.sorry = member
            return
        self.members[label] = member
        self.weights[label] = server.weight
        self.states[label] = server.state
        self._verdicts[label] = [
            check.initial in ("up", "fully-up") or check.kind == "agent" for check in server.checks
        ]
        self.live[label] = self._alive(label)

    def _alive(self, label: str) -> bool:
        return all(self._verdicts[label]) and self.states[label] != "maintenance"

    def _quorum(self) -> Quorum:
        """Return the quorum; more than all servers weigh is cut down to what they weigh."""
        quorum = self.pool.quorum or Quorum()
        total = sum(self.weights.values())
        return quorum._replace(weight=min(quorum.weight, max(total, 1)))

    def handle(self, event: Event) -> Iterator[Action]:
        """Take ``check`` (of one of its servers), ``weight`` and ``state`` (from an operator)."""
        label = event.subject.removeprefix(f"{self.name}/")
        if label not in self.members:
            return
        details = event.details
        if event.kind == "check":
            number, up = details["number"], details["up"]
            assert isinstance(number, int)
            self._verdicts[label][number] = bool(up)
            if isinstance(weight := details.get("weight"), int):
                self.weights[label] = weight
            if isinstance(state := details.get("state"), str):  # an agent's, or a page's
                self.states[label] = state
        elif event.kind == "weight":
            weight = details["weight"]
            assert isinstance(weight, int)
            self.weights[label] = weight
        elif event.kind == "state":
            state = details["state"]
            assert isinstance(state, str)
            self.states[label] = state
        yield from self._judge(label, event)

    def _judge(self, label: str, event: Event) -> Iterator[Action]:
        """Say what changed for the server *label* and for the pool."""
        member = self.members[label]
        before = (self.live[label], member.weight)
        self.was_live[label] = self.live[label]
        self.live[label] = self._alive(label)
        self.note_state(label, event)
        had = (self.has_quorum, self.using_sorry)
        self._count(label)
        self._settle((label,))
        if (self.live[label], member.weight) != before:
            details = {
                "up": self.live[label],
                "weight": member.weight,
                "reason": event.details.get("reason", ""),
            }
            yield Publish(Event(event.time, "server", f"{self.name}/{label}", details))
        if self.has_quorum != had[0]:
            details = {
                "reached": self.has_quorum,
                "weight": self.weight_up(),
                "needed": self.quorum.weight,
            }
            yield Publish(Event(event.time, "quorum", self.name, details))
        if self.using_sorry != had[1]:
            yield Publish(Event(event.time, "sorry", self.name, {"used": self.using_sorry}))

    def note_state(self, label: str, event: Event) -> None:
        """Note that the server *label* may have changed (a proxy begins its slow start here)."""

    def weight_up(self) -> int:
        """Return the sum of the weights of the servers that are up."""
        return self._weight_up

    def _count(self, label: str) -> None:
        """Keep the sum of the weights in step with the server *label*."""
        weight = self.weights[label] if self.live[label] else 0
        self._weight_up += weight - self._counted.get(label, 0)
        self._counted[label] = weight

    def _settle(self, moved: Iterable[str], all_of_them: bool = False) -> None:
        """Bring the scheduler's set in line with who is live, and with the quorum.

        Only the servers *moved* can have another place than before, unless the
        sorry server comes or goes: then all can.  The scheduler is told of those
        whose place is another one, or of *all of them*.
        """
        weight, quorum = self._weight_up, self.quorum
        if self.has_quorum:
            self.has_quorum = weight > 0 and weight >= quorum.weight - quorum.hysteresis
        else:
            self.has_quorum = weight >= quorum.weight + quorum.hysteresis
        used, self.using_sorry = self.using_sorry, self.sorry is not None and not self.has_quorum
        for label in moved if self.using_sorry == used else self.members:
            member = self.members[label]
            up, now = self.placed(label)
            if all_of_them or (member.up, member.weight) != (up, now):
                member.up, member.weight = up, now
                self.scheduler.changed(member)
        if self.sorry is not None and self.sorry.up != self.using_sorry:
            self.sorry.up = self.using_sorry
            self.scheduler.changed(self.sorry)

    def placed(self, label: str) -> tuple[bool, int]:
        """Return whether the scheduler has the server *label*, and with which weight."""
        live = self.live[label]
        weight = 0 if self.states[label] == "drain" else self.weights[label]
        if self.using_sorry:
            return False, weight
        if not live and self.servers[label].on_failure == "zero-weight":
            return True, 0
        return live, weight

    def open(self, connection: Connection, draw: float) -> Member | None:
        """Give *connection* to a server, None when none takes it; *draw* is in [0, 1)."""
        raise NotImplementedError

    def finish(self, connection: Connection, server: Member, aborted: bool = False) -> float:
        """Note that *connection* ended; return after how many seconds to `expire` it, 0 for now."""
        raise NotImplementedError

    def expire(self, connection: Connection, server: Member, now: float) -> None:
        """Forget an ended connection."""
