"""Reads a folder whose files are one thing in one language, and names those it leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hatools.errors import UnknownFormat, UnreadableInput
from hatools.plugin.contracts import Codec, Format, Joins
from hatools.reading.files import COPIES, Folder, TreeFiles
from hatools.reading.recognition import HEAD, fitting, named
from hatools.text import Diagnostic, Severity, Source

LEFT_ALONE = "HT004"
MOST_NAMES = 3  # of files, in a message about several languages


class _Found(NamedTuple):
    """A file of a folder: the formats that fit it best, or why it is not looked at."""

    path: str
    fits: tuple[str, ...] = ()
    reason: str = ""


def load_folder(
    path: str,
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
    name: str,
    option: str,
    files: TreeFiles,
) -> Folder:
    """Return the files of folder *path*, not of folders in it, that are of one format.

    The format is that called *name*, or where that is empty the only one there.
    *option* is what names it, *files* what may be reached: a link that leads
    elsewhere is left alone.  Raises `UnreadableInput` (a file that cannot be read,
    no file, a format whose things are one file), `UnknownFormat` (none, or
    several) and `BadSetting` (none is called *name*).
    """
    found = [_look(each, formats, files) for each in _paths(path)]
    if not found:
        raise UnreadableInput(f"{path}: no file is in this directory", "check the name")
    form = named(name, formats) if name else _only(path, found, formats, option)
    mine = [each.path for each in found if form.name in each.fits]
    if not mine:
        raise UnknownFormat(
            f"{path}: no file in this directory is {form.name}", f"there are {_told(found)}"
        )
    if not isinstance(codec(form), Joins):
        raise UnreadableInput(
            f"{path}: this is a directory, and {form.name} is read from one file",
            f"name the file: {mine[0]}",
        )
    others = [each for each in found if each.path not in mine]
    return Folder(
        path,
        tuple(files.load(each) for each in mine),
        form.name,
        tuple(each.path for each in others),
        tuple(_remarks(path, form, others)),
    )


def _paths(folder: str) -> list[str]:
    """Return the paths of what is in *folder*, other folders left out, sorted by name."""
    try:
        names = sorted(os.listdir(folder), key=os.path.splitext)  # bond0.x before bond0-dhcp.x
    except OSError as error:
        raise UnreadableInput(f"{folder}: {error.strerror or error}") from None
    paths = [os.path.join(folder, name) for name in names]
    return [path for path in paths if not os.path.isdir(path)]


def _look(path: str, formats: Mapping[str, Format], files: TreeFiles) -> _Found:
    """Return what the beginning of a file tells of it."""
    name = os.path.basename(path)
    if name.startswith(".") or name.endswith(COPIES):
        return _Found(path, (), "copies and hidden files")
    if not files.reaches(path):
        return _Found(path, (), f"links out of {files.root}")
    if not os.path.isfile(path):
        return _Found(path, (), "no regular files")
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise UnreadableInput(
            f"{path}: {error.strerror or error}", "what it says would be missing: make it readable"
        ) from None
    fits = fitting(path, Source.from_bytes(path, head).text, formats)
    return _Found(path, tuple(fits), "" if fits else "in no format that hatools knows")


def _only(path: str, found: Iterable[_Found], formats: Mapping[str, Format], option: str) -> Format:
    """Return the one format that the files of a folder are in."""
    fits = [each.fits for each in found if each.fits]
    clear = {each[0] for each in fits if len(each) == 1}
    names = sorted(clear or {name for each in fits for name in each})
    if not names:
        raise UnknownFormat(
            f"{path}: no file in this directory is in a format that hatools knows",
            f"name it with {option} ({', '.join(formats)})",
        )
    if len(names) > 1:
        raise UnknownFormat(
            f"{path}: this directory holds {_told(found)}",
            f"say which with {option}; the other files are then left alone",
        )
    return formats[names[0]]


def _told(found: Iterable[_Found]) -> str:
    """Return the formats of files, with their names: ``ifcfg (ifcfg-bond0) and nmcli (a.sh)``."""
    groups: dict[str, list[str]] = {}
    for each in found:
        kind = " or ".join(each.fits)
        groups.setdefault(kind or "others", []).append(os.path.basename(each.path))
    told = []
    for kind in sorted(groups, key=lambda kind: kind == "others"):
        more = len(groups[kind]) - MOST_NAMES
        shown = ", ".join(groups[kind][:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        told.append(f"{kind} ({shown})")
    return " and ".join(told)


def _remarks(path: str, form: Format, others: Iterable[_Found]) -> Iterable[Diagnostic]:
    """Yield a remark for each kind of file that is left alone, naming every file."""
    groups: dict[str, list[str]] = {}
    for each in others:
        reason = each.reason or " or ".join(each.fits)
        groups.setdefault(reason, []).append(os.path.basename(each.path))
    for reason, names in groups.items():
        message = f"{path}: left alone, as not {form.name} ({reason}): {', '.join(names)}"
        yield Diagnostic(LEFT_ALONE, Severity.INFO, message)
