"""The connections to the interface: not too many, not too fast, and none for long.

What is accepted gets a protocol of *make* and a moment by which it has to have
asked, or to have taken its answer.  Where there are too many, the one that has
kept us waiting longest goes: who opens connections to block others blocks
only himself.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

from hatools.errors import BadSetting

MOST = 64  # connections at a time
PACE = 0.002  # seconds between two: a flood of them costs the checks little
PATIENCE = 5.0  # seconds for a request to come, and for an answer to be taken
LOOK = 0.5  # seconds between two looks for those that are overdue
PAUSE = 0.2  # seconds, after the machine had no room for a connection


class Guest(asyncio.Protocol):
    """One connection: hands all to *inner*, and knows until when it may last."""

    def __init__(self, inner: asyncio.Protocol, deadline: float, address: str) -> None:
        self.inner = inner
        self.deadline: float | None = deadline  # None while it is being answered
        self.address = address
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.inner.connection_lost(exc)
        if not self.over.done():
            self.over.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Hand on *data*."""
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand on that no more comes."""
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        """Hand on that the other side is slow."""
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that there is room again."""
        self.inner.resume_writing()

    def cut(self) -> None:
        """End it now, whatever the other side thinks."""
        if self._transport is not None:
            self._transport.abort()
        elif not self.over.done():  # its TLS has not begun
            self.over.set_exception(ConnectionAbortedError())
            self.over.exception()


class Guests:
    """All connections.  *make* returns the protocol of one; *tell* is told who was cut off."""

    def __init__(
        self,
        make: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
        tell: Callable[[str, str], None],
    ) -> None:
        self._make = make
        self._tls = tls
        self._tell = tell
        self._guests: dict[asyncio.BaseProtocol, Guest] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._guests)

    def answering(self, inner: asyncio.BaseProtocol, yes: bool) -> None:
        """Note that *inner*'s request has come, or that its answer is on the way."""
        if guest := self._guests.get(inner):
            guest.deadline = None if yes else _now() + PATIENCE

    async def accept(self, sock: socket.socket) -> None:
        """Take connections from *sock*, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(sock)
            except OSError as error:  # there are no files left, or no memory
                self._tell("connections could not be taken", error.strerror or "")
                await asyncio.sleep(PAUSE)
                continue
            if self._room():
                task = loop.create_task(self._serve(connection, str(address[0])))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                self._tell("connections were turned away", str(address[0]))
                connection.close()
            await asyncio.sleep(PACE)

    async def watch(self) -> None:
        """Cut those that are overdue, for ever."""
        while True:
            await asyncio.sleep(LOOK)
            now = _now()
            for guest in list(self._guests.values()):
                if guest.deadline is not None and guest.deadline < now:
                    self._cut(guest)

    def end(self) -> None:
        """Cut all of them."""
        for guest in list(self._guests.values()):
            guest.cut()

    def _room(self) -> bool:
        """Tell whether there is room for one more, made where it can be."""
        if len(self._guests) < MOST:
            return True
        idle = [one for one in self._guests.values() if one.deadline is not None]
        if not idle:
            return False
        self._cut(min(idle, key=lambda one: one.deadline or 0.0))
        return True

    def _cut(self, guest: Guest) -> None:
        self._guests.pop(guest.inner, None)
        self._tell("connections were cut that asked nothing, or took no answer", guest.address)
        guest.cut()

    async def _serve(self, connection: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        inner = self._make()
        guest = self._guests[inner] = Guest(inner, _now() + PATIENCE, address)
        limit = PATIENCE if self._tls is not None else None
        begun = loop.create_task(
            loop.connect_accepted_socket(
                lambda: guest, connection, ssl=self._tls, ssl_handshake_timeout=limit
            )
        )
        try:
            await asyncio.wait((begun, guest.over), return_when=asyncio.FIRST_COMPLETED)
            if begun.done() and begun.exception() is not None and self._tls is not None:
                self._tell("connections spoke no TLS, or did not trust our certificate", address)
            else:
                await guest.over
        except OSError:
            pass  # it was cut before its TLS had begun
        finally:
            self._guests.pop(inner, None)
            begun.cancel()
            guest.cut()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await begun
            connection.close()


def listening(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at *host* and *port*; raises `BadSetting`."""
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    found: list[socket.socket] = []
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(places):
            sock = socket.socket(family, kind, protocol)
            found.append(sock)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(address)
            sock.listen(128)
            sock.setblocking(False)
    except OSError as error:
        for sock in found:
            sock.close()
        raise BadSetting(
            f"[watch] listen: {shown}: {error.strerror or error}",
            "name an address of this host and a port that is free: --listen 127.0.0.1:9652",
        ) from None
    return found


def _now() -> float:
    return asyncio.get_running_loop().time()
