"""Reads what the kernel counts of all IPVS: /proc/net/ip_vs_stats, /proc/net/ip_vs_conn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

TOTALS = (  # the columns of ip_vs_stats, in hexadecimal
    "connections",
    "incoming_packets",
    "outgoing_packets",
    "incoming_bytes",
    "outgoing_bytes",
)
NUMBER = re.compile(r"[0-9A-F]{1,16}")
CONNECTION = re.compile(rb"^([A-Z]{2,4})(?: +[0-9A-Fa-f:.]+){6} +([A-Z][A-Z0-9_]*) ", re.MULTILINE)
LONGEST = 192  # bytes of a line of ip_vs_conn, that of IPv6


def read_totals(text: str) -> dict[str, int]:
    """Return the totals since IPVS began, or since ``ipvsadm -Z``; none where there are none.

    They are the first row of numbers; the rates below are for who has no Prometheus.
    """
    for line in text.splitlines()[2:3]:
        words = line.split()
        if len(words) == len(TOTALS) and all(map(NUMBER.fullmatch, words)):
            return {name: int(word, 16) for name, word in zip(TOTALS, words, strict=True)}
    return {}


def read_states(table: bytes) -> dict[str, int]:
    """Return how many connections are in each state, by ``PROTOCOL STATE`` in the kernel's words.

    The templates of persistent services are among them: NONE, or ASSURED.
    """
    found = Counter(CONNECTION.findall(table))
    return {
        f"{protocol.decode()} {state.decode()}": number
        for (protocol, state), number in sorted(found.items())
    }


def traffic(path: str, services: Iterable[dict[str, Any]], most: int) -> dict[str, Any]:
    """Return the details of a ``traffic`` event; nothing where the kernel has no IPVS.

    *path* is that of the *services*.  Where there are more than *most*
    connections they are not counted by state: to list millions takes seconds.
    """
    try:
        with open(f"{path}_stats", encoding="ascii", errors="replace") as file:
            found: dict[str, Any] = {**read_totals(file.read())}
    except OSError:
        return {}
    known = sum(
        server["active"] + server["inactive"]
        for one in services
        for server in one["servers"].values()
    )
    if found and known <= most:
        try:
            with open(f"{path}_conn", "rb") as table:
                listed = table.read(LONGEST * (most + 1))
        except OSError:  # whoever may not see it
            return found
        if listed.count(b"\n") <= most + 1:  # templates count, too
            found["states"] = read_states(listed)
    return found
