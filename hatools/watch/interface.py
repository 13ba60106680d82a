"""The interface of a watch over HTTP: its API, its health, and the pages of exporters.

It has a thread and an event loop of its own: whatever is asked, by whomever,
the daemon's checks go on.  Every connection carries one request.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from threading import Event as Signal
from threading import Thread
from typing import Any

from aiohttp import web

from hatools.errors import BadSetting, HatoolsError
from hatools.plugin.pages import Page, PageAsked, is_loopback, shows
from hatools.watch.api import Api, encode
from hatools.watch.board import RECENT
from hatools.watch.complaints import Complaints
from hatools.watch.guests import PATIENCE, Guests, listening
from hatools.watch.page_making import PageMaking

LONGEST_WAIT = 30.0  # seconds that a question for events may wait
GATHER = 0.02  # seconds after an event in which others may follow
PAUSE = 0.0005  # seconds between pieces of a long answer
BEAT = 2.0  # seconds within which a healthy event loop answers
END = 0.5  # seconds for the interface to end
LINE = 8190  # bytes of a request's line, and of a header
PATH = re.compile(r"(/[A-Za-z0-9._~-]*)+")  # what a page may be called
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Say = Callable[[str, str], None]


class Interface:
    """Answers at *places*, (address, port) each, to who shows *token*, if any is wanted."""

    def __init__(
        self,
        api: Api,
        places: Sequence[tuple[str, int]],
        token: str,
        tls: ssl.SSLContext | None,
        say: Say,
    ) -> None:
        self._api = api
        self._places = places
        self._token = token
        self._tls = tls
        self._say = say
        self._pages: list[Page] = []
        self._complaints = Complaints(say)
        self._awaited = False  # somebody waits for an event
        self._main: asyncio.AbstractEventLoop | None = None
        self._happened = asyncio.Event()
        self._ended = asyncio.Event()
        self._thread: Thread | None = None
        self.ports: list[int] = []

    def start(self, pages: Iterable[Page] = ()) -> None:
        """Begin to answer, also with *pages*; raises `HatoolsError` where that cannot be."""
        self._main = asyncio.get_running_loop()
        for page in pages:
            if not PATH.fullmatch(page.path):
                self._say("error", f"the page {page.path!r} is left out: this is no path")
            elif page.path in self._paths():
                self._say("warning", f"the page {page.path} is there twice: the first one counts")
            else:
                self._pages.append(page)
        sockets: list[socket.socket] = []
        try:
            for place in self._places:
                sockets += listening(*place)
        except BadSetting:
            for sock in sockets:
                sock.close()
            raise
        self.ports = [sock.getsockname()[1] for sock in sockets]
        self._loop = asyncio.new_event_loop()
        ready = Signal()
        self._thread = Thread(
            target=self._run, args=(sockets, ready), name="interface", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            self._loop.close()
            for sock in sockets:
                sock.close()
            raise HatoolsError(
                f"the interface has no thread to run in: {error}",
                "let the user of the watch have more: ulimit -u, TasksMax=",
            ) from None
        ready.wait()

    def wake(self) -> None:
        """Tell those who wait that something happened; called from the daemon's thread."""
        if self._awaited:
            self._awaited = False
            with contextlib.suppress(RuntimeError):  # it ended
                self._loop.call_soon_threadsafe(self._happened.set)

    def close(self) -> None:
        """Answer nobody any more."""
        if self._thread is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ended this moment
                self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(END)

    # The thread ---------------------------------------------------------------------------------

    def _run(self, sockets: list[socket.socket], ready: Signal) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(sockets, ready))
        except Exception as error:
            self._say("error", f"the interface ended: {type(error).__name__}: {error}")
        finally:
            ready.set()
            for sock in sockets:
                sock.close()
            self._loop.close()

    async def _serve(self, sockets: list[socket.socket], ready: Signal) -> None:
        runner = web.AppRunner(
            self._application(),
            handle_signals=False,
            access_log=None,
            logger=_silent(),
            handler_cancellation=True,
            keepalive_timeout=PATIENCE,
            lingering_time=0.2,
            max_line_size=LINE,
            max_field_size=LINE,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        assert runner.server is not None
        self._making = PageMaking()
        self._guests = Guests(runner.server, self._tls, self._complaints.tell)
        asyncio.get_running_loop().set_exception_handler(self._failed)
        tasks = [asyncio.ensure_future(self._guests.watch())]
        tasks += [asyncio.ensure_future(self._guests.accept(sock)) for sock in sockets]
        ready.set()
        await self._ended.wait()
        for task in tasks:
            task.cancel()
        for sock in sockets:
            sock.close()
        self._guests.end()
        await runner.cleanup()

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError):  # whoever asked is gone
            self._complaints.tell(f"faults of the interface: {context.get('message')}", str(error))

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.router.add_get("/healthz", self._health)
        application.router.add_get("/api/v1/status", self._status)
        application.router.add_get("/api/v1/events", self._events)
        for page in self._pages:
            application.router.add_get(page.path, self._shown(page))
        return application

    def _paths(self) -> list[str]:
        own = ["/healthz", "/api/v1/status", "/api/v1/events"]
        return own + [page.path for page in self._pages]

    # Requests -----------------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer *request* if it may ask, and always with something."""
        self._guests.answering(request.protocol, True)
        try:
            refusal = self._refused(request)
            answer = await handler(request) if refusal is None else refusal
        except web.HTTPException as error:
            answer = _said(error.status, self._advice(error.status), error.headers.get("Allow", ""))
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception as error:
            self._complaints.tell(
                "requests failed", f"{request.path}: {type(error).__name__}: {error}"
            )
            answer = _said(500, "this failed, and was logged")
        finally:
            self._guests.answering(request.protocol, False)
        answer.headers["Server"] = "hatools"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.force_close()
        return answer

    def _refused(self, request: web.Request) -> web.Response | None:
        """Return the refusal of a request that may not ask."""
        if request.path == "/healthz" or any(
            page.open and page.path == request.path for page in self._pages
        ):
            return None
        if self._token:
            if shows(request.headers.get("Authorization", ""), self._token):
                return None
            self._complaints.tell("requests came without the token", str(request.remote))
            answer = _said(401, "a token is wanted: Authorization: Bearer …")
            answer.headers["WWW-Authenticate"] = 'Bearer realm="hatools watch"'
            return answer
        # A page of somebody else's in a browser here may lead a name of its own to this address.
        name = request.host.rpartition(":")[0] if not request.host.endswith("]") else request.host
        if request.headers.get("Host") and not is_loopback(name or request.host):
            self._complaints.tell("requests came under a strange name", str(request.remote))
            return _said(403, "it is asked by its address, or with a token")
        return None

    def _advice(self, status: int) -> str:
        if status == 404:
            return f"there are {', '.join(self._paths())}"
        return "only GET is answered" if status == 405 else "this is no request"

    async def _health(self, request: web.Request) -> web.Response:
        """Tell whether the daemon's event loop turns."""
        turns = asyncio.Event()
        assert self._main is not None
        try:
            self._main.call_soon_threadsafe(lambda: self._loop.call_soon_threadsafe(turns.set))
            async with asyncio.timeout(BEAT):
                await turns.wait()
        except (TimeoutError, RuntimeError):
            return _json(encode({"format_version": 1, "state": "stuck"}), 503)
        return _json(encode({"format_version": 1, "state": "watching"}))

    async def _status(self, request: web.Request) -> web.Response:
        pieces = []
        for piece in self._api.status(request.query.getall("kind", ())):
            pieces.append(piece)
            await asyncio.sleep(PAUSE)
        return _json(b"".join(pieces))

    async def _events(self, request: web.Request) -> web.Response:
        """Tell what happened; wait for it where that is asked for."""
        try:
            since = _number(request, "since", 0, 1 << 62)
            limit = _number(request, "limit", RECENT, RECENT, least=1)
            wait = _number(request, "wait", 0, int(LONGEST_WAIT))
        except ValueError as error:
            return _said(400, str(error))
        run, kinds = request.query.get("run", ""), request.query.getall("kind", ())
        end = self._loop.time() + wait
        while True:
            self._happened.clear()
            self._awaited = True  # before one looks: what happens now wakes, too
            found = self._api.events(since, run, limit, kinds)
            left = end - self._loop.time()
            news = found["events"] or found["missed"] or (run and run != found["run"])
            if news or left <= 0:
                return _json(encode(found))
            since = found["next"]
            try:
                async with asyncio.timeout(left):
                    await self._happened.wait()
                    await asyncio.sleep(GATHER)
            except TimeoutError:
                continue

    def _shown(self, page: Page) -> Handler:
        async def show(request: web.Request) -> web.StreamResponse:
            asked = PageAsked(dict(request.query), request.headers.get("Accept", ""))
            try:
                answer = await self._making.make(page, asked)
            except TimeoutError:
                self._complaints.tell("pages took too long", page.path)
                return _said(503, "this takes too long")
            return web.Response(
                body=answer.body, status=answer.status, headers={"Content-Type": answer.kind}
            )

        return show


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _said(status: int, error: str, allow: str = "") -> web.Response:
    answer = _json(encode({"error": error}), status)
    if allow:
        answer.headers["Allow"] = allow
    return answer


def _number(request: web.Request, name: str, default: int, most: int, least: int = 0) -> int:
    """Return a number of the query, *most* where it says more; raises ValueError."""
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) >= least):
        raise ValueError(f"{name} is no number")
    return min(int(text), most)


def _silent() -> logging.Logger:
    """Return a logger that says nothing: what has to be said is said in our own log."""
    logger = logging.getLogger("hatools.watch.interface")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
