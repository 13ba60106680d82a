"""Reads HAProxy's statistics as CSV, from its socket or over HTTP.

Where they are is said in ``[plugin.haproxy]``: socket = "/run/haproxy/admin.sock"
or url = "http://127.0.0.1:8404/stats;csv", one or a list.
"""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.fetching import fetch
from hatools_observers.settings import HaproxySettings, read

PATIENCE = 3.0  # seconds for an answer
LARGEST = 64 << 20  # bytes of an answer
HEADING = "# pxname,svname,"
SHOWN = 60  # characters of an answer that is none
FAMILIES = ("ipv4@", "ipv6@", "unix@")  # as haproxy writes addresses
NUMBERS = {  # a detail -> the column of the CSV
    "weight": "weight",
    "sessions": "scur",
    "limit": "slim",
    "queue": "qcur",
    "total": "stot",
    "failures": "chkfail",
    "downtime": "downtime",
}
NOTHING = {"check": "", **dict.fromkeys(NUMBERS)}
Lines = dict[str, dict[str, Any]]


def read_csv(told: str) -> Lines:
    """Return the lines of HAProxy's statistics by ``PROXY/SERVER``; others are passed over."""
    if not told.startswith("# "):
        return {}
    found: Lines = {}
    try:
        for row in csv.DictReader(told[2:].splitlines()):
            proxy, server, status = row.get("pxname"), row.get("svname"), row.get("status")
            if not proxy or not server or status is None:
                continue
            check = (row.get("check_status") or "").removeprefix("* ")  # one is under way
            details: dict[str, Any] = {"status": status, "check": check}
            for name, column in NUMBERS.items():
                value = row.get(column) or ""
                details[name] = (
                    int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None
                )
            found[f"{proxy}/{server}"] = details
    except csv.Error:
        pass
    return found


class Seen:
    """What the sources said last; a source is a process of haproxy.

    Several processes may have proxies of the same names: the second's are then
    called ``PROXY@SOURCE``.
    """

    def __init__(self) -> None:
        self._told: dict[str, Lines] = {}  # by source
        self._owners: dict[str, str] = {}  # a proxy -> the source that told of it first

    def changes(self, source: str, found: Lines, gone: str) -> Iterator[Event]:
        """Yield each line that is not as it was; one that is missing has the status *gone*."""
        before = self._told.setdefault(source, {})
        for line in before.keys() - found.keys():
            if before[line]["status"] != gone:
                before[line] = {"status": gone, **NOTHING}
                yield Event(time.time(), "proxy", self._name(source, line), before[line])
        for line, details in found.items():
            if before.get(line) != details:
                before[line] = details
                yield Event(time.time(), "proxy", self._name(source, line), details)

    def _name(self, source: str, line: str) -> str:
        proxy, _, server = line.rpartition("/")
        owner = self._owners.setdefault(proxy, source)
        return line if owner == source else f"{proxy}@{source.rpartition('/')[2]}/{server}"


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield each line that changed; a source that does not answer is told once."""
    settings = read(HaproxySettings, watched.settings, "haproxy")
    sources = [*settings.socket, *settings.url]
    seen = Seen()
    faults: dict[str, str] = {}
    while sources:
        for source in sources:
            try:
                found, gone = read_csv(await ask(source, settings.user)), "gone"
                faults.pop(source, None)
            except (OSError, ValueError, EOFError) as error:
                found, gone = {}, "no answer"
                fault = str(error) or f"no answer within {PATIENCE:.0f} s"
                if faults.get(source) != fault:
                    watched.say("warning", f"haproxy's statistics at {source}: {fault}")
                faults[source] = fault
            for event in seen.changes(source, found, gone):
                yield event
        await asyncio.sleep(settings.every)


async def ask(source: str, user: str) -> str:
    """Return the CSV from a socket or a URL; raises OSError, ValueError, EOFError."""
    async with asyncio.timeout(PATIENCE):
        told = await (_fetched(source, user) if "://" in source else _asked(source))
    if not told.startswith(HEADING):
        first = next(iter(told.split("\n")), "")[:SHOWN].strip()
        advice = "; a URL of statistics ends in ;csv" if "://" in source else ""
        raise ValueError(f"this is no CSV of haproxy: {first!r}{advice}")
    if not told.endswith("\n"):
        raise ValueError("its statistics are cut off")
    return told


async def _fetched(url: str, user: str) -> str:
    status, body = await fetch(url, LARGEST, user=user)
    if status == 401:
        raise ValueError('HTTP 401: it wants user = "NAME:PASSWORD", as stats auth has it')
    if status != 200:
        raise ValueError(f"HTTP {status}")
    return body.decode("utf-8", "replace")


async def _asked(place: str) -> str:
    """Return what a statistics socket answers: a path, or ADDRESS:PORT as haproxy writes it."""
    where = place
    for family in FAMILIES:
        where = where.removeprefix(family)
    if where.startswith("/"):
        reader, writer = await asyncio.open_unix_connection(where)
    else:
        host, _, port = where.rpartition(":")
        if not port.isdigit() or int(port) > 65535:
            raise ValueError("a socket is a path, or ADDRESS:PORT")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        writer.write(b"show stat\n")
        found = bytearray()
        while len(found) < LARGEST and (piece := await reader.read(1 << 16)):
            found += piece
        return found.decode("utf-8", "replace")
    finally:
        writer.close()
