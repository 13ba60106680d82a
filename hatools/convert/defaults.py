"""Finds the defaults of the source's program that do not hold in the target.

What was not written has no statement, and so no entry of its own: a default
that the target cannot say is told as assumed, once for all that share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hatools.convert.accounting import fate_of
from hatools.model import Outcome, Record, Scheduler, Topology
from hatools.model.compare import compared
from hatools.model.origin import Origin
from hatools.plugin.contracts import Assumption

_NOTHING: tuple[Any, ...] = (None, "", (), [], False)
_PLAIN = (str, int, float)
_ABSENT = object()


def lost_defaults(topology: Topology, records: list[Record], program: str) -> list[Assumption]:
    """Return what is assumed in place of defaults of *program*, each fact once.

    A fact is the name of the model's field and the default (``rise 2``).
    """
    asked: dict[tuple[int, int], Record] = {}
    for record in records:
        asked.setdefault((id(record.origin.fields), id(record.verdict)), record)
    wanted = {
        id(record.origin): (record, names)
        for record in asked.values()
        if (names := list(_unwritten(record)))
    }
    if not wanted:
        return []
    found: dict[Assumption, None] = {}
    for thing, pool in _objects(topology):
        told = wanted.get(id(thing.origin))
        if told is None:
            continue
        record, names = told
        for field in names:
            value, neutral = _value(thing, field)
            shared = pool is not None and _written(pool, f"servers.{_plain(field)}")
            if isinstance(value, Scheduler):
                value = value.name
            if value in _NOTHING or value == neutral or shared or not isinstance(value, _PLAIN):
                continue
            name = field.rpartition(".")[2]
            shown = f"{value:g}" if isinstance(value, float) else value
            reason = f"{program}'s default: {fate_of(record.verdict, field).reason}"
            found[Assumption(f"{name} {shown}", reason)] = None
    return list(found)


def _unwritten(record: Record) -> Iterator[str]:
    """Yield the fields that a writer could not keep whole, and that nobody wrote."""
    for field, fate in record.verdict.items():
        if field in ("", "*") or field.startswith("servers."):
            continue
        lost = fate.outcome in (Outcome.APPROXIMATED, Outcome.DROPPED)
        if lost and not _written(record.origin, field):
            yield field


def _written(origin: Origin, field: str) -> bool:
    """Tell whether *field*, a part of it, or what it is a part of inside a check, was written."""
    return any(name == field or name.startswith(f"{field}.") for name in origin.fields)


def _plain(field: str) -> str:
    return ".".join(part for part in field.split(".") if not part.isdigit())


def _objects(topology: Topology) -> Iterator[tuple[Any, Origin | None]]:
    """Yield services, pools and servers, these with the origin of their pool."""
    for service in topology.services:
        yield service, None
    for pool in topology.pools:
        yield pool, None
        for server in pool.servers:
            yield server, pool.origin


def _value(thing: Any, field: str) -> tuple[Any, Any]:
    """Return the value of *field*, and the one that its record has where nothing is said."""
    holder, value = None, thing
    for part in field.split("."):
        holder = value
        if isinstance(value, list | tuple) and not compared(value):
            number = int(part) if part.isdigit() else len(value)
            value = value[number] if number < len(value) else None
        else:
            value = getattr(value, part, None)
    return value, _ABSENT if holder is None else _default(holder, field.rpartition(".")[2])


def _default(holder: Any, name: str) -> Any:
    """Return what the model has for *name* where nobody says anything."""
    if is_dataclass(holder):
        return next((item.default for item in fields(holder) if item.name == name), _ABSENT)
    return getattr(type(holder), "_field_defaults", {}).get(name, _ABSENT)
