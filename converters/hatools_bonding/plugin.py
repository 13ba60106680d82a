"""Registers the format of what is shown of running bonds, which is only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

_HEADINGS = ("Ethernet Channel Bonding Driver:", "Bonding Mode:")


def recognise(path: str, head: str) -> int:
    """Return how surely a text is what /proc, /sys or ``ip -d link`` shows of bonds."""
    if head[:1] == "[" and '"ifname"' in head:
        return 92 if '_kind": "bond"' in head or '_kind":"bond"' in head else 40
    for line in head.split("\n"):
        if line.startswith(_HEADINGS):
            return 96
        if line.startswith("/sys/class/net/") and "/bonding/" in line and ":" in line:
            return 92
        if line[:1].isdigit() and ": <" in line and "> mtu " in line:
            return 92 if " bond mode " in head or " bond_slave state " in head else 40
        if line.strip() and not line.startswith(("#", "$", "[", "==>", "/sys/")):
            return 0
    return 0


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return the language of what is shown of bonds that run."""

    def load() -> Codec:
        from hatools_bonding.codec import BondingCodec

        return BondingCodec()

    return [
        Format(
            "bonding-state",
            "bonding-state: /proc/net/bonding, /sys/class/net/*/bonding and ip -d link, read only",
            "bond0",
            recognise,
            load,
            kind="link",
            writes=False,
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return the pages about what the reader remarks."""
    from hatools.plugin import RuleSet

    def pages() -> Iterable[Rule | Remark]:
        from hatools_bonding.pages import REMARKS

        return REMARKS

    return [RuleSet(pages, ("BD4",), looks_at="reading")]
