"""Registers the format of /proc/net/bonding, which is only read."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Codec, Format, hookimpl

_HEADINGS = ("Ethernet Channel Bonding Driver:", "Bonding Mode:")


def recognise(path: str, head: str) -> int:
    """Return how surely a text is what the bonding driver shows, in /proc or in /sys."""
    for line in head.split("\n"):
        if line.startswith(_HEADINGS):
            return 96
        if line.startswith("/sys/class/net/") and "/bonding/" in line and ":" in line:
            return 92
        if line.strip() and not line.startswith(("#", "$", "[", "==>", "/sys/")):
            return 0
    return 0


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return the language of the bonding driver's own words."""

    def load() -> Codec:
        from hatools_bonding.codec import BondingCodec

        return BondingCodec()

    return [
        Format(
            "bonding-state",
            "bonding-state: /proc/net/bonding and /sys/class/net/*/bonding, read only",
            "bond0",
            recognise,
            load,
            kind="link",
            writes=False,
        )
    ]
