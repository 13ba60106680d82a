"""Reads what is tracked (scripts, processes, files, BFD sessions), and the references to it."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import Tracker, Tracking
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader, Table
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import (
    IGNORED,
    MISSING,
    Converter,
    Result,
    Words,
    address,
    line,
    parse_whole,
    seconds,
    text,
    whole,
)


def _weight(most: int, stored: bool = False) -> Converter:
    """Return a converter for a weight within ±*most* and perhaps ``reverse``.

    *stored*: the program complains of a weight out of range but keeps it.
    """

    def convert(words: Words) -> Result:
        if not words:
            return IGNORED, MISSING
        value = parse_whole(words[0])
        if value is None or not (stored or -most <= value <= most):
            return IGNORED, f"'{words[0]}' is no weight from -{most} to {most}"
        far = "" if -most <= value <= most else f"{value} is not from -{most} to {most}"
        return (value, words[1:2] == ("reverse",)), far

    return convert


class Kind(NamedTuple):
    """A block that defines something to track: kind, table, the field that it must have."""

    kind: str
    table: Table
    needs: str
    weight: int = 0


_SCRIPT: Table = {
    "script": ("command", line),
    "interval": ("interval", seconds(0, 4294)),
    "timeout": ("timeout", seconds(0, 4294)),
    "weight": ("weight", _weight(253, True)),
    "rise": ("rise", whole(1, 2147483647)),
    "fall": ("fall", whole(1, 2147483647)),
}
_PROCESS: Table = {"process": ("command", line), "weight": ("weight", _weight(254))}
_FILE: Table = {"file": ("command", text), "weight": ("weight", _weight(254))}
_BFD: Table = {
    "neighbor_ip": ("command", address),
    "neighbour_ip": ("command", address),
    "weight": ("weight", _weight(253)),
}
KINDS = {
    "vrrp_script": Kind("script", _SCRIPT, "script"),
    "vrrp_track_process": Kind("process", _PROCESS, "process"),
    "vrrp_track_file": Kind("file", _FILE, "file", 1),
    "track_file": Kind("file", _FILE, "file", 1),
    "bfd_instance": Kind("bfd", _BFD, "neighbor_ip"),
}
LISTS = {
    "track_script": "script",
    "track_process": "process",
    "track_file": "file",
    "track_bfd": "bfd",
    "track_interface": "interface",
}
_MOST = {"script": 253, "interface": 253, "bfd": 253, "process": 254, "file": 254}
_DEFINED_BY = {kind.kind: name for name, kind in KINDS.items()}


def read_tracker(reader: BlockReader, index: int, known: set[tuple[str, str]]) -> None:
    """Read the definition at *index*; its name joins those *known* to what stands below."""
    scope = Scope(index)
    words = reader.words(scope, index)
    block = KINDS[words[0]]
    reader.read_block(scope, words[0], block.table)
    name = words[1] if len(words) > 1 else ""
    fault = ""
    if not name:
        fault = "it has no name"
    elif "command" not in scope.values:
        fault = f"it has no {block.needs}"
    elif (block.kind, name) in known:
        fault = "the name is taken"
    if fault:
        said = f"{fault}: keepalived leaves this {words[0]} out"
        taken = fault == "the name is taken"
        scope.remark(index, remarks.SAME if taken else remarks.INCOMPLETE, said)
        reader.drop(scope, index, said)
        reader.finish(scope)
        return
    known.add((block.kind, name))
    weight, reverse = scope.get("weight", (block.weight, False))
    if reverse:
        index = scope.at + scope.claims["weight"][0]
        scope.keep(("reverse",), index)
    interval = scope.get("interval", 1.0) or 1.0  # keepalived turns 0 into 1
    timeout = scope.get("timeout", interval) or 1.0
    reader.topology.trackers.append(
        Tracker(
            block.kind,
            name,
            scope.get("command"),
            interval,
            timeout if block.kind == "script" else None,
            scope.get("rise", 1),
            scope.get("fall", 1),
            weight,
            tuple(scope.own),
            reader.finish(scope),
        )
    )


def read_tracking(
    reader: BlockReader,
    scope: Scope,
    index: int,
    words: Words,
    known: set[tuple[str, str]],
    interface: str = "",
) -> None:
    """Read a track_… list into the ``tracking`` of *scope*; *interface* is the router's own."""
    kind = LISTS[words[0]]
    scope.claim("tracking", index)
    found: list[Tracking] = scope.values.setdefault("tracking", [])
    for child, entry in reader.children(scope, index):
        name = entry[0]
        fault, code = "", remarks.UNDEFINED
        if kind != "interface" and (kind, name) not in known:
            fault = f"no {_DEFINED_BY[kind]} '{name}' is defined above: it is not tracked"
        elif kind == "interface" and name == interface:
            fault, code = f"{name} is the router's own interface anyway", remarks.NO_EFFECT
        elif any(each.kind == kind and each.name == name for each in found):
            fault, code = f"{name} is tracked already", remarks.DUPLICATE
        if fault:
            scope.remark(child, code, fault)
            reader.drop(scope, child, f"keepalived ignores it: {fault}")
            continue
        weight, reverse = _reference(reader, scope, child, entry, _MOST[kind])
        scope.claim(f"tracking.{len(found)}", child)
        found.append(Tracking(kind, name, weight, reverse))


def _reference(
    reader: BlockReader, scope: Scope, index: int, words: Words, most: int
) -> tuple[int | None, bool]:
    """Return the weight behind a tracked name, None for the tracker's own."""
    if len(words) < 2:
        return None, False
    value = parse_whole(words[2]) if words[1] == "weight" and len(words) > 2 else None
    if value is None:
        said = f"'{' '.join(words[1:3])}' is no weight: keepalived ignores it"
        scope.remark(index, remarks.BAD_VALUE, said)
        return None, False
    if not -most <= value <= most:
        value = max(-most, min(most, value))
        scope.remark(
            index, remarks.RESET, f"a weight goes from -{most} to {most}: {value} is taken"
        )
    return value, words[3:4] == ("reverse",)
