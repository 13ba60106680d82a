"""Replays what a real haproxy chose through a scheduler: servers in, every request's choice out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hatools.model import Scheduler as Named
from hatools.plugin import Balancing, Connection, Member, Pool
from hatools.plugin_host import Host

SCHEDULERS = Host().records("hatools_schedulers")
Decision = tuple[object, str | None, str | None]  # the request, haproxy's choice, ours


class Backend:
    """Servers s1, s2, … and a scheduler; connections that are open by number."""

    def __init__(self, algorithm: str, weights: list[int], hash_type: str = "", limit: int = 0):
        words = algorithm.split()
        named = Named(words[0], tuple(words[1:] + hash_type.split()))
        self.pool: Pool = SCHEDULERS[words[0].partition("(")[0]].make(Balancing(named))
        self.members = [
            Member(f"s{at}", "192.0.2.1", 8000 + at, weight, at, limit=limit)
            for at, weight in enumerate(weights, 1)
        ]
        for member in self.members:
            member.up = True
            self.pool.changed(member)
        self.held: dict[int, Member] = {}

    def pick(self, **facts: str) -> str | None:
        """Return the choice for a request that is over at once."""
        client = facts.pop("client", "192.0.2.9")
        connection = Connection(client, facts=facts)
        chosen = self.pool.pick(connection, 0.5)
        if chosen is not None:
            self.count(chosen, 1)
            self.count(chosen, -1)
        return chosen and chosen.name

    def count(self, server: Member, more: int) -> None:
        server.active += more
        (self.pool.opened if more > 0 else self.pool.closed)(server)

    def open(self, number: int) -> str | None:
        chosen = self.pool.pick(Connection("192.0.2.9"), 0.5)
        if chosen is not None:
            self.count(chosen, 1)
            self.held[number] = chosen
        return chosen and chosen.name

    def close(self, number: int) -> None:
        self.count(self.held.pop(number), -1)


def decisions(vector: dict[str, Any]) -> Iterator[Decision]:
    """Yield every request of a recorded *vector* with both choices."""
    options = vector["server_opts"].split()
    limit = int(options[1]) if options[:1] == ["maxconn"] else 0
    backend = Backend(vector["algo"], vector["weights"], vector["extra"], limit)
    for number, chosen in enumerate(vector.get("seq", ())):
        yield number, chosen, backend.pick()
    for event in vector.get("events", ()):
        if event[0] == "close":
            backend.close(event[1])
        else:
            yield event[1], event[2], backend.open(event[1])
    facts = {"src": "client", "hdr": "hdr(x-user)"}
    for subject, chosen in vector.get("decisions", {}).items():
        yield subject, chosen, backend.pick(**{facts.get(vector["pattern"], "uri"): subject})
    for number, chosen in enumerate(vector.get("without", ())):
        yield f"without {number}", chosen, backend.pick(uri="/p")
