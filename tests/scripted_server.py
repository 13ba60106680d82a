"""Servers on loopback that say what they are told, piece by piece, and keep what they hear."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Sequence

HEAR, HOLD, RESET, WAIT = "hear", "hold", "reset", "wait"
SECONDS = 5.0
PAUSE = 0.02  # seconds between pieces, so that they come apart
LONG_PAUSE = 1.5  # … on a loaded machine, too
Script = Sequence[bytes | str]
LINGER = struct.pack("ii", 1, 0)


class ScriptedServer:
    """Answers every connection by *script*: bytes are said, ``hear`` waits for something.

    ``wait`` is a pause, ``hold`` keeps the connection open, ``reset`` ends it by a reset;
    else it is closed at the end.  *heard* has what each connection sent, in the order of
    their beginning.
    """

    def __init__(
        self, script: Script, host: str = "127.0.0.1", context: ssl.SSLContext | None = None
    ) -> None:
        self.script = script
        self.heard: list[bytes] = []
        self.peers: list[tuple[str, int]] = []
        self._context = context
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for held in self._held:
            held.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, where = self._listener.accept()
            except OSError:
                return
            self.peers.append(where[:2])
            number = len(self.heard)
            self.heard.append(b"")
            threading.Thread(target=self._serve, args=(peer, number), daemon=True).start()

    def _hear(self, peer: socket.socket, number: int) -> None:
        """Wait for something, and for what comes right behind it."""
        self.heard[number] += peer.recv(65536)
        peer.settimeout(PAUSE)
        with contextlib.suppress(TimeoutError):
            while data := peer.recv(65536):
                self.heard[number] += data
        peer.settimeout(SECONDS)

    def _serve(self, peer: socket.socket, number: int) -> None:
        peer.settimeout(SECONDS)
        with contextlib.suppress(OSError):
            if self._context is not None:
                peer = self._context.wrap_socket(peer, server_side=True)
            for step in self.script:
                if isinstance(step, bytes):
                    peer.sendall(step)
                    time.sleep(PAUSE)
                elif step == HEAR:
                    self._hear(peer, number)
                elif step == HOLD:
                    self._held.append(peer)
                    while data := peer.recv(65536):
                        self.heard[number] += data
                    return
                elif step == WAIT:
                    time.sleep(LONG_PAUSE)
                elif step == RESET:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            if not self.script or self.script[-1] != RESET:
                peer.shutdown(socket.SHUT_WR)
                with contextlib.suppress(OSError):
                    while data := peer.recv(65536):
                        self.heard[number] += data
        peer.close()


class ScriptedDatagrams:
    """Answers every datagram with *replies*; ``ID`` at their beginning is the question's."""

    def __init__(self, replies: Script) -> None:
        self.replies = [one for one in replies if isinstance(one, bytes)]
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        """Answer no more."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._sock.recvfrom(4096)
                if peer is None:  # it was shut down
                    return
                for one in self.replies:
                    said = data[:2] + one[2:] if one.startswith(b"ID") else one
                    self._sock.sendto(said, peer)
            except OSError:
                return
