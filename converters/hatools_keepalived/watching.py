"""Lets VRRP notice when the program that took over the services is down."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import SyncGroup, Tracker, VirtualRouter
from hatools.plugin import Reading
from hatools.text import Edit, Expansion
from hatools.text.document import CLOSE
from hatools_keepalived.vocabulary import find

_INDENT = "    "


class Watch(NamedTuple):
    """The edits that make keepalived watch a program, and what to say of them."""

    edits: list[Edit] = []  # noqa: RUF012 (never changed)
    fact: str = ""
    reason: str = ""


def watch(reading: Reading, program: str) -> Watch:
    """Return what must be put in so that every router falls into FAULT when *program* is down.

    Nothing, where something tracks it already.  Members of a sync group are
    watched through the group, where weights do not matter.
    """
    topology, expansion = reading.topology, reading.expansion
    watchers = {(each.kind, each.name) for each in topology.trackers if _mentions(each, program)}
    grouped = {name for group in topology.groups for name in group.members}
    users: list[VirtualRouter | SyncGroup] = [
        router for router in topology.routers if router.name not in grouped
    ]
    users += topology.groups
    covered = {name for group in topology.groups for name in group.members
               if _tracked(group, watchers)}  # fmt: skip
    missing = [
        user for user in users
        if not _tracked(user, watchers) and not _members_tracked(user, reading, watchers, covered)
    ]  # fmt: skip
    places = [user.origin.at for user in missing if _closing(expansion, user.origin.at) is not None]
    if not places:
        return Watch()
    kind = "process" if _knows_processes(expansion.version) else "script"
    name = _free_name(program, topology.trackers)
    edits = [_definition(expansion, min(places), kind, name, program)]
    edits += filter(None, (_reference(expansion, at, kind, name) for at in places))
    block = f"vrrp_track_process {name}" if kind == "process" else f"vrrp_script {name}"
    return Watch(
        edits,
        f"{block}, and a track_{kind} with it in every vrrp_instance or its vrrp_sync_group",
        f"the addresses must leave a node on which {program} is down",
    )


def _mentions(tracker: Tracker, program: str) -> bool:
    return program in tracker.command or program in tracker.name


def _tracked(user: VirtualRouter | SyncGroup, watchers: set[tuple[str, str]]) -> bool:
    return any((each.kind, each.name) in watchers for each in user.tracking)


def _members_tracked(
    user: VirtualRouter | SyncGroup,
    reading: Reading,
    watchers: set[tuple[str, str]],
    covered: set[str],
) -> bool:
    """Tell whether *user* is a group one of whose members watches already: one is enough."""
    if not isinstance(user, SyncGroup):
        return user.name in covered
    return any(
        _tracked(router, watchers)
        for router in reading.topology.routers
        if router.name in user.members
    )


def _knows_processes(version: str) -> bool:
    record = find("", "vrrp_track_process")
    return record is not None and record.known_in(version)


def _free_name(program: str, trackers: list[Tracker]) -> str:
    taken = {tracker.name for tracker in trackers}
    name = wanted = f"track_{program}"
    number = 2
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    return name


def _definition(expansion: Expansion, at: int, kind: str, name: str, program: str) -> Edit:
    """Return the edit that puts the definition above the first block that uses it."""
    hop = expansion.hop(at)
    document = expansion.documents[hop.document]
    source, row = document.source, document.rows[hop.number]
    while row - 1 in document.remarks:
        row -= 1
    newline = "\r\n" if source.line(row + 1).endswith("\r") else "\n"
    if kind == "process":
        lines = [f"vrrp_track_process {name} {{", f"{_INDENT}process {program}", "}", "", ""]
    else:
        lines = [f"vrrp_script {name} {{", f'{_INDENT}script "/bin/pidof {program}"',
                 f"{_INDENT}interval 2", "}", "", ""]  # fmt: skip
    start = source.offset(row + 1)
    return Edit(start, start, newline.join(lines), source.path)


def _closing(expansion: Expansion, at: int) -> tuple[int, int] | None:
    """Return document and number of the brace that closes the block at *at*, None without one."""
    end = expansion.ends.get(at, len(expansion.statements))
    if end >= len(expansion.statements):
        return None
    hop = expansion.hop(end)
    statements = expansion.documents[hop.document].statements
    if hop.number >= len(statements) or statements[hop.number].kind != CLOSE:
        return None  # it comes out of a definition or a sequence
    return hop.document, hop.number


def _reference(expansion: Expansion, at: int, kind: str, name: str) -> Edit | None:
    """Return the edit that tracks *name* at the end of the block at *at*."""
    closing = _closing(expansion, at)
    if closing is None:
        return None
    document = expansion.documents[closing[0]]
    source, row = document.source, document.rows[closing[1]]
    start = document.statements[closing[1]].start
    line = source.line(row + 1)
    newline = "\r\n" if line.endswith("\r") else "\n"
    margin = line[: len(line) - len(line.lstrip(" \t"))]
    inner = margin + (_inside(expansion, at) or _INDENT)
    lines = [f"{inner}track_{kind} {{", f"{inner}{_step(inner, margin)}{name}", f"{inner}}}", ""]
    if line[:start].strip(" \t"):
        place = source.offset(row + 1, start + 1)
        lines = ["", *lines]
    else:
        place = source.offset(row + 1)
    return Edit(place, place, newline.join(lines), source.path)


def _inside(expansion: Expansion, at: int) -> str:
    """Return by how much the statements of the block at *at* are indented."""
    outer = _margin(expansion, at)
    for child in expansion.children(at):
        inner = _margin(expansion, child)
        if inner.startswith(outer) and len(inner) > len(outer):
            return inner[len(outer) :]
    return ""


def _margin(expansion: Expansion, index: int) -> str:
    hop = expansion.hop(index)
    document = expansion.documents[hop.document]
    line = document.source.line(document.rows[hop.number] + 1)
    return line[: len(line) - len(line.lstrip(" \t"))]


def _step(inner: str, margin: str) -> str:
    return inner[len(margin) :] or _INDENT
