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
from hatools.reading import settings_file
from hatools.text import Severity

SEVERITIES = {severity.value: severity for severity in Severity}
KNOWN = ("select", "ignore", "fail-level", "baseline", "severity", "per-path")
TABLES = ("lint", "versions", "watch", "plugin")


class Configuration(NamedTuple):
    """The settings, and the file they come from, empty where there is none."""

    path: str = ""
    selection: Selection = Selection()
    fail_level: str = ""
    baseline: str = ""
    versions: Mapping[str, str] = {}


def load(path: str) -> Configuration:
    """Return the settings in *path*; raises `BadSetting` for what is wrong there."""
    told = settings_file.tables(path)
    settings_file.check(path, "", told, TABLES)
    lint = settings_file.table(path, told, "lint")
    settings_file.check(path, "lint", lint, KNOWN)
    severities = {
        code.upper(): _severity(path, f"severity {code}", name)
        for code, name in settings_file.table(path, lint, "severity").items()
    }
    paths = {
        pattern: _codes(path, f"per-path {pattern}", codes)
        for pattern, codes in settings_file.table(path, lint, "per-path").items()
    }
    folder = os.path.dirname(path) or "."
    selection = Selection(
        _codes(path, "select", lint.get("select", [])),
        _codes(path, "ignore", lint.get("ignore", [])),
        severities,
        paths,
        folder,
    )
    level = lint.get("fail-level", "")
    if level != "":
        level = _severity(path, "fail-level", level).value
    baseline = _text(path, "baseline", lint.get("baseline", ""), "the name of a file")
    return Configuration(
        path,
        selection,
        level,
        os.path.join(folder, baseline) if baseline else "",
        {
            name: _text(path, f"versions {name}", value, "a version")
            for name, value in settings_file.table(path, told, "versions").items()
        },
    )


def _severity(path: str, key: str, name: object) -> Severity:
    if not isinstance(name, str) or name not in SEVERITIES:
        raise BadSetting(f"{path}: {key}: {name} is no severity", "write error, warning or info")
    return SEVERITIES[name]


def _text(path: str, key: str, value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise BadSetting(f"{path}: {key}: {value} is not {what} in quotes", f'write "{value}"')
    return value


def _codes(path: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise BadSetting(f"{path}: {key} is no list of codes", 'write ["KA301", "XN"]')
    return tuple(one.upper() for one in value)
