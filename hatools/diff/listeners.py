"""Where services listen: which listeners are the same, and how they are called."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from hatools.diff.findings import WHOLE, Findings, Side
from hatools.diff.matching import pair
from hatools.diff.own_words import compare_own, statements
from hatools.diff.values import Seen, compare_fields
from hatools.model import Listener, Service

MOST_PORTS = 4096  # a longer range is one thing
_SKIP = frozenset(("own", "family"))


class Ear(NamedTuple):
    """One address and port (or range, mark, socket) where a service listens.

    *key* is equal for what is the same to a client; *broad* leaves the address out.
    """

    service: Service
    listener: Listener
    key: Hashable
    broad: Hashable
    ports: tuple[int, int] | None = None


def ears(service: Service, side: Side) -> list[Ear]:
    """Return where *service* listens, a range of ports port by port.

    ``--set vip@NAME=ADDRESS`` stands in for a wildcard.
    """
    found: list[Ear] = []
    for listener in service.listeners:
        if listener.path:
            key: Hashable = ("path", listener.path)
            found.append(Ear(service, listener, key, key))
        elif listener.mark is not None:
            key = ("mark", listener.mark, listener.family or 4)
            found.append(Ear(service, listener, key, key))
        else:
            given = side.settings.get("vip", service.name) if listener.address is None else None
            addresses: list[str | None] = (
                [part.strip() for part in given.split(",")] if given else []
            )
            for address in addresses or [listener.address]:
                family = listener.family if address is None else 0
                for ports in _ports(listener):
                    broad = (ports, listener.protocol)
                    found.append(Ear(service, listener, (address, family, *broad), broad, ports))
    return list({ear.key: ear for ear in reversed(found)}.values())[::-1]  # said twice is said once


def _ports(listener: Listener) -> list[tuple[int, int] | None]:
    if listener.ports is None:
        return [None]
    first, last = listener.ports
    if not 0 < last - first < MOST_PORTS:
        return [listener.ports]
    return [(port, port) for port in range(first, last + 1)]


def label(listener: Listener) -> str:
    """Name a listener: ``192.0.2.10:80``, ``[2001:db8::1]:53/udp``, ``fwmark 5``."""
    if listener.path:
        return listener.path
    if listener.mark is not None:
        return f"fwmark {listener.mark}" + (" (IPv6)" if listener.family == 6 else "")
    address = listener.address or ("[::]" if listener.family == 6 else "*")
    if ":" in address and address[0] != "[":
        address = f"[{address}]"
    first, last = listener.ports or (0, 0)
    ports = "*" if listener.ports is None else str(first) if first == last else f"{first}-{last}"
    return f"{address}:{ports}" + ("" if listener.protocol == "tcp" else f"/{listener.protocol}")


def compare_listeners(
    findings: Findings, where: tuple[str, ...], left: list[Listener], right: list[Listener]
) -> None:
    """Note how listeners of one service differ that are the same to no client of the other."""
    pairs, mine, theirs = pair(
        left, right,
        lambda at: (at.address, at.protocol, at.mark, at.path),
        lambda at: (at.ports, at.protocol, at.mark, at.path),
        lambda at: at.protocol,
    )  # fmt: skip
    if len(mine) == len(theirs) == 1:
        pairs += zip(mine, theirs, strict=True)
        mine, theirs = [], []
    for one, other in pairs:
        compare_pair(findings, where, one, other)
    for one in mine:
        findings.one_sided((*where, f"listener {label(one)}"), left=one.origin)
    for one in theirs:
        findings.one_sided((*where, f"listener {label(one)}"), right=one.origin)


def compare_pair(
    findings: Findings, where: tuple[str, ...], left: Listener, right: Listener
) -> None:
    """Note how two listeners that stand for each other differ."""
    at = (*where, f"listener {label(left)}")
    mine, theirs = [((each.origin, ""), (each.origin, WHOLE)) for each in (left, right)]
    skip = _SKIP if left.address or right.address else _SKIP - {"family"}
    compare_fields(findings, at, Seen(left, mine), Seen(right, theirs), skip)
    compare_own_of(findings, where, left, right)


def compare_own_of(
    findings: Findings, where: tuple[str, ...], left: Listener, right: Listener
) -> None:
    """Note how the words that only one language has of two listeners differ."""
    if left.own != right.own:
        compare_own(
            findings,
            (*where, f"listener {label(left)}"),
            statements(left.own, ((left.origin, ""),)),
            statements(right.own, ((right.origin, ""),)),
        )
