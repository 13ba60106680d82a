"""VRRP packets: recorded ones are all read, made-up ones come back, and no others get through."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import SHARED
from packets import arp, ipv4, ipv6, neighbour, vrrp2, vrrp3

from hatools_observers.vrrp import ARP, IPV4, IPV6, Claim, Malformed, Packet, read_packet

FOLDER = SHARED / "vectors" / "vrrp"
RECORDINGS = sorted(path.stem for path in FOLDER.glob("*.pcap"))
A, B = "192.0.2.1", "192.0.2.2"
S, M = "fe80::1", "ff02::12"
V4, V6 = "192.0.2.100", "2001:db8::100"


def frames(path: Path) -> Iterator[bytes]:
    """Yield the Ethernet frames of a pcap file."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at < len(data):
        size = struct.unpack_from(f"{order}I", data, at + 8)[0]
        yield data[at + 16 : at + 16 + size]
        at += 16 + size


@pytest.mark.skipif(not RECORDINGS, reason=f"no recorded packets at {FOLDER}")
@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recorded_packet_is_read_as_it_was_recorded(name: str) -> None:
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["adverts"]
    found = []
    for frame in frames(FOLDER / f"{name}.pcap"):
        packet = read_packet(struct.unpack_from("!H", frame, 12)[0], frame[14:])
        if isinstance(packet, Packet):
            found.append((packet.source, packet.virtual_router_id, packet.priority, packet.version))
            if packet.authentication:
                assert packet.secret
    expected = [
        (one[2], int(one[6][4:]), int(one[7][4:]), int(one[4][1:]))
        for one in told
        if one[1] == "ADV"
    ]
    assert found == expected
    assert found or name == "unicast"  # those a third port does not get


def test_version_2_says_all_it_has() -> None:
    data = ipv4(A, "224.0.0.18", vrrp2(51, 150, 2, [V4], b"s3cret"))
    found = read_packet(IPV4, data)
    assert found == Packet(A, "224.0.0.18", 255, 4, 2, 51, 150, 2.0, (V4,), "PASS", b"s3cret\0\0")


@given(
    st.integers(1, 255),
    st.integers(0, 255),
    st.integers(1, 4095),
    st.lists(st.ip_addresses(v=6).map(str), max_size=30),
    st.booleans(),
)
def test_version_3_comes_back(
    number: int, priority: int, interval: int, addresses: list[str], six: bool
) -> None:
    if not six:
        addresses = [str(ip_address(int(ip_address(one)) % 2**32)) for one in addresses]
    pair = (S, M) if six else (A, B)
    inner = vrrp3(number, priority, interval, addresses, pair)
    outer = ipv6(*pair, inner) if six else ipv4(*pair, inner)
    found = read_packet(IPV6 if six else IPV4, outer)
    assert isinstance(found, Packet)
    assert (found.virtual_router_id, found.priority) == (number, priority)
    assert (found.interval, found.addresses) == (interval / 100, tuple(addresses))
    assert (found.family, found.version) == (6 if six else 4, 3)


GOOD = vrrp2(51, 100, 1, [V4])
BROKEN = {
    "version 4": (b"\x41" + GOOD[1:], "no VRRP version 4"),
    "type 2": (b"\x22" + GOOD[1:], "no VRRP packet of type 2"),
    "no VRID": (vrrp2(0, 100, 1, [V4]), "router id is 0"),
    "no interval": (vrrp2(51, 100, 0, [V4]), "interval is 0"),
    "checksum": (GOOD[:6] + b"\1\2" + GOOD[8:], "checksum"),
    "short": (GOOD[:7], "too few"),
    "cut off": (GOOD[:-1], "1 addresses"),
    "too long": (GOOD + b"\0", "1 addresses"),
    "more addresses than there are": (GOOD[:3] + b"\2" + GOOD[4:], "2 addresses"),
    "authentication": (vrrp2(51, 100, 1, [V4], kind=7), "authentication of type 7"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_malformed_packets_say_why(name: str) -> None:
    data, why = BROKEN[name]
    with pytest.raises(Malformed, match=why):
        read_packet(IPV4, ipv4(A, "224.0.0.18", data))


def test_a_fragment_is_no_advertisement() -> None:
    data = bytearray(ipv4(A, B, GOOD))
    data[6] = 0x20
    with pytest.raises(Malformed, match="fragment"):
        read_packet(IPV4, bytes(data))


def test_an_authentication_header_is_opened() -> None:
    inner = vrrp2(51, 100, 1, [V4], kind=2)
    header = bytes([112, 4, 0, 0]) + bytes(20)
    found = read_packet(IPV4, ipv4(A, B, header + inner, protocol=51))
    assert isinstance(found, Packet)
    assert found.authentication == "AH"


def test_who_claims_an_address() -> None:
    mac = "02:00:00:00:00:01"
    assert read_packet(ARP, arp(1, mac, V4, V4)) == Claim(V4, mac, 4, True)
    assert read_packet(ARP, arp(2, mac, V4, A)) == Claim(V4, mac, 4, False)
    assert read_packet(ARP, arp(1, mac, "0.0.0.0", V4)) is None
    data = ipv6(S, "ff02::1", neighbour(V6, mac), protocol=58)
    assert read_packet(IPV6, data) == Claim(V6, mac, 6, True)


SAMPLES = [
    (IPV4, ipv4(A, B, GOOD)),
    (IPV4, ipv4(A, B, vrrp3(51, 100, 100, [V4], (A, B)))),
    (IPV6, ipv6(S, M, vrrp3(51, 100, 100, [V6], (S, M)))),
    (IPV6, ipv6(S, M, neighbour(V6, "02:00:00:00:00:01"), protocol=58)),
    (ARP, arp(1, "02:00:00:00:00:01", V4, V4)),
]


def tried(kind: int, data: bytes) -> Packet | Claim | Malformed | None:
    """Return what is read, or the one fault that may come of it."""
    try:
        return read_packet(kind, data)
    except Malformed as error:
        return error


@given(st.sampled_from(SAMPLES), st.data())
def test_nothing_gets_through_but_malformed(sample: tuple[int, bytes], data: st.DataObject) -> None:
    kind, packet = sample
    changed = bytearray(packet[: data.draw(st.integers(0, len(packet)))])
    for at in data.draw(st.lists(st.integers(0, len(packet) - 1), max_size=4)):
        if at < len(changed):
            changed[at] = data.draw(st.integers(0, 255))
    found = tried(kind, bytes(changed) + data.draw(st.binary(max_size=8)))
    assert found is None or isinstance(found, Packet | Claim) or str(found)


@given(st.sampled_from([IPV4, IPV6, ARP, 0, 0x8100]), st.binary(max_size=120))
def test_noise_is_survived(kind: int, data: bytes) -> None:
    found = tried(kind, data)
    assert not isinstance(found, Malformed) or str(found)
