"""Where a client of a proxy went before: its cookie, or its place in a stick table."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

from hatools.model import Persistence
from hatools.plugin.balancing import Connection

SUFFIXES = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Cookie:
    """A cookie that names the server; *values* are the servers' names by cookie value.

    haproxy inserts it, rewrites the application's, or puts the server before
    the application's value (``prefix``): then the part before the ``~`` counts.
    """

    def __init__(self, persistence: Persistence, cookies: dict[str, str]) -> None:
        self.name = persistence.words[0] if persistence.words else ""
        self.prefix = "prefix" in persistence.words
        self.values = {value: label for label, value in cookies.items() if value}
        self._cookies = cookies

    def find(self, connection: Connection) -> str | None:
        """Return the server that the client's cookie names."""
        value = connection.facts.get(f"cookie({self.name})")
        if value is None:
            return None
        return self.values.get(value.partition("~" if self.prefix else "|")[0])

    def note(self, connection: Connection, label: str) -> None:
        """Nothing is kept: the client has the cookie."""

    def given(self, label: str) -> tuple[str, str] | None:
        """Return the fact that clients of server *label* bring along from now on."""
        value = self._cookies.get(label)
        return (f"cookie({self.name})", value) if value else None


class StickTable:
    """Servers by client address, kept for *timeout* seconds; the longest unused makes room."""

    def __init__(self, persistence: Persistence) -> None:
        words = persistence.words
        size = words[words.index("size") + 1] if "size" in words[:-1] else ""
        digits = size.rstrip("kmgKMG")
        number = int(digits) if digits.isdigit() else 0
        self.size = number * SUFFIXES.get(size[len(digits) :].lower(), 1)
        self.keeps = "nopurge" in words
        self.timeout = persistence.timeout or float("inf")
        self.mask = persistence.mask
        self._places: dict[object, tuple[str, float]] = {}

    def _key(self, client: str) -> object:
        if self.mask is None:
            return client
        family, bits = (AF_INET6, 128) if ":" in client else (AF_INET, 32)
        try:
            number = int.from_bytes(inet_pton(family, client), "big")
        except OSError:
            return client
        return family, number >> (bits - min(self.mask, bits))

    def find(self, connection: Connection) -> str | None:
        """Return the server of the client's place."""
        place = self._places.get(self._key(connection.client))
        if place is None or place[1] <= connection.time:
            return None
        return place[0]

    def note(self, connection: Connection, label: str) -> None:
        """Write down where the client went; its place begins anew."""
        key = self._key(connection.client)
        now, places = connection.time, self._places
        if places.pop(key, None) is None and self.size and len(places) >= self.size:
            oldest = next(iter(places))  # places are in the order of their last use
            if self.keeps and places[oldest][1] > now:
                return
            del places[oldest]
        places[key] = (label, now + self.timeout)

    def given(self, label: str) -> tuple[str, str] | None:
        """Return nothing: the client brings no more than its address."""
        return None
