"""Writes the answer of a conversion whole or not at all, and never over what was read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from hatools.errors import BadSetting, UnreadableInput
from hatools.plugin.contracts import OutFile
from hatools.reading.files import STDIN, TreeFiles, braces, load

__all__ = ["STDIN", "TreeFiles", "braces", "load", "refuse_sources", "write_whole"]


def write_whole(
    folder: str, files: Iterable[OutFile], like: Iterable[str] = (), private: bool = False
) -> list[str]:
    """Write *files* below *folder*, each whole: beside its place first, then renamed.

    A file that is there already is replaced, keeping its permissions; behind a
    link, the file that it leads to.  A device or a pipe is written into.  A new
    file is no more open than *like*, the files that its text came from: what was
    private stays so.  Where *private*, only the owner can use any of them.
    Returns the paths.  Raises `UnreadableInput` when a place
    cannot be written; what was begun is taken away again.
    """
    import tempfile

    begun: list[tuple[str, str]] = []
    streams: list[tuple[str, bytes]] = []
    paths: list[str] = []
    place = folder
    closed = 0o077 if private else _closed(like)
    try:
        for file in files:
            place = path = os.path.join(folder, file.name)
            paths.append(path)
            data = file.text.encode("utf-8", "surrogateescape")
            if _is_stream(path):
                streams.append((path, data))
                continue
            path = os.path.realpath(path)
            if os.path.isdir(path):
                raise IsADirectoryError(0, "it is a directory", path)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            handle, scratch = tempfile.mkstemp(
                dir=os.path.dirname(path) or ".", prefix=f".{os.path.basename(path)}."
            )
            begun.append((scratch, path))
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(scratch, _mode(path, file.executable, closed, private))
        for place, data in streams:
            with open(place, "wb") as out:
                out.write(data)
        for scratch, place in begun:
            os.replace(scratch, place)
    except OSError as error:
        for scratch, _ in begun:
            if os.path.exists(scratch):
                os.unlink(scratch)
        why = error.strerror or error
        raise UnreadableInput(f"{place}: cannot be written: {why}") from None
    return paths


def refuse_sources(
    paths: Iterable[str],
    sources: Iterable[str],
    advice: str = "name another file or directory with -o",
) -> None:
    """Raise `BadSetting` when one of *paths* is a file that was read."""
    read = {os.path.realpath(source) for source in sources}
    for path in paths:
        if os.path.realpath(path) in read:
            raise BadSetting(f"{path} is a file that was read; it is not written over", advice)


def _is_stream(path: str) -> bool:
    """Tell whether *path* is a device or a pipe, such as ``/dev/stdout``."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _mode(path: str, executable: bool, closed: int, private: bool) -> int:
    """Return the permissions of *path*: those it has, else what the umask and *closed* leave."""
    try:
        return os.stat(path).st_mode & (0o7700 if private else 0o7777)
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
    mode = (0o777 if executable else 0o666) & ~umask
    return mode & ~closed & ~((closed & 0o044) >> 2)  # who may not read may not run it either


def _closed(like: Iterable[str]) -> int:
    """Return what others than the owner may not do with all of the files *like*."""
    closed = 0
    for path in like:
        try:
            closed |= ~os.stat(path).st_mode & 0o066
        except OSError:
            continue  # standard input has no permissions
    return closed
