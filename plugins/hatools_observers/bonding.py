"""Reads what the kernel says of its bonds, /proc/net/bonding."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.options import number, text

FOLDER = "/proc/net/bonding"
EVERY = 1.0  # seconds


def read_bond(lines: str) -> dict[str, Any]:
    """Return the details of a ``bond`` event."""
    mode, active, up = "", "", False
    ports: dict[str, bool] = {}
    failures: dict[str, int] = {}
    port = ""
    for line in lines.splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "Bonding Mode":
            mode = value
        elif key == "Currently Active Slave":
            active = "" if value == "None" else value
        elif key == "Slave Interface":
            port = value
            ports[port] = False
        elif key == "MII Status" and port:
            ports[port] = value == "up"
        elif key == "MII Status":
            up = value == "up"
        elif key == "Link Failure Count" and port and value.isdigit():
            failures[port] = int(value)
    carrying = [active] if active else [name for name, good in ports.items() if good]
    return {
        "active": active,
        "up": up,
        "ports": ports,
        "carrying": carrying,
        "mode": mode,
        "failures": failures,
        "reason": "" if up else "no port is up",
    }


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield each bond that changed."""
    folder = text(watched, "bonding", "path") or FOLDER
    every = number(watched, "bonding", "every", EVERY)
    before: dict[str, dict[str, Any]] = {}
    while True:
        for name, details in _bonds(folder).items():
            if before.get(name) != details:
                before[name] = details
                yield Event(time.time(), "bond", name, details)
        await asyncio.sleep(every)


def _bonds(folder: str) -> dict[str, dict[str, Any]]:
    found = {}
    try:
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                found[name] = read_bond(file.read())
    except OSError:  # there are no bonds, or one has just gone
        pass
    return found
