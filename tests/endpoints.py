"""Ports that nobody has, and sockets whose path may be as long as it likes."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Return *count* different TCP ports of loopback on which nobody listens."""
    with contextlib.ExitStack() as held:
        socks = [held.enter_context(socket.socket()) for _ in range(count)]
        for sock in socks:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in socks]


def connected(path: Path) -> socket.socket:
    """Return a client of the Unix socket at *path*; raises OSError.

    A path of more than 107 bytes can be bound from within its folder alone, so
    that is how it is found here as well.
    """
    sock = socket.socket(socket.AF_UNIX)
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        sock.connect(f"/proc/self/fd/{folder}/{path.name}")
    except OSError:
        sock.close()
        raise
    finally:
        os.close(folder)
    return sock
