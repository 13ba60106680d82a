"""Writes the script that prepares real servers for direct routing or tunnels."""

from __future__ import annotations

from hatools.plugin import OutFile
from hatools_keepalived.writing_blocks import Block

NAME = "real-server-setup.sh"

_HEAD = """#!/bin/sh
# Run on every real server behind {kinds}: it must take packets for the
# virtual addresses, and must not answer ARP for them.
set -e
"""
_ARP = """
sysctl -w net.ipv4.conf.all.arp_ignore=1
sysctl -w net.ipv4.conf.all.arp_announce=2
sysctl -w net.ipv4.conf.lo.arp_ignore=1
sysctl -w net.ipv4.conf.lo.arp_announce=2
"""
_TUNNELS = {
    4: """
modprobe ipip
ip link set tunl0 up
sysctl -w net.ipv4.conf.tunl0.rp_filter=0
sysctl -w net.ipv4.conf.all.rp_filter=0
""",
    6: """
modprobe ip6_tunnel
ip link set ip6tnl0 up
""",
}
_WORDS = {"direct": "direct routing (DR)", "tunnel": "tunnels (TUN)"}


def companion(blocks: list[Block]) -> OutFile | None:
    """Return the set-up script for real servers, None where none needs it."""
    kinds: set[str] = set()
    addresses: dict[str, int] = {}
    tunnels: set[int] = set()
    for block in blocks:
        methods = {server.forwarding for server in block.pool.servers} & _WORDS.keys()
        kinds |= methods
        for endpoint in block.endpoints:
            if methods and endpoint.address:
                addresses[endpoint.address] = endpoint.family
            if "tunnel" in methods:
                tunnels.add(endpoint.family or 4)
    if not kinds:
        return None
    text = _HEAD.format(kinds=" or ".join(_WORDS[kind] for kind in sorted(kinds)))
    if 4 in addresses.values():
        text += _ARP
    for family in sorted(tunnels):
        text += _TUNNELS[family]
    if addresses:
        text += "\n"
    for address, family in addresses.items():
        if family == 6:
            text += f"ip -6 address replace {address}/128 dev lo nodad preferred_lft 0\n"
        else:
            text += f"ip address replace {address}/32 dev lo\n"
    return OutFile(NAME, text, "prepares the real servers for what lb_kind asks of them", True)
