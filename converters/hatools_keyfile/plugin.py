"""Registers the keyfile format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

_KEYS = ("id", "uuid", "type", "interface-name", "master", "controller")


def recognise(path: str, head: str) -> int:
    """Return how surely a file is a keyfile: a group ``connection`` with keys that say what."""
    if "[connection]" not in head:
        return 0
    named = path.endswith(".nmconnection")
    group, found = "", False
    for line in head.split("\n"):
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            group = text
        elif group == "[connection]" and text.partition("=")[0].strip() in _KEYS and "=" in text:
            found = True
        elif text and not named and not text.startswith("#") and "=" not in text:
            return 0
    return (97 if named else 90) if found else 0


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return the language of keyfiles."""

    def load() -> Codec:
        from hatools_keyfile.codec import KeyfileCodec

        return KeyfileCodec()

    return [
        Format(
            "keyfile",
            "keyfile: NetworkManager's .nmconnection files, as far as bonded links go",
            "bond0.nmconnection",
            recognise,
            load,
            program="NetworkManager",
            versions=tuple(f"1.{minor}" for minor in range(20, 58, 2)),
            kind="link",
            private=True,
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return the pages about what the reader remarks."""
    from hatools.plugin import RuleSet

    def pages() -> Iterable[Rule | Remark]:
        from hatools_keyfile.pages import REMARKS

        return REMARKS

    return [RuleSet(pages, ("BD2",), looks_at="reading")]
