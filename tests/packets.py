"""Makes packets, for tests, from their headers up."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from ipaddress import ip_address


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071) of *data*."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def packed(address: str) -> bytes:
    return ip_address(address).packed


def vrrp2(
    number: int,
    priority: int,
    interval: int,
    addresses: Sequence[str],
    password: bytes = b"",
    kind: int | None = None,
) -> bytes:
    """Return a VRRP version 2 advertisement (RFC 3768)."""
    kind = int(bool(password)) if kind is None else kind
    head = bytes([0x21, number, priority, len(addresses), kind, interval])
    tail = b"".join(map(packed, addresses)) + password.ljust(8, b"\0")
    return head + struct.pack("!H", checksum(head + b"\0\0" + tail)) + tail


def vrrp3(
    number: int, priority: int, interval: int, addresses: Sequence[str], pair: tuple[str, str]
) -> bytes:
    """Return a VRRP version 3 advertisement (RFC 9568); *interval* is centiseconds."""
    head = bytes([0x31, number, priority, len(addresses)]) + struct.pack("!H", interval)
    tail = b"".join(map(packed, addresses))
    size = len(head) + 2 + len(tail)
    ends = packed(pair[0]) + packed(pair[1])
    pseudo = (
        struct.pack("!BBH", 0, 112, size)
        if len(ends) == 8
        else struct.pack("!IBBBB", size, 0, 0, 0, 112)
    )
    return head + struct.pack("!H", checksum(ends + pseudo + head + b"\0\0" + tail)) + tail


def ipv4(
    source: str, destination: str, data: bytes, *, protocol: int = 112, ttl: int = 255
) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, ttl, protocol, 0)
    return head + packed(source) + packed(destination) + data


def ipv6(
    source: str, destination: str, data: bytes, *, protocol: int = 112, ttl: int = 255
) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(data), protocol, ttl)
    return head + packed(source) + packed(destination) + data


def arp(operation: int, mac: str, sender: str, target: str) -> bytes:
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
    return head + bytes.fromhex(mac.replace(":", "")) + packed(sender) + bytes(6) + packed(target)


def neighbour(address: str, mac: str) -> bytes:
    """Return an unsolicited neighbour advertisement (RFC 4861)."""
    head = struct.pack("!BBHI", 136, 0, 0, 0x20000000)
    return head + packed(address) + b"\2\1" + bytes.fromhex(mac.replace(":", ""))
