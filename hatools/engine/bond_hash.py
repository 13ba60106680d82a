"""Which number a frame gets from a bond's xmit_hash_policy (Linux 5.17 and later, little-endian).

The port is the number modulo the count of usable ports.  The formulas were
compared with a running kernel; bonding.rst tells them more loosely.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

IPV4, IPV6 = 0x0800, 0x86DD


class Flow(NamedTuple):
    """What a hash looks at.

    Hardware addresses and IP addresses are as on the wire; *ports* are 0 where
    the protocol has none or the packet is a fragment.  *protocol* is the
    Ethernet type.  Of a packet in a tunnel, *inner* is the innermost one.
    """

    source_mac: bytes
    destination_mac: bytes
    source: bytes = b""
    destination: bytes = b""
    source_port: int = 0
    destination_port: int = 0
    protocol: int = IPV4
    vlan: int | None = None
    inner: tuple[bytes, bytes, int, int] | None = None

    def dissected(self) -> Flow:
        """Return the flow with what is in the tunnel, where it is in one."""
        if self.inner is None:
            return self
        source, destination, source_port, destination_port = self.inner
        return self._replace(
            source=source,
            destination=destination,
            source_port=source_port,
            destination_port=destination_port,
        )


def flow_hash(policy: str, flow: Flow) -> int:
    """Return the number that *policy* gives to *flow*.

    With encap3+4 the kernel takes a socket's own hash instead where there is
    one (TCP); that is drawn at random and cannot be foretold.
    """
    return _POLICIES[policy](flow)


def _words(address: bytes) -> int:
    """Return the 32-bit words of *address*, as a little-endian machine sees them, xor-ed."""
    found = 0
    for at in range(0, len(address), 4):
        found ^= int.from_bytes(address[at : at + 4], "little")
    return found


def _ethernet(flow: Flow) -> int:
    return flow.destination_mac[5] ^ flow.source_mac[5] ^ flow.protocol


def _folded(start: int, flow: Flow) -> int:
    found = start ^ _words(flow.destination) ^ _words(flow.source)
    found ^= found >> 16
    return found ^ (found >> 8)


def _layer2(flow: Flow) -> int:
    return _ethernet(flow)


def _layer23(flow: Flow) -> int:
    return _folded(_ethernet(flow), flow) if flow.source else _ethernet(flow)


def _layer34(flow: Flow) -> int:
    if not flow.source:
        return _ethernet(flow)
    both = flow.source_port.to_bytes(2, "big") + flow.destination_port.to_bytes(2, "big")
    return _folded(int.from_bytes(both, "little"), flow) >> 1


def _vlan_source(flow: Flow) -> int:
    mac = flow.source_mac
    vendor, device = int.from_bytes(mac[:3], "big"), int.from_bytes(mac[3:], "big")
    return (flow.vlan or 0) ^ vendor ^ device


_POLICIES: dict[str, Callable[[Flow], int]] = {
    "layer2": _layer2,
    "layer2+3": _layer23,
    "layer3+4": _layer34,
    "encap2+3": lambda flow: _layer23(flow.dissected()),
    "encap3+4": lambda flow: _layer34(flow.dissected()),
    "vlan+srcmac": _vlan_source,
}
