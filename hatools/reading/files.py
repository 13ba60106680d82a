"""Reads the files or the folder that the user named, and what they may include."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from hatools.errors import UnreadableInput
from hatools.plugin.contracts import Codec, Files, Format, NoFiles
from hatools.text import Diagnostic, Source

STDIN = "-"
COPIES = ("~", ".bak", ".old", ".orig", ".swp", ".rpmnew", ".rpmorig", ".rpmsave", ".dpkg-dist",
          ".dpkg-new", ".dpkg-old")  # fmt: skip


class Folder(NamedTuple):
    """The files of one folder that are read as one, all in the language *form*.

    *remarks* tell which files were left alone; *others* are their paths.
    """

    path: str
    sources: tuple[Source, ...]
    form: str = ""
    others: tuple[str, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()


def opened(
    path: str,
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
    form: str = "",
    option: str = "--from",
    root: str = "",
) -> tuple[Source | Folder, Files]:
    """Return what the user named, a file, a folder or ``-``, and the files it may include.

    *form* is the language of a folder that holds several, *option* what names it;
    *root* the directory tree that may be reached, the file's own directory where empty.
    Raises `UnreadableInput`, and for a folder `UnknownFormat` and `BadSetting`.
    """
    if path == STDIN:
        return load(path), NoFiles()
    if os.path.isdir(path):
        from hatools.reading.folder import load_folder

        files = TreeFiles(root or path)
        return load_folder(path, formats, codec, form, option, files), files
    return load(path), TreeFiles(root or os.path.dirname(path) or ".")


def load(path: str) -> Source:
    """Return the text of *path*, ``-`` for standard input.

    Raises `UnreadableInput`, with what to do about it.
    """
    if path == STDIN:
        return Source.from_bytes("<stdin>", _standard_input())
    try:
        with open(path, "rb") as file:
            return Source.from_bytes(path, file.read())
    except FileNotFoundError:
        raise UnreadableInput(f"{path or repr(path)}: no such file", "check the name") from None
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

        if "\0" in pattern:
            return [], "no file has a NUL in its name"
        base = os.path.dirname(near)
        found: dict[str, None] = {}
        refused = ""
        for choice in braces(pattern):
            for path in sorted(glob(os.path.join(base, choice))):
                if not os.path.isfile(path):
                    continue
                if self.reaches(path):
                    found[os.path.normpath(path)] = None
                else:
                    refused = f"{path} lies outside {self.root}"
            if not self.reaches(os.path.join(base, choice.partition("*")[0])) and not refused:
                refused = f"{choice} lies outside {self.root}"
        return list(found), refused

    def load(self, path: str) -> Source:
        """Return the text of *path*; raises `UnreadableInput`."""
        if not self.reaches(path):
            raise UnreadableInput(f"{path} lies outside {self.root}")
        return load(path)

    def reaches(self, path: str) -> bool:
        """Tell whether *path* lies in the tree, links followed."""
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


_heard: list[tuple[object, bytes]] = []  # standard input, which can be read but once, and its bytes


def _standard_input() -> bytes:
    """Return what came by standard input, also when it is asked for again."""
    if not _heard or _heard[0][0] is not sys.stdin:
        _heard[:] = [(sys.stdin, sys.stdin.buffer.read())]
    return _heard[0][1]
