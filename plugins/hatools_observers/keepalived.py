"""Reads keepalived's own dumps: its data, its statistics, and both as JSON.

keepalived writes them when it is told to by a signal (keepalived(8)); where
they are is said in ``[plugin.keepalived]`` with the keys data, stats, json.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from hatools.model import VirtualRouter
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.roles import local_routers
from hatools_observers.settings import KeepalivedSettings, read

LARGEST = 16 << 20  # bytes of a dump
WRITTEN = 1.0  # seconds within which a dump is written
FRESH = 2.0  # seconds that a dump may be old, beside our pause: roles in older ones are past
STATES = {0: "INIT", 1: "BACKUP", 2: "MASTER", 3: "FAULT"}
PLACE = ("interface", "virtual_router_id")
KEPT = ("role", "interface", "virtual_router_id", "priority", "addresses")
Router = dict[str, Any]  # name, role, interface, virtual_router_id, priority, addresses, counters
# a line of the statistics, with the block it stands in -> the counter's name in JSON
COUNTERS = {
    ("Advertisements", "Received"): "advert_rcvd",
    ("Advertisements", "Sent"): "advert_sent",
    ("", "Became master"): "become_master",
    ("", "Released master"): "release_master",
    ("Packet Errors", "Length"): "packet_len_err",
    ("Packet Errors", "TTL"): "ip_ttl_err",
    ("Packet Errors", "Invalid Type"): "invalid_type_rcvd",
    ("Packet Errors", "Advertisement Interval"): "advert_interval_err",
    ("Packet Errors", "Address List"): "addr_list_err",
    ("Authentication Errors", "Invalid Type"): "invalid_authtype",
    ("Authentication Errors", "Type Mismatch"): "authtype_mismatch",
    ("Authentication Errors", "Failure"): "auth_failure",
    ("Priority Zero", "Received"): "pri_zero_rcvd",
    ("Priority Zero", "Sent"): "pri_zero_sent",
}


def read_json(told: str) -> list[Router]:
    """Return the routers in keepalived.json, of 2.2 (a list) or later (under ``vrrp``)."""
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        return []
    if isinstance(found, dict):
        found = found.get("vrrp")
    if not isinstance(found, list):
        return []
    return [router for one in found if (router := _from_json(one))]


def _is_json(told: str) -> bool:
    try:
        json.loads(told)
    except (ValueError, RecursionError):
        return False
    return True


def _from_json(one: object) -> Router | None:
    data = one.get("data") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(data, dict):
        return None
    name, stats, vips = data.get("iname"), one.get("stats"), data.get("vips")
    if not isinstance(name, str):
        return None
    state = data.get("state")
    return {
        "name": name,
        "role": STATES.get(state, "") if isinstance(state, int) else "",
        "interface": str(data.get("ifp_ifname", "")),
        "virtual_router_id": _whole(data.get("vrid")),
        "priority": _whole(data.get("effective_priority")),
        "addresses": [
            vip.split("/")[0].split()[0]
            for vip in (vips if isinstance(vips, list) else [])
            if isinstance(vip, str) and vip.strip("/ ")
        ],
        "counters": {
            key: value
            for key, value in (stats.items() if isinstance(stats, dict) else ())
            if isinstance(value, int)
        },
    }


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 20


def read_data(told: str) -> list[Router]:
    """Return the routers in keepalived.data."""
    found: list[Router] = []
    listing = 0  # addresses that are still to come
    for line in told.splitlines():
        key, equals, value = (part.strip() for part in line.partition("="))
        if key == "VRRP Instance" and equals:
            found.append({"name": value, "role": "", "interface": "", "addresses": []})
            found[-1].update(virtual_router_id=None, priority=None, counters={})
        elif line.startswith("------<"):
            if "VRRP Topology" not in line and found:
                break
        elif not found:
            continue
        elif listing:
            listing -= 1
            found[-1]["addresses"].append(line.strip().split("/")[0].split(" ")[0])
        elif key == "State":
            found[-1]["role"] = value if value in STATES.values() else ""
        elif key == "Interface":
            found[-1]["interface"] = value
        elif key == "Virtual Router ID" and _is_number(value):
            found[-1]["virtual_router_id"] = int(value)
        elif key == "Effective priority" and _is_number(value):
            found[-1]["priority"] = int(value)
        elif key.startswith("Virtual IP ("):
            inside = key[len("Virtual IP (") :].split(")")[0]
            listing = int(inside) if _is_number(inside) else 0
    return found


def read_stats(told: str) -> list[Router]:
    """Return the routers in keepalived.stats, with their counters."""
    found: list[Router] = []
    block = ""
    for line in told.splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if key == "VRRP Instance" and colon:
            found.append({"name": value, "counters": {}})
        elif found and colon and not value:
            block = key
        elif found and _is_number(value):
            name = COUNTERS.get((block if line.startswith("    ") else "", key))
            if name:
                found[-1]["counters"][name] = int(value)
    return found


READERS: dict[str, Callable[[str], list[Router]]] = {
    "json": read_json,
    "data": read_data,
    "stats": read_stats,
}


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield what the dumps say, whenever one was written anew."""
    settings = read(KeepalivedSettings, watched.settings, "keepalived")
    named = {"json": settings.json, "data": settings.data, "stats": settings.stats}
    paths = {kind: path for kind, path in named.items() if path}
    dumps = Dumps(watched, FRESH + settings.every)
    while paths:
        for kind, path in paths.items():
            for event in dumps.read(kind, path, time.time()):
                yield event
        await asyncio.sleep(settings.every)


class Dumps:
    """What the dumps said so far; roles are those of dumps that are younger than *fresh* seconds.

    Where a router's addresses are known, they tell at once who is MASTER: a
    dump then only adds that a router is in FAULT, and that it is so no more.
    """

    def __init__(self, watched: Watched, fresh: float) -> None:
        self._watched = watched
        self._fresh = fresh
        self._stamps: dict[str, tuple[int, int]] = {}
        self._faults: dict[str, str] = {}
        self._roles: dict[str, str] = {}
        self._places: dict[str, dict[str, Any]] = {}

    def read(self, kind: str, path: str, now: float) -> Iterator[Event]:
        """Yield what the dump of *kind* at *path* says, where it was written anew."""
        try:
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size)
            if self._stamps.get(path) == stamp:
                return
            if status.st_size > LARGEST:
                raise OSError(f"it has more than {LARGEST} bytes")
            with open(path, encoding="utf-8", errors="replace") as file:
                told = file.read(LARGEST)
        except OSError as error:
            self._unread(path, error)
            return
        if kind == "json" and not _is_json(told):
            if now - status.st_mtime > WRITTEN:  # else it is being written
                self._unread(path, OSError("it is cut off, or no JSON"))
            return
        self._faults.pop(path, None)
        self._stamps[path] = stamp
        current = -self._fresh < now - status.st_mtime < self._fresh
        for router in READERS[kind](told):
            yield from self._events(router, now, current)

    def _unread(self, path: str, error: OSError) -> None:
        """Tell once why *path* cannot be read; that it is not there yet is nobody's fault."""
        fault = error.strerror or str(error)
        if not isinstance(error, FileNotFoundError) and self._faults.get(path) != fault:
            self._watched.say("warning", f"keepalived's dump {path}: {fault}")
        self._faults[path] = fault

    def _events(self, router: Router, now: float, current: bool) -> Iterator[Event]:
        subject = f"{self._watched.node}/{router['name']}"
        if router["counters"]:
            place = self._place(subject, router)
            yield Event(now, "counters", subject, {"counters": router["counters"], **place})
        role, before = router.get("role"), self._roles.get(subject, "")
        if not role or not current or role == before:
            return
        self._roles[subject] = role
        if role != "FAULT" and before != "FAULT" and self._has_addresses(router["name"]):
            return
        family = 6 if any(":" in one for one in router["addresses"]) else 4
        told = {"source": "keepalived", "node": self._watched.node, "before": before}
        details = {**{key: router[key] for key in KEPT}, **told, "family": family}
        yield Event(now, "role", subject, {**details, "reason": "keepalived says so"})

    def _has_addresses(self, name: str) -> bool:
        return any(one.addresses for one in self._configured(name))

    def _configured(self, name: str) -> list[VirtualRouter]:
        known = local_routers(self._watched.node, self._watched.topologies())
        return [one for one in known if one.name == name]

    def _place(self, subject: str, router: Router) -> dict[str, Any]:
        """Return where a router is: the statistics do not say it, the other dumps do."""
        if router.get("interface"):
            self._places[subject] = {key: router[key] for key in PLACE}
        elif subject not in self._places:
            for one in self._configured(router["name"]):
                self._places[subject] = {key: getattr(one, key) for key in PLACE}
        return self._places.get(subject, {})
