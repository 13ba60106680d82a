"""Registers the ifcfg format."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Codec, Format, hookimpl

_TELLING = frozenset(("DEVICE", "BONDING_OPTS", "BONDING_MASTER", "BOOTPROTO", "ONBOOT", "MASTER",
                      "SLAVE", "HWADDR"))  # fmt: skip


def recognise(path: str, head: str) -> int:
    """Return how surely a file is an ifcfg file: by its name and the variables it sets."""
    if "=" not in head or "\0" in head:
        return 0
    found = set()
    named = "ifcfg-" in path.rpartition("/")[2]
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
