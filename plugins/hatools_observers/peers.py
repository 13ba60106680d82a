"""Asks other watches what they know of virtual routers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.fetching import fetch
from hatools_observers.options import number, text

KINDS = ("router", "role", "advertisement", "announcement", "peer")
QUERY = "&".join(f"kind={kind}" for kind in KINDS)
SLOWEST, FASTEST = 1.0, 0.2  # seconds between two questions
PATIENCE = 1.0  # seconds for an answer
LARGEST = 4 << 20  # bytes of an answer
MOST = 2000  # objects of an answer that are looked at


def read_status(body: bytes) -> dict[str, Any]:
    """Return the details of a ``peer`` event for what a peer answered; raises ValueError.

    Objects that are none are passed over: whoever answers may be anybody.
    """
    try:
        told = json.loads(body)
    except RecursionError:
        raise ValueError("its answer is nested too deeply") from None
    if not isinstance(told, dict) or not isinstance(told.get("objects"), list):
        raise ValueError("it is no hatools watch")
    reports = [
        one
        for one in told["objects"][:MOST]
        if isinstance(one, dict)
        and one.get("kind") in KINDS
        and isinstance(one.get("subject"), str)
    ]
    now = _time(told.get("now"))
    for one in reports:
        one["age"] = now - _time(one.get("heard"))
    node = told.get("node")
    roles = {
        one["subject"]: one["role"]
        for one in reports
        if one["kind"] == "role"
        and isinstance(one.get("role"), str)
        and one.get("source") != "advertisement"
    }
    return {
        "reachable": True,
        "reason": "",
        "node": node if isinstance(node, str) else "",
        "version": str(told.get("version", ""))[:40],
        "roles": roles,
        "reports": reports,
    }


def _time(value: object) -> float:
    """Return a time that a peer told, 0 for what is none."""
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e12 else 0.0


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield what each peer answers, each time it is asked, or that it does not."""
    events: asyncio.Queue[Event] = asyncio.Queue(100)
    token = text(watched, "peers", "token")
    async with asyncio.TaskGroup() as tasks:
        for peer in watched.peers:
            tasks.create_task(_ask_again(watched, peer, token, events))
        while watched.peers:
            yield await events.get()


async def _ask_again(
    watched: Watched, peer: tuple[str, int], token: str, events: asyncio.Queue[Event]
) -> None:
    host, port = peer
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        details = await _asked(f"http://{shown}/status?{QUERY}", token)
        await events.put(Event(time.time(), "peer", shown, {**details, "address": host}))
        await asyncio.sleep(max(began + _pause(watched) - loop.time(), FASTEST / 2))


async def _asked(url: str, token: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE):
            status, body = await fetch(url, LARGEST, token=token)
        if status != 200:
            raise ValueError(f"HTTP {status}")
        return read_status(body)
    except TimeoutError:
        reason = f"no answer within {PATIENCE:.0f} s"
    except (OSError, ValueError, EOFError) as error:
        reason = str(error) or type(error).__name__
    return {"reachable": False, "reason": reason, "node": "", "roles": {}, "reports": []}


def _pause(watched: Watched) -> float:
    """Return how often peers are asked: twice in the shortest advertisement interval."""
    shortest = min(
        (
            router.advertisement_interval
            for topology in watched.topologies()
            for router in topology.routers
        ),
        default=SLOWEST * 2,
    )
    default = min(max(shortest / 2, FASTEST), SLOWEST)
    return number(watched, "peers", "every", default)
