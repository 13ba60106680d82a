"""Asks servers how they are: thousands of non-blocking sockets in one epoll, inside asyncio.

A task for each target would cost four times as much.  A conversation
(`hatools.plugin.Conversation`) says what to send and judges the answer; the
prober has the sockets, the limits and nothing else.
"""

from __future__ import annotations

import asyncio
import errno
import os
import select
import socket
import ssl
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from hatools.plugin.behaviour import Asked, Conversation, Probe, Verdict

READ, WRITE = select.EPOLLIN, select.EPOLLOUT
PIECE = 65536
CONNECTING, SHAKING, TALKING = "connecting", "tls", "talking"
PENDING = (errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK)
REASONS = {
    errno.ECONNREFUSED: "connection refused",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "no route to the network",
    errno.ETIMEDOUT: "no answer in time",
    errno.ECONNRESET: "the server closed the connection",
    errno.EADDRNOTAVAIL: "no local port is free",
    errno.EMFILE: "this process has too many files open",
}
Done = Callable[[Verdict], None]


class Attempt:
    """One conversation under way."""

    __slots__ = (
        "answer_limit",
        "asked",
        "conversation",
        "deadline",
        "done",
        "out",
        "phase",
        "probe",
        "sock",
    )

    def __init__(
        self, asked: Asked, probe: Probe, sock: socket.socket, done: Done, answer_limit: float
    ) -> None:
        self.asked = asked
        self.probe = probe
        self.sock = sock
        self.done = done
        self.answer_limit = answer_limit
        self.conversation: Conversation | None = None
        self.phase = CONNECTING
        self.out = b""
        self.deadline = 0.0


class Prober:
    """The sockets of all checks of one process.

    `ask` begins a check; its verdict comes through a call, always later, never
    from within `ask`.  `close` ends all that is under way without a word.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._attempts: dict[int, Attempt] = {}
        self._deadlines: list[tuple[float, int, int, Attempt]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._context: ssl.SSLContext | None = None
        loop.add_reader(self._epoll.fileno(), self._ready)

    def __len__(self) -> int:
        return len(self._attempts)

    def close(self) -> None:
        """End everything."""
        self._loop.remove_reader(self._epoll.fileno())
        if self._timer is not None:
            self._timer.cancel()
        for attempt in self._attempts.values():
            attempt.sock.close()
        self._attempts.clear()
        self._epoll.close()

    def ask(
        self, asked: Asked, probe: Probe, connect_limit: float, answer_limit: float, done: Done
    ) -> None:
        """Begin *probe* about *asked*; *done* gets the verdict within the limits (seconds)."""
        try:
            sock = _open(asked, probe)
        except OSError as error:
            self._loop.call_soon(done, _failed(error))
            return
        attempt = Attempt(asked, probe, sock, done, answer_limit)
        number = sock.fileno()
        try:
            self._epoll.register(number, WRITE)
        except OSError as error:
            sock.close()
            self._loop.call_soon(done, _failed(error))
            return
        self._attempts[number] = attempt
        limit = connect_limit if probe.transport in ("tcp", "tls") else answer_limit
        self._limit(attempt, self._loop.time() + limit)

    # Sockets ------------------------------------------------------------------------------------

    def _ready(self) -> None:
        for number, events in self._epoll.poll(0, 1024):
            attempt = self._attempts.get(number)
            if attempt is not None:
                try:
                    self._advance(attempt, events)
                except OSError as error:
                    self._end(attempt, _failed(error))

    def _advance(self, attempt: Attempt, events: int) -> None:
        if attempt.phase is CONNECTING:
            self._connected(attempt)
        elif attempt.phase is SHAKING:
            self._shake(attempt)
        else:
            if attempt.out and events & WRITE:
                self._send(attempt)
            if events & ~WRITE:
                self._receive(attempt)

    def _connected(self, attempt: Attempt) -> None:
        failure = attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            self._end(attempt, _failed(OSError(failure, os.strerror(failure))))
            return
        if attempt.probe.transport == "tls":
            self._begin_tls(attempt)
        else:
            self._talk(attempt)

    def _begin_tls(self, attempt: Attempt) -> None:
        check = attempt.asked.check
        number = attempt.sock.fileno()
        self._epoll.unregister(number)
        del self._attempts[number]
        attempt.sock = self._tls().wrap_socket(
            attempt.sock, server_hostname=check.sni or None, do_handshake_on_connect=False
        )
        number = attempt.sock.fileno()
        self._attempts[number] = attempt
        self._epoll.register(number, READ | WRITE)
        attempt.phase = SHAKING
        self._shake(attempt)

    def _tls(self) -> ssl.SSLContext:
        """Return a context that takes any certificate, as the checks of both programs do."""
        if self._context is None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE
        return self._context

    def _shake(self, attempt: Attempt) -> None:
        sock: Any = attempt.sock
        number = attempt.sock.fileno()
        try:
            sock.do_handshake()
        except ssl.SSLWantReadError:
            self._epoll.modify(number, READ)
        except ssl.SSLWantWriteError:
            self._epoll.modify(number, WRITE)
        else:
            self._talk(attempt)

    def _talk(self, attempt: Attempt) -> None:
        """Begin the conversation; the limit for the answer counts from here."""
        attempt.phase = TALKING
        attempt.conversation = attempt.probe.converse(attempt.asked)
        said = attempt.conversation.begin()
        if isinstance(said, Verdict):
            self._end(attempt, said)
            return
        self._limit(attempt, self._loop.time() + attempt.answer_limit)
        attempt.out = said
        self._send(attempt)

    def _send(self, attempt: Attempt) -> None:
        while attempt.out:
            try:
                sent = attempt.sock.send(attempt.out)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                break
            attempt.out = attempt.out[sent:]
        if attempt.sock.fileno() in self._attempts:
            wanted = READ | WRITE if attempt.out else READ
            self._epoll.modify(attempt.sock.fileno(), wanted)

    def _receive(self, attempt: Attempt) -> None:
        conversation = attempt.conversation
        assert conversation is not None
        while True:
            try:
                data = attempt.sock.recv(PIECE)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            said = conversation.received(data)
            if isinstance(said, Verdict):
                self._end(attempt, said)
                return
            if not data and attempt.probe.transport in ("tcp", "tls"):
                self._end(attempt, Verdict(False, "the server closed the connection"))
                return
            if said:
                attempt.out += said
                self._send(attempt)

    def _end(self, attempt: Attempt, verdict: Verdict) -> None:
        """Close the socket, without lingering, and tell the verdict."""
        number = attempt.sock.fileno()
        if self._attempts.pop(number, None) is None:
            return
        self._epoll.unregister(number)
        attempt.sock.close()
        attempt.done(verdict)

    # Limits -------------------------------------------------------------------------------------

    def _limit(self, attempt: Attempt, deadline: float) -> None:
        attempt.deadline = deadline
        self._count += 1
        first = not self._deadlines or deadline < self._deadlines[0][0]
        heappush(self._deadlines, (deadline, self._count, attempt.sock.fileno(), attempt))
        if first:
            self._wake()

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._deadlines:
            self._timer = self._loop.call_at(self._deadlines[0][0], self._overdue)

    def _overdue(self) -> None:
        """End what ran into its limit; silence may be an answer to a datagram."""
        now = self._loop.time()
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, _, number, attempt = heappop(self._deadlines)
            if self._attempts.get(number) is not attempt or attempt.deadline != deadline:
                continue
            verdict: object = None
            if attempt.conversation is not None and attempt.probe.transport in ("udp", "icmp"):
                verdict = attempt.conversation.received(b"")
            if not isinstance(verdict, Verdict):
                verdict = Verdict(False, "no answer in time")
            self._end(attempt, verdict)
        self._wake()


def _open(asked: Asked, probe: Probe) -> socket.socket:
    """Return a socket on its way to the server; raises `OSError`."""
    check = asked.check
    family = socket.AF_INET6 if ":" in asked.address else socket.AF_INET
    if probe.transport == "icmp":
        kind = socket.SOCK_DGRAM
        protocol = socket.IPPROTO_ICMPV6 if ":" in asked.address else socket.IPPROTO_ICMP
    else:
        kind = socket.SOCK_DGRAM if probe.transport == "udp" else socket.SOCK_STREAM
        protocol = 0
    sock = socket.socket(family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, protocol)
    try:
        if check.source_address or check.source_port:
            sock.bind((check.source_address, check.source_port or 0))
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # leave no TIME_WAIT behind: thousands of checks a second would use all ports up
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        failure = sock.connect_ex((asked.address, asked.port))
        if failure and failure not in PENDING:
            raise OSError(failure, os.strerror(failure))
    except OSError:
        sock.close()
        raise
    return sock


def _failed(error: OSError) -> Verdict:
    return Verdict(False, REASONS.get(error.errno or 0, error.strerror or str(error)))
