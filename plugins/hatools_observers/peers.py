"""Asks other watches what they know of virtual routers."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools.plugin.secrets import read_token, token
from hatools_observers.fetching import fetch
from hatools_observers.settings import PeersSettings, read
from hatools_observers.testimony import KINDS, Testimony, read_status

QUERY = "&".join(f"kind={kind}" for kind in KINDS)
SLOWEST, FASTEST = 1.0, 0.2  # seconds between two questions
LEAST = 0.1  # seconds between an answer and the next question
PATIENCE = 1.0  # seconds for an answer
LARGEST = 1 << 20  # bytes of an answer
FRESH = 60.0  # seconds that an address is used without asking for the name again
UNHEARD: dict[str, Any] = {"node": "", "version": "", "roles": {}, "reports": []}


class Peers:
    """All peers of a watch: what each of them said last, and what was complained of."""

    def __init__(self, watched: Watched, token: str, tls: ssl.SSLContext | None) -> None:
        self._watched = watched
        self._token = token
        self._tls = tls
        self._runs: dict[str, tuple[str, str]] = {}  # a node -> the peer that is it, and its run
        self._faults: dict[str, str] = {}

    async def ask(self, place: Place) -> dict[str, Any]:
        """Return the details of a ``peer`` event: what *place* answered, or why it did not."""
        scheme = "https" if self._tls is not None else "http"
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await fetch(
                    f"{scheme}://{place.name}/api/v1/status?{QUERY}",
                    LARGEST,
                    token=self._token,
                    tls=self._tls,
                    address=await place.address(),
                )
            if status == 401:
                raise ValueError("it wants another token")
            if status != 200:
                raise ValueError(f"HTTP {status}")
            heard = read_status(body)
        except TimeoutError:
            return self._silent(place, f"no answer within {PATIENCE:.0f} s")
        except (OSError, ValueError, EOFError) as error:
            return self._silent(place, str(error) or type(error).__name__)
        return self._heard(place, heard)

    def _silent(self, place: Place, reason: str) -> dict[str, Any]:
        self._leave(place)
        self._complain(place, reason)
        return {**UNHEARD, "reachable": False, "reason": reason}

    def _heard(self, place: Place, heard: Testimony) -> dict[str, Any]:
        """Take in *heard*, unless it is said in the name of somebody else."""
        other, run = self._runs.get(heard.node, (place.name, heard.run))
        passed_over = ""
        if heard.node == self._watched.node:
            passed_over = f"it is {heard.node}, as this host is, and is passed over"
        elif other != place.name and run == heard.run:
            return {**UNHEARD, "reachable": True, "reason": f"it is the watch at {other}, too"}
        elif other != place.name:
            passed_over = f"it is {heard.node}, as the one at {other} is, and is passed over"
        self._complain(place, passed_over or heard.fault)
        if passed_over:
            self._leave(place)
            return {**UNHEARD, "reachable": True, "reason": passed_over}
        if self._runs.get(heard.node) != (place.name, heard.run):
            self._leave(place)
            self._runs[heard.node] = place.name, heard.run
        return {
            "reachable": True,
            "reason": heard.fault,
            "node": heard.node,
            "version": heard.version,
            "lag": heard.lag,
            "roles": heard.roles,
            "reports": heard.reports,
        }

    def _leave(self, place: Place) -> None:
        for node in [node for node, (name, _) in self._runs.items() if name == place.name]:
            del self._runs[node]

    def _complain(self, place: Place, fault: str) -> None:
        """Tell the log what is wrong with a peer when it begins, and when it ends."""
        before = self._faults.get(place.name, "")
        if fault == before:
            return
        self._faults[place.name] = fault
        if fault:
            self._watched.say("warning", f"peer {place.name}: {fault}")
        else:
            self._watched.say("info", f"peer {place.name} answers well again")


class Place:
    """Where a peer is.  Its name is asked for once at a time, however long that takes."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._asking: asyncio.Task[Any] | None = None
        self._known = ""
        self._until = 0.0

    async def address(self) -> str:
        """Return its address; raises OSError."""
        loop = asyncio.get_running_loop()
        if self._asking is None and loop.time() >= self._until:
            self._asking = loop.create_task(loop.getaddrinfo(self.host, None))
        if self._asking is not None:
            if not self._known:
                await asyncio.wait((self._asking,))
            if self._asking.done():
                asked, self._asking = self._asking, None
                try:
                    self._known = str(asked.result()[0][4][0])
                    self._until = loop.time() + FRESH
                except (OSError, UnicodeError) as error:
                    if not self._known:
                        raise OSError(f"{self.host} has no address: {error}") from None
        return self._known

    def close(self) -> None:
        """Ask no longer."""
        if self._asking is not None:
            self._asking.cancel()


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield what each peer answers, each time it is asked, or that it does not."""
    settings = read(PeersSettings, watched.settings, "peers")
    events: asyncio.Queue[Event | Exception] = asyncio.Queue(100)
    peers = Peers(watched, _token(settings) or watched.token, _tls(settings))
    places = [Place(*peer) for peer in dict.fromkeys(watched.peers)]

    async def ask_again(place: Place) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                began, pause = loop.time(), settings.every or _pause(watched)
                details = {**await peers.ask(place), "address": place.host}
                await events.put(Event(time.time(), "peer", place.name, details))
                if not details["reachable"]:  # whatever is wrong there is not to cost us much
                    pause = max(pause, SLOWEST)
                await asyncio.sleep(max(began + pause - loop.time(), LEAST))
        except Exception as error:
            await events.put(error)

    tasks = [asyncio.create_task(ask_again(place)) for place in places]
    try:
        while tasks:
            event = await events.get()
            if isinstance(event, Exception):
                raise event
            yield event
    finally:
        for task in tasks:
            task.cancel()
        for place in places:
            place.close()


def _token(settings: PeersSettings) -> str:
    """Return the token that peers are shown, if they have one of their own."""
    if settings.token_file:
        return read_token(settings.token_file, "[plugin.peers] token-file", os.environ, open)
    return token("[plugin.peers]", settings.token) if settings.token else ""


def _tls(settings: PeersSettings) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise BadSetting(f"[plugin.peers] ca-file: {settings.ca_file}: {error}") from None


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
    return min(max(shortest / 2, FASTEST), SLOWEST)
