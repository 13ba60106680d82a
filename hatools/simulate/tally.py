"""Counts what became of the connections of one load, and tells of each where somebody listens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence

from hatools.plugin.balancing import Connection
from hatools.simulate.result import BINS, Traffic

Told = Callable[[dict[str, object]], None]
UNDECIDED = "?"  # stands for a server until it is known what becomes of a connection


class Tally:
    """The counts of one *service*, in parts of the simulation's *length* in seconds."""

    def __init__(self, service: str, length: float) -> None:
        self.service = service
        self.told: Told | None = None
        self.explain = False
        self.follow = False  # note which servers each client came to
        self.total = 0
        self.undecided = 0
        self.broken = 0
        self.lost: Counter[str] = Counter()
        self._edges = [(at + 1) * length / BINS for at in range(BINS - 1)]
        self._bins: list[Counter[str]] = [Counter() for _ in range(BINS)]
        self._seen: dict[tuple[str, str], None] = {}  # client, server

    def count(
        self, times: Sequence[float], connections: Sequence[Connection], became: Sequence[str]
    ) -> None:
        """Add a batch: *became* has servers' names, empty for lost, `UNDECIDED` for later."""
        undecided = became.count(UNDECIDED)
        self.undecided += undecided
        self.total += len(became) - undecided
        at = 0
        while at < len(became):
            part = bisect_right(self._edges, times[at])
            to = bisect_left(times, self._edges[part]) if part < len(self._edges) else len(became)
            self._bins[part].update(became[at:to])
            del self._bins[part][UNDECIDED]
            at = to
        if self.follow:
            clients = [connection.client for connection in connections]
            self._seen.update(dict.fromkeys(zip(clients, became, strict=False)))

    def decide(self, connection: Connection, server: str) -> None:
        """Add what became of an undecided *connection*: its server's name, empty for lost."""
        self.undecided -= 1
        self.total += 1
        self._bins[bisect_right(self._edges, connection.time)][server] += 1
        if self.follow:
            self._seen[connection.client, server] = None

    def tell(
        self,
        now: float,
        connection: Connection,
        place: tuple[str | None, str | None],
        server: str,
        lost: str = "",
        why: str = "",
    ) -> None:
        """Tell of *connection* as a record; *place* is the node and the pool that it came to."""
        if self.told is None:
            return
        told: dict[str, object] = {
            "time": round(now, 6),
            "kind": "connection",
            "client": connection.client,
            "client_port": connection.client_port,
            "service": self.service,
            "node": place[0],
            "pool": place[1],
            "server": server or None,
            "lost": lost or None,
        }
        if now > connection.time:
            told["arrived"] = round(connection.time, 6)
        if self.explain and place[1] is not None:
            told["why"] = why
        self.told(told)

    def result(self) -> Traffic:
        """Return what became of the connections."""
        served: Counter[str] = Counter()
        for part in self._bins:
            served.update(part)
        del served[""]
        clients: dict[str, set[str]] = {}
        for client, server in self._seen:
            if server not in ("", UNDECIDED):
                clients.setdefault(client, set()).add(server)
        return Traffic(
            self.service,
            self.total,
            dict(served),
            dict(self.lost),
            self.broken,
            tuple(dict(one) for one in self._bins),
            {client: frozenset(servers) for client, servers in clients.items()},
            self.undecided,
        )
