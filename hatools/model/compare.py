"""Where two models differ, and how a record is changed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from dataclasses import replace as _replace
from typing import Any, TypeVar

T = TypeVar("T")


def differences(one: object, other: object, path: str = "", most: int = 20) -> list[str]:
    """Return where *one* and *other* differ, as ``path: value, not value``, *most* at most.

    Origins and whatever else does not count for equality are left out.  Equal
    objects cost one comparison.
    """
    if one == other:
        return []
    names = compared(one)
    if names and type(one) is type(other):
        found: list[str] = []
        for name in names:
            if len(found) < most:
                at = f"{path}.{name}" if path else name
                found += differences(
                    getattr(one, name), getattr(other, name), at, most - len(found)
                )
        return found
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return [f"{path}: {len(one)} of them, not {len(other)}"]
        found = []
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            if len(found) < most:
                found += differences(mine, theirs, f"{path}[{number}]", most - len(found))
        return found
    return [f"{path}: {one!r}, not {other!r}"]


def compared(record: object) -> tuple[str, ...]:
    """Return the names of the fields of *record* that count for equality; none if it is none."""
    if is_dataclass(record):
        return tuple(item.name for item in fields(record) if item.compare)
    names: tuple[str, ...] = getattr(record, "_fields", ())
    return names


def replace(record: T, **changes: Any) -> T:
    """Return a copy of *record*, a fact of the model, with some fields changed."""
    if hasattr(record, "_replace"):
        made: T = record._replace(**changes)
        return made
    return _replace(record, **changes)  # type: ignore[type-var]
