"""The hashes of the kernel's schedulers: multiplicative (sh, dh, lblc) and SipHash (mh)."""

from __future__ import annotations

from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton

WORD = 0xFFFFFFFF
LONG = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x61C88647  # include/linux/hash.h
SECONDS = ((2654435761, 2654435761), (2654446892, 2654446892))  # the two keys of ip_vs_mh.c
START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


@lru_cache(65536)
def number(address: str) -> int:
    """Return *address* as the kernel hashes it: 32 bits, host order, IPv6 words xored.

    A name, which has no number, counts as 0.
    """
    try:
        if ":" not in address:
            return int.from_bytes(inet_pton(AF_INET, address), "big")
        raw = inet_pton(AF_INET6, address)
    except OSError:
        return 0
    words = [int.from_bytes(raw[at : at + 4], "big") for at in range(0, 16, 4)]
    return words[0] ^ words[1] ^ words[2] ^ words[3]


def hash32(value: int, bits: int) -> int:
    """Return *bits* bits of the kernel's multiplicative hash of a 32-bit *value*."""
    return (value * GOLDEN & WORD) >> (32 - bits)


def _turn(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & LONG


def _round(v0: int, v1: int, v2: int, v3: int) -> tuple[int, int, int, int]:
    v0 = (v0 + v1) & LONG
    v1 = _turn(v1, 13) ^ v0
    v0 = _turn(v0, 32)
    v2 = (v2 + v3) & LONG
    v3 = _turn(v3, 16) ^ v2
    v0 = (v0 + v3) & LONG
    v3 = _turn(v3, 21) ^ v0
    v2 = (v2 + v1) & LONG
    v1 = _turn(v1, 17) ^ v2
    v2 = _turn(v2, 32)
    return v0, v1, v2, v3


@lru_cache(65536)
def siphash(value: int, which: int) -> int:
    """Return 32 bits of SipHash-1-3 of the 32-bit *value* (4 bytes, little endian).

    *which* is 0 or 1: the first or the second key of ``ip_vs_mh.c``.  This is
    ``hsiphash`` of 64-bit kernels (Aumasson, Bernstein: SipHash, 2012; one
    compression and three finalisation rounds).
    """
    key = SECONDS[which]
    v0, v1, v2, v3 = (word ^ key[at % 2] for at, word in enumerate(START))
    block = 4 << 56 | value & WORD
    v0, v1, v2, v3 = _round(v0, v1, v2, v3 ^ block)
    v0 ^= block
    v2 ^= 0xFF
    for _ in range(3):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return (v0 ^ v1 ^ v2 ^ v3) & WORD
