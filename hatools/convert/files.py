"""Reads the files a conversion names, and writes its answer whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from itertools import pairwise

from hatools.errors import BadSetting, UnreadableInput
from hatools.plugin.contracts import OutFile
from hatools.text import Source

STDIN = "-"


def load(path: str) -> Source:
    """Return the text of *path*, ``-`` for standard input.

    Raises `UnreadableInput`, with what to do about it.
    """
    if path == STDIN:
        return Source.from_bytes("<stdin>", sys.stdin.buffer.read())
    try:
        with open(path, "rb") as file:
            return Source.from_bytes(path, file.read())
    except FileNotFoundError:
        raise UnreadableInput(f"{path}: no such file", "check the name") from None
    except IsADirectoryError:
        raise UnreadableInput(f"{path}: this is a directory", "name the file in it") from None
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}") from None


class TreeFiles:
    """The files below one directory: what an ``include`` may reach.

    *root* is the directory tree the user named; a file outside it is refused.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        """Return the files that *pattern* names, seen from *near*, and what was refused."""
        from glob import glob

        base = os.path.dirname(near)
        found: dict[str, None] = {}
        refused = ""
        for choice in braces(pattern):
            for path in sorted(glob(os.path.join(base, choice))):
                if not os.path.isfile(path):
                    continue
                if self._inside(path):
                    found[os.path.normpath(path)] = None
                else:
                    refused = f"{path} lies outside {self.root}"
            if not self._inside(os.path.join(base, choice.partition("*")[0])) and not refused:
                refused = f"{choice} lies outside {self.root}"
        return list(found), refused

    def load(self, path: str) -> Source:
        """Return the text of *path*; raises `UnreadableInput`."""
        if not self._inside(path):
            raise UnreadableInput(f"{path} lies outside {self.root}")
        return load(path)

    def _inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)


def braces(pattern: str) -> list[str]:
    """Return the patterns that ``{a,b}`` in *pattern* stands for, as csh reads them."""
    depth, start = 0, -1
    cuts: list[int] = []
    for at, sign in enumerate(pattern):
        if sign == "{":
            depth += 1
            if depth == 1:
                start, cuts = at, [at]
        elif sign == "," and depth == 1:
            cuts.append(at)
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0:
                cuts.append(at)
                head, tail = pattern[:start], pattern[at + 1 :]
                inner = [pattern[a + 1 : b] for a, b in pairwise(cuts)]
                return [whole for part in inner for whole in braces(head + part + tail)]
    return [pattern]


def write_whole(folder: str, files: Iterable[OutFile]) -> list[str]:
    """Write *files* below *folder*, each whole: beside its place first, then renamed.

    A file that is there already is replaced, keeping its permissions.  Returns
    the paths.  Raises `UnreadableInput` when a place cannot be written; what
    was begun is taken away again.
    """
    import tempfile

    begun: list[tuple[str, str]] = []
    try:
        for file in files:
            path = os.path.join(folder, file.name)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            handle, scratch = tempfile.mkstemp(
                dir=os.path.dirname(path) or ".", prefix=f".{os.path.basename(path)}."
            )
            begun.append((scratch, path))
            with os.fdopen(handle, "wb") as out:
                out.write(file.text.encode("utf-8", "surrogateescape"))
                out.flush()
                os.fsync(out.fileno())
            os.chmod(scratch, _mode(path, file.executable))
        for scratch, path in begun:
            os.replace(scratch, path)
    except OSError as error:
        for scratch, _ in begun:
            if os.path.exists(scratch):
                os.unlink(scratch)
        raise UnreadableInput(
            f"{error.filename or folder}: cannot be written: {error.strerror or error}"
        ) from None
    return [path for _, path in begun]


def refuse_sources(paths: Iterable[str], sources: Iterable[str]) -> None:
    """Raise `BadSetting` when one of *paths* is a file that was read."""
    read = {os.path.realpath(source) for source in sources}
    for path in paths:
        if os.path.realpath(path) in read:
            raise BadSetting(
                f"{path} is a file that was read; it is not written over",
                "name another file or directory with -o",
            )


def _mode(path: str, executable: bool) -> int:
    """Return the permissions of *path*: those it has, else what the umask leaves."""
    try:
        return os.stat(path).st_mode & 0o7777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        return (0o777 if executable else 0o666) & ~umask
