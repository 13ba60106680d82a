"""VRRP packets as RFC 3768, RFC 5798 and RFC 9568 lay them out, and ARP and NA beside them.

Everything here takes the bytes from the network header on, as a cooked packet
socket gives them, and raises `Malformed` and nothing else.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

IPV4, IPV6, ARP = 0x0800, 0x86DD, 0x0806  # EtherTypes
VRRP, AUTHENTICATION_HEADER, ICMPV6 = 112, 51, 58  # IP protocols
NEIGHBOUR_ADVERTISEMENT, TARGET_LINK_ADDRESS = 136, 2
ADVERTISEMENT = 1  # the one type of VRRP packet
KINDS = {0: "", 1: "PASS", 2: "AH"}  # of authentication, in version 2
MORE_OR_OFFSET = 0x3FFF  # of the fragment field


class Malformed(ValueError):
    """A packet is not what its protocol says; the message says why."""


class Packet(NamedTuple):
    """A VRRP advertisement; *interval* is seconds.

    *authentication* is its kind, *secret* the password of version 2.
    """

    source: str
    destination: str
    ttl: int
    family: int
    version: int
    virtual_router_id: int
    priority: int
    interval: float
    addresses: tuple[str, ...]
    authentication: str = ""
    secret: bytes = b""


class Claim(NamedTuple):
    """An ARP packet or neighbour advertisement: *mac* says that it has *address*."""

    address: str
    mac: str
    family: int
    gratuitous: bool


class _Carried(NamedTuple):
    """What an IP packet carries, and what its checksum covers beside it."""

    protocol: int
    payload: bytes
    source: bytes
    destination: bytes
    ttl: int
    authenticated: bool = False


def read_packet(kind: int, data: bytes) -> Packet | Claim | None:
    """Return what a packet of EtherType *kind* says, None where it is of no interest here.

    Raises `Malformed` for a VRRP packet that is none; a broken ARP packet or
    neighbour advertisement is nobody's fault and gives None.
    """
    if kind == ARP:
        return _arp(data)
    if kind not in (IPV4, IPV6):
        return None
    carried = _ipv4(data) if kind == IPV4 else _ipv6(data)
    if carried is None:
        return None
    if carried.protocol == ICMPV6:
        return _neighbour(carried)
    return _vrrp(carried, 4 if kind == IPV4 else 6)


def _ipv4(data: bytes) -> _Carried | None:
    if len(data) < 20 or data[0] >> 4 != 4 or data[9] not in (VRRP, AUTHENTICATION_HEADER):
        return None
    length, total = (data[0] & 15) * 4, struct.unpack_from("!H", data, 2)[0]
    if length < 20 or not length <= total <= len(data):
        raise Malformed("its IP header has wrong lengths")
    if struct.unpack_from("!H", data, 6)[0] & MORE_OR_OFFSET:
        raise Malformed("it is a fragment")
    carried = _Carried(data[9], data[length:total], data[12:16], data[16:20], data[8])
    return _unwrapped(carried) if data[9] == AUTHENTICATION_HEADER else carried


def _ipv6(data: bytes) -> _Carried | None:
    if len(data) < 40 or data[0] >> 4 != 6 or data[6] not in (VRRP, ICMPV6):
        return None
    size = struct.unpack_from("!H", data, 4)[0]
    if size > len(data) - 40:
        if data[6] == ICMPV6:
            return None
        raise Malformed("it is cut off")
    return _Carried(data[6], data[40 : 40 + size], data[8:24], data[24:40], data[7])


def _unwrapped(carried: _Carried) -> _Carried | None:
    """Return what is inside an authentication header (RFC 4302), None for another protocol."""
    data = carried.payload
    if len(data) < 12 or data[0] != VRRP:
        return None
    length = (data[1] + 2) * 4
    if length > len(data):
        raise Malformed("its authentication header is cut off")
    return carried._replace(protocol=VRRP, payload=data[length:], authenticated=True)


def _vrrp(carried: _Carried, family: int) -> Packet:
    data = carried.payload
    if len(data) < 8:
        raise Malformed(f"{len(data)} bytes are too few")
    version, kind = data[0] >> 4, data[0] & 15
    if version not in (2, 3):
        raise Malformed(f"there is no VRRP version {version}")
    if kind != ADVERTISEMENT:
        raise Malformed(f"there is no VRRP packet of type {kind}")
    number, priority, count = data[1], data[2], data[3]
    if not number:
        raise Malformed("its virtual router id is 0")
    size = 4 if family == 4 else 16
    end = 8 + count * size
    with_password = version == 2 and family == 4
    if len(data) != end + (8 if with_password else 0) and len(data) != end + 8 * (version == 2):
        raise Malformed(f"it has {len(data)} bytes, and {count} addresses")
    _check(carried, version)
    if version == 2:
        authentication, interval = data[4], float(data[5])
        if authentication not in KINDS:
            raise Malformed(f"there is no authentication of type {authentication}")
        kind_name = "AH" if carried.authenticated else KINDS[authentication]
    else:
        interval, kind_name = (struct.unpack_from("!H", data, 4)[0] & 0x0FFF) / 100, ""
    if not interval:
        raise Malformed("its advertisement interval is 0")
    return Packet(
        _text(carried.source),
        _text(carried.destination),
        carried.ttl,
        family,
        version,
        number,
        priority,
        interval,
        tuple(_text(data[at : at + size]) for at in range(8, end, size)),
        kind_name,
        data[end : end + 8] if kind_name == "PASS" else b"",
    )


def _check(carried: _Carried, version: int) -> None:
    """Raise `Malformed` where the checksum is wrong.

    Version 3 over IPv4 has two: RFC 5798 covers a pseudo-header, and some
    routers, keepalived among them when told so, leave it out.
    """
    data = carried.payload
    lower = struct.pack("!I", len(data)) if len(carried.source) == 16 else b""
    tail = struct.pack("!BBH", 0, VRRP, len(data)) if not lower else lower + b"\0\0\0" + b"\x70"
    pseudo = carried.source + carried.destination + tail
    sums = [_sum(pseudo + data)] if len(carried.source) == 16 else []
    if len(carried.source) == 4:
        sums = [_sum(data)] if version == 2 else [_sum(pseudo + data), _sum(data)]
    if 0xFFFF not in sums:
        raise Malformed("its checksum is wrong")


def _sum(data: bytes) -> int:
    """Return the ones' complement sum of *data* (RFC 1071): 0xFFFF when its checksum is right."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def _arp(data: bytes) -> Claim | None:
    """Return what an ARP packet for IPv4 over Ethernet claims (RFC 826, RFC 5227)."""
    if len(data) < 28 or data[:6] != b"\0\1\x08\0\6\4":
        return None
    operation = struct.unpack_from("!H", data, 6)[0]
    sender, target = data[14:18], data[24:28]
    if operation not in (1, 2) or sender == b"\0\0\0\0":  # a probe claims nothing
        return None
    return Claim(_text(sender), _mac(data[8:14]), 4, sender == target)


def _neighbour(carried: _Carried) -> Claim | None:
    """Return what a neighbour advertisement claims (RFC 4861, 7.1.2)."""
    data = carried.payload
    if len(data) < 24 or data[0] != NEIGHBOUR_ADVERTISEMENT or data[1] or carried.ttl != 255:
        return None
    solicited = bool(data[4] & 0x40)
    at = 24
    while at + 8 <= len(data) and data[at + 1]:
        if data[at] == TARGET_LINK_ADDRESS and data[at + 1] == 1:
            return Claim(_text(data[8:24]), _mac(data[at + 2 : at + 8]), 6, not solicited)
        at += data[at + 1] * 8
    return None


def _text(data: bytes) -> str:
    return str(IPv4Address(data) if len(data) == 4 else IPv6Address(data))


def _mac(data: bytes) -> str:
    return data.hex(":")
