"""Replaces ``$NAME`` and ``${NAME}`` by what they are defined as, as late as keepalived does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import NamedTuple

from hatools.plugin import Settings
from hatools.text import Span

REFERENCE = re.compile(
    r"\$\{([A-Za-z_]\w*)((?:[ \t]+\w+)*)\}|\$([A-Za-z_]\w*)(?=[ \t,)]|$)", re.ASCII
)
_SECRET = ("auth_pass", "password", "key")  # no message quotes what stands behind these
_MOST_STEPS = 500
_LONGEST = 1023
_PREDEFINED = {
    "_PWD": "1.4.3",
    "_INSTANCE": "2.0.1",
    "_RANDOM": "2.0.15",
    "_ENV": "2.4.0",
    "_HASH": "2.1.4",
    "_BANG": "2.1.4",
}


class Definition(NamedTuple):
    """What a name stands for: one value for each of its lines, and where it was defined."""

    values: tuple[str, ...]
    span: Span | None = None
    many: bool = False


class Replaced(NamedTuple):
    """A text with its definitions replaced.

    *rest* are the further lines of a definition that stood at the end, *used*
    the definitions that were replaced.
    """

    text: str
    rest: tuple[str, ...] = ()
    used: tuple[Definition, ...] = ()
    rest_from: Definition | None = None


class Definitions:
    """The names defined so far, keepalived's own ones included.

    *report(code, \\*details)* is told of what cannot be replaced, *known(name,
    since)* of what a version may not know.
    """

    def __init__(
        self,
        settings: Settings,
        report: Callable[..., None],
        known: Callable[[str, str], None],
    ) -> None:
        self.names: dict[str, Definition] = {}
        self._settings = settings
        self._report = report
        self._known = known

    def replace(self, text: str, near: str, *, quiet: bool = False) -> Replaced:
        """Return *text* with its names replaced, for a line of file *near*.

        *quiet* leaves bare ``$NAME``s that are not defined unmentioned.
        """
        at = steps = 0
        used: list[Definition] = []
        rest: tuple[str, ...] = ()
        rest_from = None
        while (at := text.find("$", at)) >= 0:
            match = REFERENCE.match(text, at)
            found = match and self._value(match, near, match.end() == len(text), quiet)
            if match is None or not found:
                at = max(at + 1, match.end() if match and match[1] else 0)
                continue
            steps += 1
            longer = len(text) - len(match[0]) + len(found.values[0])
            if steps > _MOST_STEPS or longer > _LONGEST:
                self._report("KA002" if steps > _MOST_STEPS else "KA018", longer, _LONGEST)
                break
            text = text[:at] + found.values[0] + text[match.end() :]
            used.append(found)
            if found.many:
                rest, rest_from = found.values[1:], found
            if found.values[0].lstrip(" \t").startswith("~"):
                break
        return Replaced(text, rest, tuple(used), rest_from)

    def _value(
        self, match: re.Match[str], near: str, at_end: bool, quiet: bool
    ) -> Definition | None:
        """Return what the reference *match* stands for, None where it stays as written."""
        name, given = match[1] or match[3], (match[2] or "").split()
        definition = self.names.get(name)
        if definition is not None:
            return None if given or (definition.many and not at_end) else definition
        if name in _PREDEFINED:
            value = self._predefined(name, given, near)
            if value is not None:
                self._known(match[0], _PREDEFINED[name])
                return Definition((value,))
            return None
        if match[1]:
            secret = match.string.lstrip().startswith(_SECRET)
            self._report("KA017", *(("${…}", "NAME") if secret else (match[0], name)))
        elif not quiet:
            self._report("KA001", match[0], name)
        return None

    def _predefined(self, name: str, given: list[str], near: str) -> str | None:
        """Return the value of one of keepalived's own names, None where it is not known here."""
        get = self._settings.get
        value: str | None = None
        wanted = ""
        if name == "_HASH" or name == "_BANG":
            return "#" if name == "_HASH" else "!"
        if name == "_PWD":
            return posixpath.dirname(near) or "."
        if name == "_INSTANCE":
            value, wanted = get("instance") or get("config_id"), "instance=NAME"
        elif name == "_RANDOM":
            value, wanted = get("random"), "random=NUMBER"
        elif given:
            value, wanted = get("env", given[0]), f"env@{given[0]}=VALUE"
        if value is None:
            self._report("KA013", f"${{{' '.join([name, *given])}}}", wanted or "env@NAME=VALUE")
        return value
