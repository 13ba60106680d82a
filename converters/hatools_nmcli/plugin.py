"""Registers the nmcli format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet


def recognise(path: str, head: str) -> int:
    """Return how surely a file holds nmcli commands about connections: 0 to 100."""
    if "nmcli" not in head or "\0" in head:
        return 0
    sure = 0
    for line in head.split("\n"):
        if "nmcli" not in line:
            continue
        words = line.replace("'", " ").replace('"', " ").split()
        if not words or (words[0].startswith("#") and not words[0].endswith("#")):
            continue
        for place, word in enumerate(words):
            if word.rpartition("/")[2] != "nmcli":
                continue
            rest = [each for each in words[place + 1 :] if each[:1] != "-"]
            if len(rest) > 1 and "connection".startswith(rest[0]):
                changes = rest[1][:1] in "amd"
                sure = max(sure, 92 if changes else 40)
            elif line.rstrip().endswith("\\"):
                sure = max(sure, 40)
    return sure


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return nmcli's language."""

    def load() -> Codec:
        from hatools_nmcli.codec import NmcliCodec

        return NmcliCodec()

    return [
        Format(
            "nmcli",
            "nmcli: NetworkManager's command line, as far as bonded links go",
            "bonds.sh",
            recognise,
            load,
            program="NetworkManager",
            versions=tuple(f"1.{minor}" for minor in range(20, 58, 2)),
            kind="link",
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return what is wrong with bonds in any language: rules, and what readers remark."""
    from hatools.plugin import RuleSet

    def rules() -> Iterable[Rule | Remark]:
        from hatools_nmcli.rules import RULES

        return RULES

    def pages() -> Iterable[Rule | Remark]:
        from hatools_nmcli.pages import REMARKS

        return REMARKS

    return [
        RuleSet(rules, ("BD5",), ("nmcli", "keyfile", "ifcfg", "bonding-state")),
        RuleSet(pages, ("BD",), looks_at="reading"),
    ]
