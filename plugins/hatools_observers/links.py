"""Watches this host's interfaces and virtual addresses, and the roles that follow from them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from hatools.model import VirtualRouter
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.roles import LOOPBACK, Daemons, Role, has, local_routers, role_of
from hatools_observers.settings import LinksSettings, read

RUNNING, LOWER_UP = 1 << 6, 1 << 16  # IFF_RUNNING, IFF_LOWER_UP


class Snapshot(NamedTuple):
    """What the kernel says: interfaces and whether they carry, addresses and their interface."""

    links: Mapping[str, bool]
    addresses: Mapping[str, str]


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield what changes, from what there is at the start on."""
    from pyroute2 import AsyncIPRoute

    every = read(LinksSettings, watched.settings, "links").every
    woken = asyncio.Event()
    daemons = Daemons()
    comparing = Comparing(watched, daemons)
    ends = Ends(woken)
    async with AsyncIPRoute() as asking, AsyncIPRoute() as hearing:
        await hearing.bind()
        task = asyncio.create_task(_wake(hearing, woken))
        try:
            while True:
                woken.clear()
                for event in comparing.changes(await snapshot(asking), time.time()):
                    yield event
                ends.follow(daemons.pids)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(every):
                        await woken.wait()
                if task.done():
                    task.result()  # raises what ended it: the watch begins this anew
        finally:
            ends.follow(())
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


class Ends:
    """Sets *woken* as soon as a process ends that is followed."""

    def __init__(self, woken: asyncio.Event) -> None:
        self._woken = woken
        self._files: dict[int, int] = {}

    def follow(self, pids: Collection[int]) -> None:
        """Follow *pids*, and no others any more."""
        loop = asyncio.get_running_loop()
        for pid in self._files.keys() - set(pids):
            file = self._files.pop(pid)
            loop.remove_reader(file)
            os.close(file)
        for pid in set(pids) - self._files.keys():
            with contextlib.suppress(OSError):  # it has just ended, or the kernel is old
                self._files[pid] = file = os.pidfd_open(pid)
                loop.add_reader(file, self._woken.set)


async def _wake(hearing: Any, woken: asyncio.Event) -> None:
    """Set *woken* whenever the kernel tells of a change."""
    while True:
        async for _ in hearing.get():
            woken.set()


async def snapshot(asking: Any) -> Snapshot:
    """Return how things are now."""
    links, names, addresses = {}, {}, {}
    async for link in await asking.get_links():
        name = link.get("ifname")
        names[link["index"]] = name
        links[name] = bool(link["flags"] & RUNNING and link["flags"] & LOWER_UP)
    async for one in await asking.get_addr():
        own = one.get("local") or one.get("address")
        where = names.get(one["index"], "")
        if own and (where != LOOPBACK or str(own) not in addresses):
            addresses[str(own)] = where
    return Snapshot(links, addresses)


class Comparing:
    """What was so when one last looked."""

    def __init__(self, watched: Watched, daemons: Daemons | None = None) -> None:
        self._watched = watched
        self._daemons = daemons or Daemons()
        self._held: dict[str, bool] = {}
        self._links: dict[str, tuple[bool, str]] = {}
        self._roles: dict[str, Role] = {}

    def changes(self, found: Snapshot, now: float) -> Iterator[Event]:
        """Yield what is not as it was."""
        routers = list(local_routers(self._watched.node, self._watched.topologies()))
        yield from self._of_links(found.links, routers, now)
        yield from self._of_addresses(found.addresses, routers, now)
        _keep(self._roles, {router.name for router in routers})
        running = self._daemons.running(now) if routers else None
        for router in routers:
            role = role_of(router, found.addresses, found.links, running, self._daemons.seen)
            if role is not None:
                yield from self._of_role(router, role, now)

    def _of_links(
        self, links: Mapping[str, bool], routers: Collection[VirtualRouter], now: float
    ) -> Iterator[Event]:
        bonds = [one for topology in self._watched.topologies() for one in topology.bonds]
        wanted = {router.interface for router in routers} | {one.name for one in bonds}
        wanted |= set(self._watched.interfaces)
        _keep(self._links, wanted)
        for name in sorted(wanted - {""}):
            up = links.get(name, False)
            reason = "" if name in links else "there is no such interface"
            if self._links.get(name) != (up, reason):
                self._links[name] = up, reason
                yield Event(now, "link", name, {"up": up, "reason": reason})

    def _of_addresses(
        self, addresses: Mapping[str, str], routers: Collection[VirtualRouter], now: float
    ) -> Iterator[Event]:
        known = {
            one.address
            for router in routers
            for one in (*router.addresses, *router.excluded_addresses)
        }
        _keep(self._held, known)
        for router in routers:
            for one in (*router.addresses, *router.excluded_addresses):
                held = has(addresses, one)
                if self._held.get(one.address) != held:
                    self._held[one.address] = held
                    found = addresses[one.address] if held else ""
                    where = found or one.interface or router.interface
                    details = {"held": held, "router": router.name, "interface": where}
                    yield Event(now, "address", one.address, details)

    def _of_role(self, router: VirtualRouter, found: Role, now: float) -> Iterator[Event]:
        before = self._roles.get(router.name)
        if before is not None and before.role == found.role:
            return
        self._roles[router.name] = found
        yield Event(
            now,
            "role",
            f"{self._watched.node}/{router.name}",
            {
                "role": found.role,
                "before": before.role if before else "",
                "priority": router.priority,
                "reason": found.reason,
                "source": "addresses",
                "node": self._watched.node,
                "interface": router.interface,
                "virtual_router_id": router.virtual_router_id,
                "family": router.family,
                "addresses": [one.address for one in router.addresses],
            },
        )


def _keep(known: dict[str, Any], names: Collection[str]) -> None:
    """Forget all but *names*: what is configured again later has to be told again."""
    for name in known.keys() - set(names):
        del known[name]
