"""Reads HAProxy's statistics as CSV, from its socket or over HTTP.

Where they are is said in ``[plugin.haproxy]``: socket = "/run/haproxy/admin.sock"
or url = "http://127.0.0.1:8404/stats;csv", one or a list.
"""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import AsyncIterator
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.fetching import fetch
from hatools_observers.options import number, text, texts

EVERY = 5.0  # seconds
PATIENCE = 3.0  # seconds for an answer
LARGEST = 64 << 20  # bytes of an answer
NUMBERS = {  # a detail -> the column of the CSV
    "weight": "weight",
    "sessions": "scur",
    "limit": "slim",
    "queue": "qcur",
    "total": "stot",
    "failures": "chkfail",
    "downtime": "downtime",
}


def read_csv(told: str) -> dict[str, dict[str, Any]]:
    """Return the lines of HAProxy's statistics by ``PROXY/SERVER``; others are passed over."""
    if not told.startswith("# "):
        return {}
    found: dict[str, dict[str, Any]] = {}
    try:
        for row in csv.DictReader(told[2:].splitlines()):
            proxy, server, status = row.get("pxname"), row.get("svname"), row.get("status")
            if not proxy or not server or status is None:
                continue
            details: dict[str, Any] = {"status": status, "check": row.get("check_status") or ""}
            for name, column in NUMBERS.items():
                value = row.get(column) or ""
                details[name] = int(value) if value.isascii() and value.isdigit() else None
            found[f"{proxy}/{server}"] = details
    except csv.Error:
        pass
    return found


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield each line that changed; a source that does not answer is told once."""
    every = number(watched, "haproxy", "every", EVERY)
    sources = [*texts(watched, "haproxy", "socket"), *texts(watched, "haproxy", "url")]
    user = text(watched, "haproxy", "user")
    before: dict[str, dict[str, Any]] = {}
    faults: dict[str, str] = {}
    while sources:
        for source in sources:
            try:
                told = await _ask(source, user)
            except (OSError, ValueError, EOFError) as error:
                fault = f"{type(error).__name__}: {error}"
                if faults.get(source) != fault:
                    watched.say("warning", f"haproxy's statistics at {source}: {fault}")
                faults[source] = fault
                continue
            faults.pop(source, None)
            for subject, details in read_csv(told).items():
                if before.get(subject) != details:
                    before[subject] = details
                    yield Event(time.time(), "proxy", subject, details)
        await asyncio.sleep(every)


async def _ask(source: str, user: str) -> str:
    """Return the CSV from a socket's path or a URL; raises OSError, ValueError, EOFError."""
    async with asyncio.timeout(PATIENCE):
        if "://" in source:
            status, body = await fetch(source, LARGEST, user=user)
            if status != 200:
                raise ValueError(f"HTTP {status}")
            return body.decode("utf-8", "replace")
        reader, writer = await asyncio.open_unix_connection(source)
        try:
            writer.write(b"show stat\n")
            found = bytearray()
            while len(found) < LARGEST and (piece := await reader.read(1 << 16)):
                found += piece
            return found.decode("utf-8", "replace")
        finally:
            writer.close()
