"""What forks of keepalived (alibaba's LVS, DPVS) add to the language, which keepalived lacks."""

from __future__ import annotations

KEYWORDS = {
    "local_address_group": "the local addresses of full NAT",
    "laddr_group_name": "the local addresses of full NAT",
    "laddr_group": "the local addresses of full NAT",
    "syn_proxy": "answering SYN packets in place of the servers",
    "est_timeout": "how long an idle connection is kept",
    "establish_timeout": "how long an idle connection is kept",
    "conn_timeout": "how long a connection may take to be made",
    "vip_bind_dev": "the device that the address is put on",
    "limit_proportion": "a limit of the bandwidth",
    "bps": "a limit of the bandwidth",
    "proxy_protocol": "the PROXY protocol towards the servers",
    "hash_target": "what consistent hashing looks at",
    "quic": "balancing QUIC by its connection ids",
    "daddr_group_name": "addresses that are refused",
    "deny_address_group": "addresses that are refused",
    "allow_address_group": "addresses that alone are served",
    "dpdk_interface": "the device of DPDK that packets come by",
    "deny_addr_group": "addresses that are refused",
    "deny_addr_gname": "addresses that are refused",
    "blklst_addr_gname": "addresses that are refused",
    "allow_addr_group": "addresses that alone are served",
    "allow_addr_gname": "addresses that alone are served",
    "whtlst_addr_gname": "addresses that alone are served",
}
"""Each keyword, with what it is for."""

VALUES = {
    "FNAT": ("masquerade", "full NAT", "NAT"),
    "conhash": ("mh", "consistent hashing", "mh, which hashes consistently, too"),
}
"""Values of known keywords: how they are read, what they are, and what they are taken for."""

FORKS = "the alibaba and DPVS keepalived"


def value(word: str) -> tuple[str, str] | None:
    """Return how a fork's value is read, and what to say of it; None for any other word."""
    found = VALUES.get(word)
    if found is None:
        return None
    read, is_, taken_for = found
    said = f"'{word}' is {is_} of {FORKS}, which keepalived itself ignores; taken for {taken_for}"
    return read, said


def keyword(name: str) -> str:
    """Return what to say of a keyword that only forks have; empty for any other."""
    purpose = KEYWORDS.get(name)
    return f"'{name}' ({purpose}) is an addition of {FORKS}" if purpose else ""
