"""The hash functions of HAProxy: sdbm, djb2, wt6, crc32, none, and the avalanche behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from socket import AF_INET, AF_INET6, inet_pton
from zlib import crc32

WORD = 0xFFFFFFFF


def sdbm(key: bytes) -> int:
    """Return the hash of the sdbm database library: x 65599 for each byte."""
    value = 0
    for byte in key:
        value = value * 65599 + byte & WORD
    return value


def djb2(key: bytes) -> int:
    """Return D. J. Bernstein's hash: x 33 for each byte, from 5381."""
    value = 5381
    for byte in key:
        value = value * 33 + byte & WORD
    return value


def wt6(key: bytes) -> int:
    """Return the hash wt6 (``hash.c``): two words that turn each other."""
    one, two = 0xA53C965A, 0x5CA6953A
    first, second = 6, 18
    for byte in key:
        one = ~(one ^ byte) & WORD
        two = ~(two + byte) & WORD
        one, two = _turned(two, first), _turned(one, second)
        steps = (one >> 16 ^ two) & 0xFFFF
        first, second = steps & 31, steps >> 11
    return one ^ two


def _turned(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & WORD


def plain(key: bytes) -> int:
    """Return the decimal number that *key* begins with (``hash-type … none``), 0 without one."""
    found = re.match(rb"-?\d+", key)
    if found is None:
        return 0
    return max(min(int(found[0][:25]), (1 << 63) - 1), -(1 << 63)) & WORD


def avalanche(value: int) -> int:
    """Return a 32-bit *value* with every bit spread over the word.

    Bob Jenkins' six-step integer hash, times 3221225473.
    """
    value = value + 0x7ED55D16 + (value << 12) & WORD
    value = value ^ 0xC761C23C ^ value >> 19
    value = value + 0x165667B1 + (value << 5) & WORD
    value = (value + 0xD3A2646C ^ value << 9) & WORD
    value = value + 0xFD7046C5 + (value << 3) & WORD
    value = value ^ 0xB55A4F09 ^ value >> 16
    return value * 3221225473 & WORD


FUNCTIONS: dict[str, Callable[[bytes], int]] = {
    "sdbm": sdbm,
    "djb2": djb2,
    "wt6": wt6,
    "crc32": crc32,
    "none": plain,
}


def packed(address: str) -> bytes | None:
    """Return the bytes of an address, None for what is none."""
    try:
        return inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except OSError:
        return None


def folded(address: bytes) -> int:
    """Return the words of an address, xored: what ``source`` hashes."""
    value = 0
    for at in range(0, len(address), 4):
        value ^= int.from_bytes(address[at : at + 4], "big")
    return value
