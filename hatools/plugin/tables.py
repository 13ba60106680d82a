"""Reads a plugin's table of hatools.toml into the record that the plugin declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

from hatools.errors import BadSetting
from hatools.text import near

GIVEN = ("state", "node")  # what the daemon adds to a table, beside objects that no file can say
TOML = (str, bool, int, float, list, dict)
Record = TypeVar("Record")
WORDS = {str: "a text in quotes", bool: "true or false", float: "a number", int: "a whole number"}


def fill(record: type[Record], told: Mapping[str, Any], name: str) -> Record:
    """Return *record*, a NamedTuple whose fields all have defaults, filled from table *name*.

    A field ``group_wait`` is the key ``group-wait``, or ``group_wait``; a trailing ``_``
    (``from_``) is not part of the key.  A field has type str, bool, int, float (0 or more)
    or ``tuple[str, ...]``.  Raises `BadSetting` for a key that means nothing and
    for a value of another type; the message never quotes the value.
    """
    types = get_type_hints(record)
    keys = {field.rstrip("_").replace("_", "-"): field for field in types}
    values: dict[str, Any] = {}
    for key, value in told.items():
        if key in GIVEN or key == "enabled" or not isinstance(value, TOML):
            continue
        field = keys.get(key.replace("_", "-"))
        if field is None:
            meant = near(key, keys)
            raise BadSetting(
                f"[{name}]: nothing is called {key}",
                f"did you mean {meant}?" if meant else "there are " + ", ".join(keys or ["none"]),
            )
        values[field] = _value(types[field], value, f"[{name}] {key}")
    return record(**values)


def _value(wanted: Any, value: Any, where: str) -> Any:
    if wanted in WORDS:
        fits = isinstance(value, int | float if wanted is float else wanted)
        if not fits or (isinstance(value, bool) and wanted is not bool):
            raise BadSetting(f"{where} is not {WORDS[wanted]}")
        if wanted in (int, float) and not 0 <= value < 1e12:
            raise BadSetting(f"{where} is negative, or out of bounds")
        return wanted(value)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) and one for one in texts):
        raise BadSetting(f"{where} is no list of texts", 'write ["…", "…"]')
    return tuple(texts)
