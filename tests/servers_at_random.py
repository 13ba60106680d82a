"""Servers on loopback that are well, closed, silent, or talk nonsense, as they are told."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

WELL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
ANSWERS = {
    "well": WELL,
    "closed": b"",
    "silent": b"",
    "broken": b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "garbage": bytes(range(256)) * 8 + b"\r\n\r\n",
    "truncated": b"HTTP/1.1 2",
    "endless": b"HTTP/1.1 200 O" + b"K" * 200_000,
}


class Server:
    """One server; *course* has its moods with the times (wall clock) from which they held."""

    def __init__(self, http: bool) -> None:
        self.http = http
        self.mood = "closed"
        self.course: list[tuple[float, bool]] = []
        self._listener: socket.socket | None = None
        self._keeper = _bound(0)  # nobody else gets the port while the server is closed
        self.port: int = self._keeper.getsockname()[1]
        self._held: list[socket.socket] = []
        self.become("well")

    @property
    def up(self) -> bool:
        """Whether its checks are to pass: to a TCP check all are well who accept."""
        return self.mood == "well" or (not self.http and self.mood != "closed")

    def become(self, mood: str) -> None:
        """Be so from now on."""
        self.mood = mood
        if mood == "closed":
            self._close()
        elif self._listener is None:
            self._open()
        if not self.course or self.course[-1][1] != self.up:
            self.course.append((time.time(), self.up))

    def end(self) -> None:
        self.become("closed")
        self._keeper.close()

    def _open(self) -> None:
        listener = _bound(self.port)
        listener.listen(256)
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _close(self) -> None:
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
            self._listener.close()
            self._listener = None
        for held in self._held:
            held.close()
        self._held.clear()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            if self.mood == "silent":
                self._held.append(peer)
                continue
            with contextlib.suppress(OSError), peer:
                peer.settimeout(0.2)
                if self.http:
                    peer.recv(65536)
                    peer.sendall(ANSWERS[self.mood])


def _bound(port: int) -> socket.socket:
    """Return a socket that has *port* with others of ours, and refuses while it does not listen."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


def within(course: list[tuple[float, bool]], up: bool, begin: float, end: float) -> bool:
    """Tell whether *course* says *up* at some moment from *begin* to *end*."""
    until = [moment for moment, _ in course[1:]] + [float("inf")]
    return any(
        state == up and moment <= end and over >= begin
        for (moment, state), over in zip(course, until, strict=True)
    )
