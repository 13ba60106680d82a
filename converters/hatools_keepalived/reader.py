"""Reads what a keepalived.conf means into the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hatools.plugin import Reading
from hatools.text import Expansion
from hatools_keepalived import vocabulary
from hatools_keepalived.block_reader import BLANK, BlockReader
from hatools_keepalived.reading_globals import GlobalReader, read_section
from hatools_keepalived.reading_services import ServiceReader
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import Words

_ROUTING = frozenset(
    ("vrrp_instance", "vrrp_sync_group", "vrrp_script", "vrrp_track_process", "vrrp_track_file",
     "track_file", "bfd_instance")
)  # fmt: skip


def read(expansion: Expansion) -> Reading:
    """Return what *expansion* means: every statement is claimed by an object or has a fate.

    Values are those that keepalived works with: its defaults are filled in, and
    what it ignores or changes is remarked upon.
    """
    reader = BlockReader(expansion)
    top = _top(reader)
    services, settings = ServiceReader(reader), GlobalReader(reader)
    for index, words in top:
        if words[0] == "global_defs":
            settings.read(index)
        elif words[0] == "virtual_server_group":
            services.note_group(index)
    settings.finish()
    readers = {"virtual_server": services.read, **_routing(reader, settings.inherited, top)}
    for index, words in top:
        keyword = words[0]
        handler = readers.get(keyword)
        if handler is not None:
            handler(index)
        elif keyword in ("global_defs", "virtual_server_group"):
            continue
        elif vocabulary.known("", keyword):
            read_section(reader, index)
        else:
            scope = Scope(index)
            reader.unknown(scope, index, words, "")
            reader.finish(scope)
    services.drop_unused()
    return reader.reading


def _routing(
    reader: BlockReader, inherited: dict[str, Any], top: list[tuple[int, Words]]
) -> dict[str, Callable[[int], None]]:
    """Return what reads virtual routers and trackers, where there are any."""
    if _ROUTING.isdisjoint({words[0] for _, words in top}):
        return {}
    from hatools_keepalived.reading_trackers import KINDS, read_tracker
    from hatools_keepalived.reading_vrrp import RouterReader

    routers = RouterReader(reader, inherited)
    routers.instances = {words[1] for _, words in top if words[0] == "vrrp_instance" and words[1:]}

    def tracker(index: int) -> None:
        read_tracker(reader, index, routers.known)

    return {
        "vrrp_instance": routers.read_instance,
        "vrrp_sync_group": routers.read_group,
        **dict.fromkeys(KINDS, tracker),
    }


def _top(reader: BlockReader) -> list[tuple[int, Words]]:
    """Return the statements that stand in no block, as their authors meant them."""
    found = []
    for index in reader.expansion.children(-1):
        scope = Scope(index)
        words = reader.words(scope, index)
        if words:
            reader.age(scope, index, "", words[0])
            found.append((index, words))
        else:
            reader.drop_inside(scope, index, BLANK)
        reader.finish(scope)
    return found
