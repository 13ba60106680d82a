"""Reads how packets reach a server (lb_kind), and masks."""

from __future__ import annotations

from hatools.model import Tunnel
from hatools_keepalived import vendors
from hatools_keepalived.ip_text import AF_INET, inet_pton
from hatools_keepalived.values import IGNORED, MISSING, Result, Words, parse_whole

FORWARDING = {"NAT": "masquerade", "DR": "direct", "TUN": "tunnel"}
_CHECKSUMS = ("nocsum", "csum", "remcsum")
_KINDS = ("ipip", "gue", "gre")


def read_method(words: Words) -> Result:
    """Take ``NAT``, ``DR`` or ``TUN [type ipip|gue|gre] [port N] [csum…]`` as (method, tunnel)."""
    if not words:
        return IGNORED, MISSING
    method = FORWARDING.get(words[0])
    if method is None:
        if (fork := vendors.value(words[0])) and fork[0] in FORWARDING.values():
            return (fork[0], None), fork[1]
        return IGNORED, f"'{words[0]}' is none of NAT, DR, TUN"
    if method != "tunnel":
        return (method, None), (f"'{words[1]}' is no option of {words[0]}" if words[1:] else "")
    kind, port, checksum, complaint = "ipip", None, "", ""
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        value = rest[0] if rest else ""
        if word == "type" and value in _KINDS:
            kind = rest.pop(0)
        elif word == "port" and (number := parse_whole(value)) and 0 < number < 65536:
            port = number
            rest.pop(0)
        elif word in _CHECKSUMS:
            checksum = "" if word == "nocsum" else word
        else:
            complaint = f"'{word}' is no option of a tunnel"
    if kind == "gue" and port is None:
        complaint = complaint or "a gue tunnel needs a port"
    return (method, Tunnel(kind, port, checksum)), complaint


def netmask(word: str, family: int) -> tuple[int | None, str]:
    """Return a granularity as prefix length, or None with what is wrong about it."""
    if family == 6:
        length = parse_whole(word)
        if length is None or not 1 <= length <= 128:
            return None, f"'{word}' is no prefix length from 1 to 128"
        return length, ""
    number = parse_whole(word)
    if number is not None:
        return None, (
            f"keepalived takes {word} for the mask 0.0.0.{number & 255}; write 255.255.255.0 or"
            " the like"
        )
    try:
        bits = int.from_bytes(inet_pton(AF_INET, word), "big")
    except (OSError, ValueError):
        return None, f"'{word}' is no mask"
    length = bits.bit_count()
    if bits != (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF:
        return None, f"{word} is no mask of leading bits"
    return length, ""
