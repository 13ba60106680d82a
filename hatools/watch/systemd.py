"""Tells systemd how we are (sd_notify(3)), where it asked to be told."""

from __future__ import annotations

import asyncio
import os
import socket
import time


def tell(text: str) -> str:
    """Send *text* to the service manager; return why that failed, nothing where it did not."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return ""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        try:
            sock.sendto(text.encode(), "\0" + path[1:] if path[0] == "@" else path)
        except OSError as error:
            return f"systemd cannot be told: {error}"
    return ""


def reloading() -> str:
    """Return what to tell when the configuration is read anew; ``READY=1`` ends it."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"


def watchdog_interval() -> float:
    """Return after how many seconds systemd wants a sign of life at the latest, 0 for never."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 1e6 if microseconds.isdigit() and ours else 0.0


async def keep_alive() -> None:
    """Give signs of life from the event loop: when it hangs, systemd starts us anew."""
    interval = watchdog_interval()
    while interval:
        tell("WATCHDOG=1")
        await asyncio.sleep(interval / 3)
