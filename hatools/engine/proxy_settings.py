"""What a proxy's configuration says about limits, retries and stickiness, for one backend.

Words that a backend does not say itself come from its ``defaults`` section, and
those of a ``listen`` stand in its service.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hatools.model import Pool, RealServer, Topology

MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def seconds(text: str) -> float | None:
    """Return a time as haproxy writes it (``3s``, ``500``: milliseconds), None for what is none."""
    digits = text.rstrip("usmhd")
    if not digits.isdigit():
        return None
    return int(digits) * MILLISECONDS.get(text[len(digits) :] or "ms", 1) / 1000


class Settings(NamedTuple):
    """How a backend treats connections.  Times are seconds, None for no limit.

    *redispatch* is after how many failures another server is tried: counted from
    the last one where negative, never where 0.  *persist*: a server that is down
    keeps its clients.
    """

    retries: int = 3
    redispatch: int = 0
    persist: bool = False
    connect_timeout: float | None = None
    queue_timeout: float | None = None
    full: int = 0
    hashing: tuple[str, ...] = ()


class ServerSettings(NamedTuple):
    """What a server says: its number, cookie, least limit, queue limit and slow start (seconds)."""

    number: int | None = None
    cookie: str = ""
    least_limit: int = 0
    queue_limit: int = 0
    slow_start: int = 0


def proxy_settings(topology: Topology, pool: Pool) -> Settings:
    """Return what counts for *pool*."""
    named = next((words[1] for words in pool.own if words[:1] == ("from",)), "")
    sections = [one for one in topology.sections if one.kind == "defaults"]
    lines: list[tuple[str, ...]] = []
    for section in sections:
        if section.name == named or (not named and section is sections[-1]):
            lines += section.own
    for service in topology.services:
        if service.name == pool.name and service.default_pool == pool.name:
            lines += service.own
    return settings(lines + list(pool.own))


def settings(lines: Iterable[tuple[str, ...]]) -> Settings:
    """Return what *lines* say, the later over the earlier."""
    found = Settings()
    hashing: dict[str, str] = {}
    for words in lines:
        on = words[:1] != ("no",)
        words = words if on else words[1:]
        word, value = words[0] if words else "", words[1] if len(words) > 1 else ""
        if word == "retries" and value.isdigit():
            found = found._replace(retries=int(value))
        elif word == "fullconn" and value.isdigit():
            found = found._replace(full=int(value))
        elif words[:2] == ("timeout", "connect") and len(words) > 2:
            found = found._replace(connect_timeout=seconds(words[2]))
        elif words[:2] == ("timeout", "queue") and len(words) > 2:
            found = found._replace(queue_timeout=seconds(words[2]))
        elif word == "option" and value == "redispatch":
            after = words[2] if len(words) > 2 else "-1"
            number = int(after) if after.lstrip("-").isdigit() else -1
            found = found._replace(redispatch=number if on else 0)
        elif word == "option" and value == "persist":
            found = found._replace(persist=on)
        elif word in ("hash-balance-factor", "hash-preserve-affinity"):
            hashing[word] = value
    if found.queue_timeout is None:
        found = found._replace(queue_timeout=found.connect_timeout)
    return found._replace(hashing=tuple(word for pair in hashing.items() for word in pair))


def server_settings(server: RealServer) -> ServerSettings:
    """Return what *server* says."""
    said = {words[0]: words[1] for words in server.own if len(words) > 1}

    def number(word: str) -> int:
        return int(said[word]) if said.get(word, "").isdigit() else 0

    slow = seconds(said.get("slowstart", ""))
    return ServerSettings(
        number("id") or None,
        said.get("cookie", ""),
        number("minconn"),
        number("maxqueue"),
        -(-int((slow or 0) * 1000) // 1000),  # haproxy rounds up to whole seconds
    )


def numbers(servers: Iterable[RealServer]) -> list[int]:
    """Return the id of each server: the one written, else the first that is free."""
    given = [server_settings(server).number for server in servers]
    taken = {one for one in given if one}
    found = []
    free = 1
    for one in given:
        if one is None:
            while free in taken:
                free += 1
            one, free = free, free + 1
        found.append(one)
    return found
