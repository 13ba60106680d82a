"""Where two models differ."""

from __future__ import annotations

from dataclasses import fields, is_dataclass


def differences(one: object, other: object, path: str = "", most: int = 20) -> list[str]:
    """Return where *one* and *other* differ, as ``path: value, not value``, *most* at most.

    Origins and whatever else does not count for equality are left out.  Equal
    objects cost one comparison.
    """
    if one == other:
        return []
    if is_dataclass(one) and type(one) is type(other):
        found: list[str] = []
        for item in fields(one):
            if item.compare and len(found) < most:
                at = f"{path}.{item.name}" if path else item.name
                found += differences(
                    getattr(one, item.name), getattr(other, item.name), at, most - len(found)
                )
        return found
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return [f"{path}: {len(one)} of them, not {len(other)}"]
        found = []
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            if len(found) < most:
                found += differences(left, right, f"{path}[{number}]", most - len(found))
        return found
    return [f"{path}: {one!r}, not {other!r}"]
