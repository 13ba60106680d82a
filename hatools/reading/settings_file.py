"""The settings of a project or machine: ``hatools.toml``, or a table in pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from hatools.errors import BadSetting
from hatools.text import near

NAMES = ("hatools.toml", "pyproject.toml")


def find(start: str) -> str:
    """Return the nearest file with settings, from folder *start* upward, empty for none."""
    folder = os.path.abspath(start)
    while True:
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (name == NAMES[0] or _speaks(path)):
                return path
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above


def _speaks(path: str) -> bool:
    """Tell whether a pyproject.toml says anything about hatools; most do not have the word."""
    try:
        with open(path, "rb") as file:
            mentioned = b"hatools" in file.read()
    except OSError:
        return False
    return mentioned and bool(tables(path, named=False))


def tables(path: str, named: bool = True) -> dict[str, Any]:
    """Return what *path* says about hatools; raises `BadSetting`.

    A pyproject.toml that nobody *named* and that cannot be read says nothing:
    it is somebody else's file, and somebody else's fault.
    """
    import tomllib

    try:
        with open(path, "rb") as file:
            told: dict[str, Any] = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if not named and os.path.basename(path) == NAMES[1]:
            return {}
        if isinstance(error, OSError):
            raise BadSetting(f"{path}: {error.strerror or error}") from None
        raise BadSetting(f"{path}: {error}", "this is no TOML") from None
    if os.path.basename(path) == NAMES[1]:
        tool = told.get("tool")
        inner = tool.get("hatools") if isinstance(tool, dict) else None
        return inner if isinstance(inner, dict) else {}
    return told


def table(path: str, told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the table *name* of *told*, empty where there is none; raises `BadSetting`."""
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise BadSetting(f"{path}: {name} is no table", f"write [{name}] above its keys")
    return found


def check(path: str, name: str, told: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a key of table *name* that means nothing, naming the nearest that does."""
    known = tuple(known)
    for key in told:
        if key not in known:
            meant = near(key, known)
            there = f"[{name}] {key}" if name else key
            raise BadSetting(
                f"{path}: nothing is called {there}",
                f"did you mean {meant}?" if meant else "there are " + ", ".join(known),
            )
