"""Registers the ifcfg format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

_TELLING = frozenset(("DEVICE", "BONDING_OPTS", "BONDING_MASTER", "BOOTPROTO", "ONBOOT", "MASTER",
                      "SLAVE", "HWADDR"))  # fmt: skip


_BESIDE = ("route-", "route6-", "rule-", "rule6-")
_WORDS = frozenset(("via", "dev", "scope", "src", "table", "metric", "from", "to", "lookup", "iif",
                    "fwmark", "blackhole", "unreachable", "prohibit"))  # fmt: skip


def recognise(path: str, head: str) -> int:
    """Return how surely a file is an ifcfg file: by its name and the variables it sets."""
    if "\0" in head:
        return 0
    name = path.rpartition("/")[2]
    if name.startswith(_BESIDE):
        return _recognise_routes(head)
    if "=" not in head:
        return 0
    found = set()
    named = "ifcfg-" in name
    for line in head.split("\n"):
        text = line.strip()
        if not text or text[0] == "#":
            continue
        name, equals, _ = text.partition("=")
        if not equals or not name.replace("_", "").isalnum() or name != name.upper():
            if not named:
                return 0
            continue
        found.add(name)
    telling = len(found & _TELLING)
    if named:
        return 96 if telling else 0
    return 90 if telling > 1 and "DEVICE" in found else 0


def _recognise_routes(head: str) -> int:
    """Return how surely a file that is named so is one of routes or rules."""
    lines = [line.split() for line in head.split("\n") if line.strip() and line.strip()[0] != "#"]
    telling = [words for words in lines
               if words[0].startswith(("ADDRESS", "NETMASK", "GATEWAY", "METRIC"))
               or (words[0] != "ip" and not _WORDS.isdisjoint(words))]  # fmt: skip
    return 96 if lines and len(telling) == len(lines) else 0


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return the language of ifcfg files."""

    def load() -> Codec:
        from hatools_ifcfg.codec import IfcfgCodec

        return IfcfgCodec()

    return [
        Format(
            "ifcfg",
            "ifcfg: Red Hat's network scripts (up to RHEL 9), as far as bonded links go",
            "ifcfg-bond0",
            recognise,
            load,
            kind="link",
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return the pages about what the reader remarks."""
    from hatools.plugin import RuleSet

    def pages() -> Iterable[Rule | Remark]:
        from hatools_ifcfg.pages import REMARKS

        return REMARKS

    return [RuleSet(pages, ("BD3",), looks_at="reading")]
