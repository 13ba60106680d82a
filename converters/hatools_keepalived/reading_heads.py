"""Reads where a virtual server listens: address and port, firewall mark, or a group of them."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import Listener, Origin
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader
from hatools_keepalived.ip_text import AF_INET, AF_INET6, inet_ntop, inet_pton
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import UINT, Words, is_placeholder, parse_address, parse_whole

LARGEST_RANGE = 65536  # listeners that one line may stand for


class Head(NamedTuple):
    """The words behind ``virtual_server``; *fault* says why keepalived skips the block."""

    name: str = ""
    address: str | None = None
    port: int | None = None
    mark: int | None = None
    group: str = ""
    family: int = 0
    fault: str = ""


def read_head(words: Words) -> Head:
    """Return what a virtual server listens to."""
    if not words:
        return Head(fault="there is no address")
    if words[0] == "fwmark":
        mark = parse_whole(words[1]) if len(words) > 1 else None
        if mark is None or not 0 <= mark <= UINT:
            return Head(fault=f"'{' '.join(words[1:2])}' is no firewall mark")
        return Head(f"fwmark:{mark}", mark=mark)
    if words[0] == "group":
        if len(words) < 2:
            return Head(fault="the group has no name")
        return Head(words[1], group=words[1])
    address = parse_address(words[0])
    port = parse_whole(words[1]) if len(words) > 1 else 0
    if address is None or port is None or not 0 <= port <= 65535:
        kind = "a placeholder" if is_placeholder(words) else "no IP address and port number"
        return Head(fault=f"'{' '.join(words[:2])}' is {kind}")
    family = 6 if ":" in address else 4
    place = f"[{address}]:{port}" if family == 6 else f"{address}:{port}"
    return Head(place, address, port or None, family=family)


def read_group(reader: BlockReader, index: int, again: bool = False) -> list[Listener]:
    """Return the listeners of the virtual_server_group at *index*.

    What is wrong with its lines is handed in once: not when it is read *again*.
    """
    scope = Scope(index)
    found: list[Listener] = []
    for child, words in reader.children(scope):
        listeners, complaint = _entry(words)
        origin = Origin(reader.expansion, child, {"": (0,)})
        for listener in listeners:
            listener.origin = origin
        found += listeners
        if complaint:
            said = f"{complaint}: keepalived skips the line"
            scope.remark(child, remarks.SKIPPED_BLOCK, said)
            reader.drop(scope, child, said)
        elif not listeners:
            reader.drop(scope, child, "an empty range")
    if not again:
        reader.finish(scope)
    return found


def _entry(words: Words) -> tuple[list[Listener], str]:
    """Return the listeners of one line: address, range or mask with a port, or a mark."""
    if words[0] == "fwmark":
        mark = parse_whole(words[1]) if len(words) > 1 else None
        if mark is None or not 0 <= mark <= UINT:
            return [], f"'{' '.join(words[1:2])}' is no firewall mark"
        family = {"inet": 4, "inet6": 6}.get(words[2] if len(words) > 2 else "", 0)
        return [Listener(None, None, "any", mark, family)], ""
    port = parse_whole(words[1]) if len(words) > 1 else 0
    if port is None or not 0 <= port <= 65535:
        return [], f"'{words[1]}' is no port number"
    addresses = _addresses(words[0])
    if addresses is None:
        return [], f"'{words[0]}' is no address, range of addresses or network"
    if not addresses:
        return [], f"'{words[0]}' is more than {LARGEST_RANGE} addresses, which is not read"
    ports = (port, port) if port else None
    family = 6 if ":" in addresses[0] else 4
    return [Listener(address, ports, "udp", family=family) for address in addresses], ""


def _addresses(word: str) -> list[str] | None:
    """Return the addresses that ``A``, ``A-LAST``, ``A-B`` or ``A/MASK`` stand for."""
    if "/" in word:
        first, _, mask = word.partition("/")
        base, bits = _number(first), parse_whole(mask)
        width = 128 if ":" in first else 32
        if base is None or bits is None or not 0 <= bits <= width:
            return None
        if width - bits > 16:
            return []
        start = base >> (width - bits) << (width - bits)
        return [_text(start + step, width) for step in range(1 << (width - bits))]
    first, dash, last = word.partition("-")
    if not dash:
        address = parse_address(first)
        return None if address is None else [address]
    base, width = _number(first), 128 if ":" in first else 32
    if base is None:
        return None
    stop = _number(last) if ("." in last or ":" in last) else _last(base, last, width)
    if stop is None or stop < base:
        return None
    if stop - base >= LARGEST_RANGE:
        return []
    return [_text(number, width) for number in range(base, stop + 1)]


def _last(base: int, word: str, width: int) -> int | None:
    """Return the end of a range whose last part alone is given: decimal for IPv4, hex for IPv6."""
    try:
        value = int(word, 10 if width == 32 else 16)
    except ValueError:
        return None
    top = 0xFF if width == 32 else 0xFFFF
    return (base & ~top) | value if 0 <= value <= top else None


def _number(address: str) -> int | None:
    try:
        return int.from_bytes(inet_pton(AF_INET6 if ":" in address else AF_INET, address), "big")
    except (OSError, ValueError):
        return None


def _text(number: int, width: int) -> str:
    return inet_ntop(AF_INET if width == 32 else AF_INET6, number.to_bytes(width // 8, "big"))
