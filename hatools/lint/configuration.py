"""What a project says about lint: ``hatools.toml``, or ``[tool.hatools]`` in pyproject.toml.

::

    [lint]
    select = ["KA", "XN"]
    ignore = ["KA301"]
    fail-level = "warning"
    baseline = "hatools-baseline.json"

    [lint.severity]
    KA310 = "info"

    [lint.per-path]
    "old/*.conf" = ["KA"]

    [versions]
    haproxy = "2.6"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting
from hatools.lint.selection import Selection
from hatools.text import Severity, near

NAMES = ("hatools.toml", "pyproject.toml")
SEVERITIES = {severity.value: severity for severity in Severity}
KNOWN = {
    "": ("lint", "versions", "plugin"),
    "lint": ("select", "ignore", "fail-level", "baseline", "severity", "per-path"),
}


class Configuration(NamedTuple):
    """The settings, and the file they come from, empty where there is none."""

    path: str = ""
    selection: Selection = Selection()
    fail_level: str = ""
    baseline: str = ""
    versions: Mapping[str, str] = {}


def find(start: str) -> str:
    """Return the nearest file with settings, from folder *start* upward, empty for none."""
    folder = os.path.abspath(start)
    while True:
        for name in NAMES:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (name == NAMES[0] or _tables(path)):
                return path
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above


def load(path: str) -> Configuration:
    """Return the settings in *path*; raises `BadSetting` for what is wrong there."""
    tables = _tables(path)
    lint = _table(path, tables, "lint")
    _check(path, "", tables)
    _check(path, "lint", lint)
    severities = {
        code: _severity(path, name) for code, name in _table(path, lint, "severity").items()
    }
    paths = {
        pattern: _strings(path, f"per-path {pattern}", codes)
        for pattern, codes in _table(path, lint, "per-path").items()
    }
    selection = Selection(
        _strings(path, "select", lint.get("select", [])),
        _strings(path, "ignore", lint.get("ignore", [])),
        severities,
        paths,
    )
    level = lint.get("fail-level", "")
    if level:
        _severity(path, level)
    baseline = str(lint.get("baseline", ""))
    if baseline:
        baseline = os.path.join(os.path.dirname(path), baseline)
    versions = {name: str(value) for name, value in _table(path, tables, "versions").items()}
    return Configuration(path, selection, level, baseline, versions)


def _tables(path: str) -> dict[str, Any]:
    """Return what *path* says about hatools."""
    import tomllib

    try:
        with open(path, "rb") as file:
            told: dict[str, Any] = tomllib.load(file)
    except OSError as error:
        raise BadSetting(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if os.path.basename(path) == NAMES[1]:
            return {}  # somebody else's file, and somebody else's fault
        raise BadSetting(f"{path}: {error}", "this is no TOML") from None
    if os.path.basename(path) == NAMES[1]:
        inner = told.get("tool", {}).get("hatools", {})
        return inner if isinstance(inner, dict) else {}
    return told


def _table(path: str, tables: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise BadSetting(f"{path}: {name} is no table", f"write [{name}] above its keys")
    return found


def _check(path: str, name: str, table: Mapping[str, Any]) -> None:
    """Refuse a key that means nothing, naming the nearest that does."""
    known = KNOWN[name]
    for key in table:
        if key not in known:
            meant = near(key, known)
            there = f"[{name}] {key}" if name else key
            raise BadSetting(
                f"{path}: nothing is called {there}",
                f"did you mean {meant}?" if meant else "there are " + ", ".join(known),
            )


def _severity(path: str, name: object) -> Severity:
    if name not in SEVERITIES:
        raise BadSetting(f"{path}: {name} is no severity", "write error, warning or info")
    return SEVERITIES[str(name)]


def _strings(path: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadSetting(f"{path}: {key} is no list of codes", 'write ["KA301", "XN"]')
    return tuple(value)
