"""Which language a text is in, by its name and content."""

from __future__ import annotations

from collections.abc import Mapping

from hatools.errors import BadSetting, UnknownFormat
from hatools.plugin.contracts import Format
from hatools.reading.files import Folder
from hatools.text import Source

HEAD = 65_536  # characters that a format looks at
SURE = 20  # below this confidence it is a guess that we do not make


def recognise(source: Source, formats: Mapping[str, Format], option: str = "--from") -> Format:
    """Return the one format that fits *source*.

    *option* is what names it otherwise, empty where a command has none.
    Raises `UnknownFormat` when none or more than one fits equally well.
    """
    head = source.text[:HEAD]
    if not head.strip():
        raise UnknownFormat(f"{source.path}: the file is empty", "there is nothing in it to read")
    names = fitting(source.path, head, formats)
    if not names:
        raise UnknownFormat(*_unknown(source.path, head, formats, option))
    if len(names) > 1:
        told = " and ".join(names)
        advice = f"say which with {option}" if option else "give it a name that tells"
        raise UnknownFormat(f"{source.path}: {told} both fit", advice)
    return formats[names[0]]


def fitting(path: str, head: str, formats: Mapping[str, Format]) -> list[str]:
    """Return the names of the formats that fit a file best: one, none, or equals, sorted."""
    marks: list[tuple[int, str]] = []
    for form in formats.values():
        try:
            mark = form.recognise(path, head)
        except Exception:  # the plugin border: a format that stumbles does not fit
            mark = 0
        if mark >= SURE:
            marks.append((mark, form.name))
    best = max(marks, default=(0, ""))[0]
    return sorted(name for mark, name in marks if mark == best)


def language(
    source: Source | Folder, name: str, formats: Mapping[str, Format], option: str = "--from"
) -> Format:
    """Return the format called *name*; where that is empty, a folder's, or the one that fits.

    Raises `BadSetting` and `UnknownFormat`.
    """
    if name:
        return named(name, formats)
    if isinstance(source, Folder):
        return named(source.form, formats)
    return recognise(source, formats, option)


def _unknown(path: str, head: str, formats: Mapping[str, Format], option: str) -> tuple[str, str]:
    """Return what to say of a text in no known language, and what to do."""
    from hatools.reading.strangers import stranger

    message, names = f"{path}: this is in no format that hatools knows", ", ".join(formats)
    what, instead = stranger(head)
    if what:
        return f"{message}: it looks like {what}", f"hatools reads {names}" + instead
    advice = f"name it with {option} ({names})" if option else f"hatools reads {names}"
    return message + _binary(head), advice


def _binary(head: str) -> str:
    return "; it looks like binary data" if "\0" in head or "\ufffd" in head else ""


def named(name: str, formats: Mapping[str, Format]) -> Format:
    """Return the format called *name*; raises `BadSetting` with the names there are."""
    if name not in formats:
        raise BadSetting(f"no format is called {name!r}", "there are " + ", ".join(formats))
    return formats[name]
