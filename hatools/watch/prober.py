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
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

from hatools.plugin.behaviour import Asked, Endpoint, Probe, Verdict
from hatools.watch.attempt import CONNECTING, SHAKING, TALKING, Answer, Attempt, Done
from hatools.watch.certificates import expiry
from hatools.watch.failures import CLOSED, LATE, NAMELESS, OURS, failed
from hatools.watch.limits import Limits
from hatools.watch.names import Names
from hatools.watch.sockets import FULL, OPENERS, Socket, raise_file_limit
from hatools.watch.tls_contexts import TlsContexts

READ, WRITE, BAD = select.EPOLLIN, select.EPOLLOUT, select.EPOLLERR | select.EPOLLHUP
EVENTS = READ | WRITE | select.EPOLLET  # each edge is followed
ANSWERS = READ | select.EPOLLET  # where all is said
PIECE = 65536
AT_ONCE = 256  # events that are taken before timers get their turn
SPARE = 64  # files left for everything but checks
PATIENCE = 5.0  # seconds that a check waits for a free file, or port
PAUSE = 0.05  # seconds until it is tried again
Again = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Waiting(NamedTuple):
    """An attempt that waits for a file or a port, *until* when, and *why* (errno)."""

    attempt: Attempt
    why: int
    until: float


class Prober:
    """The sockets of all checks of one process.

    `ask` begins a check; its verdict comes through a call, always later, never
    from within `ask`.  A text instead of a verdict says why this host could not
    ask: no file or port was free, say, which is no fault of the server's.
    `close` ends all that is under way without a word.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._attempts: dict[int, Attempt] = {}
        self._most = max(raise_file_limit() - SPARE, SPARE)
        self._waiting: deque[Waiting] = deque()
        self._serving: asyncio.TimerHandle | None = None
        self._limits: Limits[Attempt] = Limits(loop, self._overdue, self._ready_all)
        self._names = Names(loop)
        self._fresh: list[Attempt] = []
        self._contexts = TlsContexts()
        loop.add_reader(self._epoll.fileno(), self._ready)

    def __len__(self) -> int:
        return len(self._attempts)

    def close(self) -> None:
        """End everything."""
        self._loop.remove_reader(self._epoll.fileno())
        self._limits.close()
        self._names.close()
        for attempt in self._attempts.values():
            attempt.sock.close()
        self._attempts.clear()
        self._fresh.clear()
        self._waiting.clear()
        self._epoll.close()

    def ask(
        self, asked: Asked, probe: Probe, connect_limit: float, answer_limit: float, done: Done
    ) -> Attempt:
        """Begin *probe* about *asked*; *done* gets the verdict within the limits (seconds)."""
        limit = connect_limit if probe.transport in ("tcp", "tls") else answer_limit
        attempt = Attempt(asked, probe, done, limit, answer_limit)
        self._begin(attempt)
        return attempt

    def again(self, attempt: Attempt) -> None:
        """Begin *attempt*, which is over, anew."""
        attempt.begin()
        self._begin(attempt)

    def _begin(self, attempt: Attempt) -> None:
        if attempt.named:
            self._names.find(attempt.asked.address, lambda found: self._found(attempt, found))
        else:
            self._open(attempt)

    def _found(self, attempt: Attempt, address: str) -> None:
        if address:
            attempt.open = OPENERS[attempt.probe.transport](attempt.asked, address)
            self._open(attempt)
        else:
            attempt.over = True
            self._loop.call_soon(attempt.done, NAMELESS)

    # Sockets ------------------------------------------------------------------------------------

    def _open(self, attempt: Attempt) -> None:
        if len(self._attempts) >= self._most:
            self._wait(attempt, errno.EMFILE)
            return
        try:
            sock = attempt.open()
        except OSError as error:
            if error.errno in FULL:
                self._wait(attempt, error.errno)
            else:
                attempt.over = True
                self._loop.call_soon(attempt.done, failed(error))
            return
        attempt.sock = sock
        attempt.number = number = sock.fileno()
        self._attempts[number] = attempt
        self._look_soon(attempt)

    def _look_soon(self, attempt: Attempt) -> None:
        if not self._fresh:
            self._loop.call_soon(self._look)
        self._fresh.append(attempt)

    def _look(self) -> None:
        """Follow up what came at once, and let epoll watch the rest.

        A server that is near has answered before all sockets of a round are open,
        and before all of them are asked: one poll(2) for all of them is less work
        than two epoll_ctl(2) for each.
        """
        fresh, self._fresh = self._fresh, []
        poll = select.poll()
        register = poll.register
        for attempt in fresh:
            register(attempt.number, READ if attempt.phase == TALKING else READ | WRITE)
        attempts, happened = self._attempts, dict(poll.poll(0))
        for number, events in happened.items():
            self._follow(attempts[number], events)
        for attempt in fresh:
            if attempt.over or attempt.watched:
                continue
            if attempt.number in happened and attempt.phase == TALKING and not attempt.out:
                self._look_soon(attempt)  # it was asked just now
            else:
                self._watch(attempt)

    def _watch(self, attempt: Attempt) -> None:
        """Wait for *attempt*, as long as its limit allows."""
        attempt.watched = True
        talking = attempt.phase == TALKING
        self._limits.set(attempt, attempt.answer_limit if talking else attempt.limit)
        self._epoll.register(attempt.number, ANSWERS if talking and not attempt.out else EVENTS)

    def _wait(self, attempt: Attempt, why: int) -> None:
        """Let *attempt* wait until others have ended."""
        if self._serving is None:
            self._serving = self._loop.call_later(PAUSE, self._serve_waiting)
        until = monotonic() + PATIENCE
        self._waiting.append(Waiting(attempt, why, until))

    def _serve_waiting(self) -> None:
        """Begin what waits, as far as files and ports are free."""
        self._serving = None
        queue, now = self._waiting, monotonic()
        for _ in range(len(queue)):
            one = queue.popleft()
            before = len(queue)
            if one.until < now:
                one.attempt.over = True
                one.attempt.done(OURS.get(one.why, os.strerror(one.why)))
                continue
            self._open(one.attempt)
            if len(queue) > before:  # it waits again, and so will all others
                queue.pop()
                queue.appendleft(one)
                break
        if queue and self._serving is None:
            self._serving = self._loop.call_later(PAUSE, self._serve_waiting)

    def _ready_all(self) -> None:
        while self._ready() == AT_ONCE:
            pass

    def _ready(self) -> int:
        """Follow up what happened, so much at a time; return how much that was."""
        attempts = self._attempts
        happened = self._epoll.poll(0, AT_ONCE)
        for number, events in happened:
            attempt = attempts.get(number)
            if attempt is not None:
                self._follow(attempt, events)
        return len(happened)

    def _follow(self, attempt: Attempt, events: int) -> None:
        try:
            self._advance(attempt, events)
        except OSError as error:
            self._end(attempt, failed(error))
        except Exception as error:  # the plugin border: a conversation is a plugin's
            name = attempt.probe.name
            self._end(attempt, f"the probe {name} failed: {type(error).__name__}: {error}")

    def _advance(self, attempt: Attempt, events: int) -> None:
        phase = attempt.phase
        if phase == CONNECTING:
            if events & BAD:
                failure = attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                error = OSError(failure, os.strerror(failure)) if failure else None
                self._end(attempt, failed(error) if error else CLOSED)
                return
            if attempt.asked.opening is not None:
                _open(attempt.sock, attempt.asked.opening)
            if attempt.probe.transport == "tls":
                self._begin_tls(attempt)
            else:
                self._talk(attempt, events)
        elif phase == SHAKING:
            self._shake(attempt)
        else:
            if attempt.out:
                self._send(attempt)
            if events & ~WRITE and not attempt.over:
                self._receive(attempt)

    def _begin_tls(self, attempt: Attempt) -> None:
        asked, plain = attempt.asked, attempt.sock
        name = asked.check.sni or asked.tls.host
        try:
            name.encode("idna")
        except UnicodeError:
            self._end(attempt, Verdict(False, f"{name!r} is no server name for TLS"))
            return
        try:
            context = self._contexts.of(asked.tls)
        except OSError as error:
            self._end(attempt, f"the files for TLS cannot be used: {error.strerror or error}")
            return
        # the same file in another object: epoll goes on watching it
        attempt.sock = whole = socket.socket(plain.family, plain.type, plain.proto, plain.detach())
        attempt.sock = context.wrap_socket(
            whole, server_hostname=name or None, do_handshake_on_connect=False
        )
        attempt.phase = SHAKING
        self._shake(attempt)

    def _shake(self, attempt: Attempt) -> None:
        sock: Any = attempt.sock
        try:
            sock.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        certificate = sock.getpeercert(binary_form=True)
        attempt.expires = expiry(certificate) if certificate else None
        self._talk(attempt, READ)

    def _talk(self, attempt: Attempt, events: int) -> None:
        """Begin the conversation; the limit for the answer counts from here."""
        attempt.phase = TALKING
        if not attempt.reusable:
            attempt.conversation = attempt.probe.converse(attempt.asked)
            attempt.reusable = getattr(attempt.conversation, "reusable", False)
        said = attempt.conversation.begin()
        if isinstance(said, Verdict):
            self._end(attempt, said)
            return
        if attempt.watched:
            self._limits.set(attempt, attempt.answer_limit)
        if said:
            attempt.out = said
            self._send(attempt)
        if events & ~WRITE:
            self._receive(attempt)

    def _send(self, attempt: Attempt) -> None:
        while attempt.out:
            try:
                sent = attempt.sock.send(attempt.out)
            except Again:
                if attempt.watched:
                    self._epoll.modify(attempt.number, EVENTS)
                return
            attempt.out = attempt.out[sent:]

    def _receive(self, attempt: Attempt) -> None:
        conversation = attempt.conversation
        streaming = attempt.probe.transport in ("tcp", "tls")
        while True:
            try:
                data = attempt.sock.recv(PIECE)
            except Again:
                return
            except ssl.SSLEOFError:  # closed without goodbye, as many servers do
                data = b""
            if not data and not streaming:
                continue  # an empty datagram; to a conversation no data is silence
            said = conversation.received(data)
            if isinstance(said, Verdict):
                self._end(attempt, said)
                return
            if not data and streaming:
                self._end(attempt, CLOSED)
                return
            if said:
                attempt.out += said
                self._send(attempt)

    def _end(self, attempt: Attempt, verdict: Answer) -> None:
        """Close the socket and tell the verdict."""
        if attempt.over:
            return
        attempt.over = True
        del self._attempts[attempt.number]
        if attempt.watched:
            # not left to close(2): a process that is just being started holds a copy
            attempt.watched = False
            self._epoll.unregister(attempt.number)
        if isinstance(verdict, Verdict) and verdict.parting:
            _say_goodbye(attempt.sock, verdict.parting)
        attempt.sock.close()
        if attempt.expires is not None and isinstance(verdict, Verdict):
            verdict = verdict._replace(expires=attempt.expires)
        attempt.done(verdict)

    def _overdue(self, attempt: Attempt) -> None:
        """End what ran into its limit; silence may be an answer to a datagram."""
        verdict: object = None
        if attempt.phase == TALKING and attempt.probe.transport in ("udp", "icmp"):
            verdict = attempt.conversation.received(b"")
        self._end(attempt, verdict if isinstance(verdict, Verdict) else LATE)


def _open(sock: Socket, opening: Callable[[Endpoint, Endpoint], bytes]) -> None:
    """Send what comes before all else: a new connection has room for it."""
    here, there = sock.getsockname(), sock.getpeername()
    unix = sock.family == socket.AF_UNIX
    sock.send(opening(("", 0) if unix else here[:2], ("", 0) if unix else there[:2]))


def _say_goodbye(sock: Socket, parting: bytes) -> None:
    """Send the last words, and let the connection end in order, not by a reset."""
    with suppress(OSError):
        sock.send(parting)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\0" * 8)
