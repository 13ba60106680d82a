"""A server on loopback that says what it is told, piece by piece, and keeps what it hears."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Sequence

HEAR, HOLD, RESET, GREET = "hear", "hold", "reset", "greet"
SECONDS = 5.0
PAUSE = 0.02  # seconds between pieces, so that they come apart
Script = Sequence[bytes | str]
LINGER = struct.pack("ii", 1, 0)


class ScriptedServer:
    """Answers every connection by *script*: bytes are said, ``hear`` waits for something.

    ``hold`` keeps the connection open, ``reset`` ends it by a reset; else it is closed at
    the end.  *heard* has what each connection sent, in the order of their beginning.
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
                elif step == RESET:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            if not self.script or self.script[-1] != RESET:
                peer.shutdown(socket.SHUT_WR)
                with contextlib.suppress(OSError):
                    while data := peer.recv(65536):
                        self.heard[number] += data
        peer.close()
