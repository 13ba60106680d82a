"""Listens on the wire: VRRP advertisements, and who claims the virtual addresses."""

from __future__ import annotations

import asyncio
import hmac
import os
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator

from hatools.errors import HatoolsError
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools.plugin.clocks import Clocks
from hatools_observers.hearing import Hearing, Sight

ALL_FRAMES, OUTGOING = 3, 4  # ETH_P_ALL, PACKET_OUTGOING
ATTACH_FILTER, AUXILIARY, TAGGED = 26, 8, 1 << 4  # SO_ATTACH_FILTER, PACKET_AUXDATA, VLAN_VALID
SOL_PACKET = 263
LARGEST = 2048  # bytes of a packet that are looked at
AT_ONCE = 64  # packets taken before others have their turn
BUFFER = 1 << 20  # bytes that the kernel keeps for us
ROOM = 4096  # packets that wait to be looked at

# (code, jump if true, jump if false, value) of a classic BPF program, from the
# network header on: ARP; IPv4 with VRRP or AH; IPv6 with VRRP, or ICMPv6 136.
LOAD_KIND, LOAD_BYTE, EQUALS, GIVE = 0x28, 0x30, 0x15, 0x06
PROGRAM = (
    (LOAD_KIND, 0, 0, 0xFFFFF000),  # the EtherType, from the kernel's own notes
    (EQUALS, 10, 0, 0x0806),
    (EQUALS, 0, 3, 0x0800),
    (LOAD_BYTE, 0, 0, 9),
    (EQUALS, 7, 0, 112),
    (EQUALS, 6, 5, 51),
    (EQUALS, 0, 4, 0x86DD),
    (LOAD_BYTE, 0, 0, 6),
    (EQUALS, 3, 0, 112),
    (EQUALS, 0, 1, 58),
    (LOAD_BYTE, 0, 0, 40),
    (EQUALS, 0, 1, 136),
    (GIVE, 0, 0, LARGEST),
    (GIVE, 0, 0, 0),
)


class NotAllowed(HatoolsError):
    """This process may not listen on the wire."""


def listen() -> socket.socket:
    """Return a socket that gets every packet of interest, on all interfaces.

    Raises `NotAllowed` without CAP_NET_RAW.
    """
    kind = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    try:
        sock = socket.socket(socket.AF_PACKET, kind, socket.htons(ALL_FRAMES))
    except (PermissionError, AttributeError):
        raise NotAllowed(
            "VRRP and ARP are not listened to: this needs the capability CAP_NET_RAW",
            "AmbientCapabilities=CAP_NET_RAW in the systemd unit, or run it as root",
        ) from None
    try:
        _attach(sock)
        sock.setsockopt(SOL_PACKET, AUXILIARY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    except OSError:
        sock.close()
        raise
    return sock


def _attach(sock: socket.socket) -> None:
    """Let the kernel pass us only what `PROGRAM` lets pass."""
    import ctypes

    code = b"".join(struct.pack("HBBI", *line) for line in PROGRAM)
    kept = ctypes.create_string_buffer(code)
    sock.setsockopt(
        socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HP", len(PROGRAM), ctypes.addressof(kept))
    )


async def observe(watched: Watched) -> AsyncIterator[Event]:
    """Yield what is heard, until nobody asks any more."""
    loop = asyncio.get_running_loop()
    sights: asyncio.Queue[Sight] = asyncio.Queue(ROOM)
    key = os.urandom(16)
    hearing = Hearing(watched, lambda secret: hmac.digest(key, secret, "sha256").hex()[:16])
    sock = listen()

    def take() -> None:
        for sight in _received(sock):
            if not sights.full():  # a flood is not worth our memory
                sights.put_nowait(sight)

    def silences() -> Iterator[Event]:
        now = time.time()
        if by := clocks.jump(now, time.monotonic()):
            hearing.shift(by)
        return hearing.silences(now)

    clocks = Clocks(time.time(), time.monotonic())
    loop.add_reader(sock, take)
    try:
        while True:
            limit = hearing.next_silence(time.time())
            try:
                async with asyncio.timeout(limit):
                    sight = await sights.get()
            except TimeoutError:
                for event in silences():
                    yield event
                continue
            for event in hearing.seen(sight):
                yield event
            for event in silences():
                yield event
    finally:
        loop.remove_reader(sock)
        sock.close()


def _received(sock: socket.socket) -> Iterator[Sight]:
    for _ in range(AT_ONCE):
        try:
            data, notes, _, (interface, kind, way, _, mac) = sock.recvmsg(LARGEST, 64)
        except OSError:  # nothing more, or an interface went down
            return
        if not _tagged(notes):  # it comes again, on the VLAN's own interface
            yield Sight(time.time(), interface, kind, data, mac.hex(":"), way == OUTGOING)


def _tagged(notes: list[tuple[int, int, bytes]]) -> bool:
    for level, kind, data in notes:
        if level == SOL_PACKET and kind == AUXILIARY and len(data) >= 4:
            return bool(struct.unpack_from("I", data)[0] & TAGGED)
    return False
