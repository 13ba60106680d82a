"""Registers the keepalived format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

_BLOCKS = (
    "global_defs",
    "vrrp_instance",
    "vrrp_sync_group",
    "vrrp_script",
    "virtual_server",
    "virtual_server_group",
    "bfd_instance",
)
_ODD = 100  # of so many bytes one may be a NUL: keepalived ignores the line it stands on
_HINTS = ("vrrp_instance ", "virtual_server ", "global_defs", "virtual_router_id ", "real_server ")


def recognise(path: str, head: str) -> int:
    """Return how surely a file is a keepalived.conf: 0 to 100, by *path* and its first 64 KiB."""
    name = path.rpartition("/")[2].lower()
    named = 0
    if (name.startswith("keepalived") and name.endswith((".conf", ".cfg"))) or name.endswith(
        ".keepalived"
    ):
        named = 90
    elif "/keepalived/" in path.lower() and name.endswith(".conf"):
        named = 70
    if head.startswith(("#!", "\x7fELF")) or head.count("\0") > len(head) // _ODD:
        return 0
    head = head.removeprefix("\ufeff")
    if not any(hint in head for hint in _HINTS):
        return 0 if "\0" in head else named // 3 if head.strip() else named
    return max(named, _blocks(head))


def _blocks(head: str) -> int:
    """Return how surely *head* holds keepalived's blocks: 95, 60 (no brace in sight), 0."""
    found = 0
    lines = iter(head.split("\n"))
    for line in lines:
        line = line.split("#", 1)[0].replace("{", " { ")
        words = line.split()
        if words and words[0].startswith("@"):
            del words[0]
        if not words or words[0] not in _BLOCKS:
            continue
        if "{" in words or next(lines, "").lstrip().startswith("{"):
            return 95
        found = 60
    return found


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return keepalived's language."""

    def load() -> Codec:
        from hatools_keepalived.codec import KeepalivedCodec

        return KeepalivedCodec()

    return [
        Format(
            "keepalived",
            "keepalived: VRRP and LVS with health checks",
            "keepalived.conf",
            recognise,
            load,
            program="keepalived",
            versions=("2.0", "2.1", "2.2", "2.3", "2.4"),
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return what is wrong in a keepalived.conf: rules, and what its reader remarks itself."""
    from hatools.plugin import RuleSet

    def about_routers() -> Iterable[Rule | Remark]:
        from hatools_keepalived.rules.about_routers import RULES

        return RULES

    def about_services() -> Iterable[Rule | Remark]:
        from hatools_keepalived.rules.about_services import RULES

        return RULES

    def about_anything() -> Iterable[Rule | Remark]:
        from hatools_keepalived.rules.about_anything import RULES

        return RULES

    def pages() -> Iterable[Rule | Remark]:
        from hatools_keepalived.pages import REMARKS

        return REMARKS

    return [
        RuleSet(about_routers, ("KA",), ("keepalived",), about="routers"),
        RuleSet(about_services, ("KA",), ("keepalived",), about="services"),
        RuleSet(about_anything, ("KA",), ("keepalived",)),
        RuleSet(pages, ("KA", "TX"), looks_at="reading"),
    ]
