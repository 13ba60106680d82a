"""What HAProxy's hashing schedulers share: the hash of a key, looked up in a map or on a ring."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.hash_ring import HashRing
from hatools_schedulers.proxy_hash import FUNCTIONS, avalanche, sdbm
from hatools_schedulers.weight_map import WeightMap

URI = "uri"


def argument(balancing: Balancing) -> str:
    """Return what stands in parentheses behind the scheduler's name, else its first parameter."""
    _, bracket, rest = balancing.scheduler.name.partition("(")
    if bracket:
        return rest.removesuffix(")")
    words = before_hash_type(balancing)
    return words[0] if words else ""


def before_hash_type(balancing: Balancing) -> tuple[str, ...]:
    """Return the parameters of the algorithm itself."""
    words = balancing.scheduler.parameters
    for at, word in enumerate(words):
        if word in ("hash-type", "hash-balance-factor", "hash-preserve-affinity"):
            return words[:at]
    return words


class Hashed:
    """A scheduler by the hash of `key`; without a key servers take turns.

    A consistent hash without a function named has the avalanche.
    """

    needs_key_when_alone = False

    def __init__(self, balancing: Balancing) -> None:
        words = balancing.scheduler.parameters
        kind = words[words.index("hash-type") + 1 :] if "hash-type" in words else ()
        consistent = kind[:1] == ("consistent",)
        named = [FUNCTIONS[word] for word in kind if word in FUNCTIONS]
        self.function = named[0] if named else sdbm
        self.mixed = "avalanche" in kind or (consistent and not named)
        self.argument = argument(balancing)
        self.words = before_hash_type(balancing)
        self.table: HashRing | WeightMap = (HashRing if consistent else WeightMap)(balancing)
        self.changed = self.table.changed

    def opened(self, server: Member) -> None:
        """Counters are read where they are needed."""

    def closed(self, server: Member) -> None:
        """Counters are read where they are needed."""

    def key(self, connection: Connection) -> bytes | None:
        """Return what is hashed, None where the connection does not say it."""
        raise NotImplementedError

    def hashed(self, key: bytes) -> int:
        """Return 32 bits for *key*."""
        return self.function(key)

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the server for *connection*."""
        return self.pick_avoiding(connection, draw, None)

    def pick_avoiding(
        self, connection: Connection, draw: float, avoid: Member | None
    ) -> Member | None:
        """Return the server for *connection*; only a ring looks for another than *avoid*."""
        table = self.table
        table.running = True
        if not table.weight:
            return None
        value = 0
        if not table.alone or self.needs_key_when_alone:
            key = self.key(connection)
            if key is None:
                return table.following(avoid)
            value = self.hashed(key)
            value = avalanche(value) if self.mixed else value
        return table.at(value, avoid)


def encoded(text: str) -> bytes:
    """Return *text* as it came over the wire."""
    return text.encode("utf-8", "surrogateescape")
