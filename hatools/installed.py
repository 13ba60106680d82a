"""Finds the entry points of installed distributions by reading their folders.

`importlib.metadata` finds the same, and is asked wherever a distribution may be
something other than a folder on ``sys.path``; but to import it, with e-mail,
archives and random numbers, takes a quarter of a small command's time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

_KINDS = (".dist-info", ".egg-info")
_ABOUT = ("METADATA", "PKG-INFO")


class Point(NamedTuple):
    """An entry point: *name* and *value*, and the distribution that has it."""

    name: str
    value: str
    distribution: str = ""
    version: str = ""


def points(group: str) -> list[Point]:
    """Return the entry points of *group*, of each distribution the first that is found."""
    if _elsewhere():
        return _as_the_library_finds(group)
    found: list[Point] = []
    seen: set[str] = set()
    for folder in dict.fromkeys(path or "." for path in sys.path):
        for name in _inside(folder):
            stem = _normal(name)
            if stem in seen:
                continue
            seen.add(stem)
            found += _points(os.path.join(folder, name), group)
    return found


def _elsewhere() -> bool:
    """Tell whether a distribution may be in an archive, an egg, or where only a finder knows."""
    if any(
        hasattr(finder, "find_distributions") and getattr(finder, "__name__", "") != "PathFinder"
        for finder in sys.meta_path
    ):
        return True
    return any(path.endswith(".egg") or os.path.isfile(path) for path in sys.path)


def _as_the_library_finds(group: str) -> list[Point]:
    from importlib.metadata import entry_points

    return [
        Point(point.name, point.value, *(
            (point.dist.metadata["Name"], point.dist.metadata["Version"]) if point.dist else ()
        ))
        for point in entry_points(group=group)
    ]  # fmt: skip


def _inside(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.lower().endswith(_KINDS)]
    except OSError:
        return []


def _normal(name: str) -> str:
    """Return how a distribution's folder *name* is compared: PEP 503, with underscores."""
    stem = name.rpartition(".")[0].partition("-")[0].lower().replace(".", "_")
    while "__" in stem:
        stem = stem.replace("__", "_")
    return stem


def _points(folder: str, group: str) -> Iterator[Point]:
    """Yield the entry points of *group* that the distribution described in *folder* has."""
    text = _text(folder, "entry_points.txt")
    if f"[{group}]" not in text:
        return
    about: tuple[str, str] | None = None
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == group and line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            if equals:
                about = about or _about(folder)
                yield Point(name.strip(), value.strip(), *about)


def _about(folder: str) -> tuple[str, str]:
    """Return name and version of a distribution."""
    said = {"name": "", "version": ""}
    for file in _ABOUT:
        for line in _text(folder, file).splitlines():
            if not line:
                break  # the description begins
            key, _, value = line.partition(":")
            if not said.get(key.lower(), "-"):
                said[key.lower()] = value.strip()
        if said["name"]:
            break
    return said["name"], said["version"]


def _text(folder: str, name: str) -> str:
    try:
        with open(f"{folder}/{name}", "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
