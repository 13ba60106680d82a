"""When a certificate ends: the one date of X.509 that an operator has to know (RFC 5280)."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator
from functools import lru_cache
from time import strptime

SEQUENCE, VERSION, UTC_TIME, GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18


@lru_cache(4096)
def expiry(certificate: bytes) -> float | None:
    """Return when *certificate* (DER) ends, in seconds since 1970; None where it cannot be read.

    ssl tells it only of certificates that it verified, and checks take any.
    """
    try:
        (whole,) = _parts(certificate)
        signed = next(_parts(whole[1]))
        fields = [part for part in _parts(signed[1]) if part[0] != VERSION]
        validity = fields[3]  # serial, algorithm, issuer, validity
        _, (kind, text) = _parts(validity[1])
        return _seconds(kind, text.decode("ascii"))
    except (ValueError, IndexError, StopIteration):
        return None


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, content) of what stands in *data*, in DER."""
    at = 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            wide = size & 0x7F
            size = int.from_bytes(data[at : at + wide], "big")
            at += wide
        if at + size > len(data):
            raise ValueError("it is cut off")
        yield tag, data[at : at + size]
        at += size


def _seconds(kind: int, text: str) -> float:
    if kind == UTC_TIME:  # two digits of the year: from 50 on the last century
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    elif kind != GENERALIZED_TIME:
        raise ValueError("this is no time")
    return float(timegm(strptime(text, "%Y%m%d%H%M%SZ")))
