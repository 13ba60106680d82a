"""Reads what the kernel says of its bonds, /proc/net/bonding."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.settings import BondingSettings, read

GONE = {"active": "", "up": False, "ports": {}, "carrying": [], "failures": {}}


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
        elif key == "Link Failure Count" and port and value.isdecimal() and len(value) < 20:
            failures[port] = int(value)
    carrying = [active] if active else [name for name, good in ports.items() if good]
    return {
        "active": active,
        "up": up,
        "ports": ports,
        "carrying": carrying,
        "mode": mode,
        "failures": failures,
        "reason": "" if up else "no port is up" if ports else "it has no port",
    }


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield each bond that changed, or is gone."""
    settings = read(BondingSettings, watched.settings, "bonding")
    before: dict[str, dict[str, Any]] = {}
    while True:
        now = bonds(settings.path)
        for name in before.keys() - now.keys():
            gone = {
                **GONE,
                "mode": before[name]["mode"],
                "reason": "there is no such bond any more",
            }
            yield Event(time.time(), "bond", name, gone)
        for name, details in now.items():
            if before.get(name) != details:
                yield Event(time.time(), "bond", name, details)
        before = now
        await asyncio.sleep(settings.every)


def bonds(folder: str) -> dict[str, dict[str, Any]]:
    """Return the bonds by name, none where the kernel has none."""
    found = {}
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    for name in names:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                found[name] = read_bond(file.read())
        except OSError:  # it has just gone
            continue
    return found
