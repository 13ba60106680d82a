"""Which language a text is in, by its name and content."""

from __future__ import annotations

from collections.abc import Mapping

from hatools.errors import BadSetting, UnknownFormat
from hatools.plugin.contracts import Format
from hatools.text import Source

HEAD = 65_536  # characters that a format looks at
SURE = 20  # below this confidence it is a guess that we do not make


def recognise(source: Source, formats: Mapping[str, Format], option: str = "--from") -> Format:
    """Return the one format that fits *source*; *option* is what names it otherwise.

    Raises `UnknownFormat` when none or more than one fits equally well.
    """
    head = source.text[:HEAD]
    if not head.strip():
        raise UnknownFormat(f"{source.path}: the file is empty", "there is nothing in it to read")
    marks: list[tuple[int, str]] = []
    for form in formats.values():
        try:
            mark = form.recognise(source.path, head)
        except Exception:  # the plugin border: a format that stumbles does not fit
            mark = 0
        if mark >= SURE:
            marks.append((mark, form.name))
    marks.sort(reverse=True)
    if not marks:
        raise UnknownFormat(
            f"{source.path}: this is in no format that hatools knows" + _binary(head),
            f"name it with {option} ({', '.join(formats)})",
        )
    if len(marks) > 1 and marks[0][0] == marks[1][0]:
        names = " and ".join(sorted(name for mark, name in marks if mark == marks[0][0]))
        raise UnknownFormat(f"{source.path}: {names} both fit", f"say which with {option}")
    return formats[marks[0][1]]


def _binary(head: str) -> str:
    return "; it looks like binary data" if "\0" in head or "\ufffd" in head else ""


def named(name: str, formats: Mapping[str, Format]) -> Format:
    """Return the format called *name*; raises `BadSetting` with the names there are."""
    if name not in formats:
        raise BadSetting(f"no format is called {name!r}", "there are " + ", ".join(formats))
    return formats[name]
