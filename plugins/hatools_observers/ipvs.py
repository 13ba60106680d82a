"""Reads the kernel's table of virtual services, /proc/net/ip_vs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.ipvs_traffic import traffic
from hatools_observers.settings import IpvsSettings, read

PROTOCOLS = ("TCP", "UDP", "SCTP")
Table = dict[str, dict[str, Any]]


def read_table(lines: str) -> Table:
    """Return the services by name; a line that is none is passed over.

    One firewall mark may have a service for IPv4 and one for IPv6: then the
    latter's name is ``FWM 5 IPv6``.
    """
    found: Table = {}
    twins: list[tuple[str, dict[str, Any]]] = []  # marks that are said a second time
    servers: dict[str, Any] | None = None
    for line in lines.splitlines():
        words = line.split()
        try:
            if words[:1] == ["->"]:
                if servers is not None and len(words) >= 6:
                    servers[endpoint(words[1])] = {
                        "forwarding": words[2],
                        "weight": int(words[3]),
                        "active": int(words[4]),
                        "inactive": int(words[5]),
                    }
                continue
            servers = None
            if len(words) < 3 or words[0] not in (*PROTOCOLS, "FWM"):
                continue
            mark = words[0] == "FWM"
            name = f"FWM {int(words[1], 16)}" if mark else f"{words[0]} {endpoint(words[1])}"
        except ValueError:
            continue
        servers = {}
        made = {
            "protocol": words[0],
            "scheduler": words[2],
            "flags": words[3:],
            "servers": servers,
        }
        twins += [(name, made)] if name in found else []
        found.setdefault(name, made)
    for name, made in twins:
        found[name], found[f"{name} IPv6"] = sorted((found[name], made), key=_is_ipv6)
    return found


def _is_ipv6(service: dict[str, Any]) -> bool:
    """Tell whether a firewall mark's service is that of IPv6: its line does not say."""
    return any(server.startswith("[") for server in service["servers"])


def endpoint(word: str) -> str:
    """Return ``192.0.2.1:80`` for ``C0000201:0050``; raises ValueError."""
    address, _, port = word.rpartition(":")
    if address.startswith("["):
        own = f"[{IPv6Address(address.strip('[]'))}]"
    else:
        own = str(IPv4Address(bytes.fromhex(address)))
    return f"{own}:{int(port, 16)}"


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield each service whose line, or whose servers' lines, changed; and the totals of all."""
    settings = read(IpvsSettings, watched.settings, "ipvs")
    before: Table = {}
    passed: dict[str, Any] = {}
    while True:
        try:
            with open(settings.path, encoding="ascii", errors="replace") as file:
                now = read_table(file.read())
        except OSError:  # no IPVS in this kernel, or not yet
            now = {}
        for name, details in now.items():
            if before.get(name) != details:
                yield Event(time.time(), "ipvs", name, details)
        for name in before.keys() - now.keys():
            yield Event(time.time(), "ipvs", name, {**before[name], "servers": {}})
        before = now
        counted = traffic(settings.path, now.values(), settings.connections)
        if counted != passed:
            passed = counted
            yield Event(time.time(), "traffic", "ipvs", counted)
        await asyncio.sleep(settings.every)
