"""Old findings that do not count: a file of them, by rule and structural place.

A place is the file, the words that open the blocks around the finding, and the
statement itself: moving lines about does not make an old finding new.
"""

from __future__ import annotations

import hashlib
import json
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from hatools.errors import BadSetting, UnreadableInput
from hatools.lint.gaps import heads
from hatools.lint.run import Findings
from hatools.plugin.contracts import Reading
from hatools.reading.grouping import NodeMeaning
from hatools.text import Diagnostic, Document
from hatools.text.document import BRACE, CLOSE, OPEN

FORMAT_VERSION = 1
NOWHERE = "-"  # stands for the file of a finding that has no place
ADVICE = "make it with --write-baseline"
Mask = Callable[[str, str], str]  # path, text -> text without secrets


class Places:
    """Finds the structural place of a finding, seen from the folder *base*."""

    def __init__(self, nodes: list[NodeMeaning], mask: Mask, base: str) -> None:
        self._mask = mask
        self._base = base
        self._documents: dict[str, tuple[Document, Reading]] = {}
        self._outer: dict[str, list[int]] = {}
        for node in nodes:
            for _, reading in node.readings:
                for document in reading.expansion.documents:
                    self._documents.setdefault(document.source.path, (document, reading))

    def of(self, found: Diagnostic) -> str:
        """Return the key of *found*: code, file, and a digest of its place."""
        if found.span is None:
            return f"{found.code} {NOWHERE} {_digest(found.message)}"
        chain = self._chain(found.span.path, found.span.line)
        return f"{found.code} {self.name(found.span.path)} {_digest(' / '.join(chain))}"

    def name(self, path: str) -> str:
        """Return how a baseline names the file *path*."""
        return os.path.relpath(path, self._base).replace(os.sep, "/").replace(" ", "%20")

    def names(self) -> set[str]:
        """Return the names of the files that were looked at."""
        return {self.name(path) for path in self._documents}

    def _chain(self, path: str, line: int) -> tuple[str, ...]:
        """Return the words that open the blocks around a line, and what stands on it, masked."""
        if path not in self._documents:
            return ()
        document, reading = self._documents[path]
        if path not in self._outer:
            self._outer[path] = outer(document, heads(reading, path))
        rows, around = document.rows, self._outer[path]
        at = bisect_left(rows, line - 1)  # the first of several statements on a line
        stands = at < len(rows) and rows[at] == line - 1
        words = " ".join(document.statements[at].words) if stands else ""
        chain = [words or document.source.line(line).strip()]
        at = around[at] if at < len(rows) else -1
        while at >= 0:
            chain.append(" ".join(document.statements[at].words))
            at = around[at]
        return tuple(self._mask(path, said) for said in reversed(chain))


def outer(document: Document, sections: Collection[int] = ()) -> list[int]:
    """Return, for each statement, the index of the one that opens the block around it, or -1.

    Where the language has no blocks, *sections* are the lines on which its sections begin.
    """
    found: list[int] = []
    open_now: list[int] = []
    blocks = False
    section = -1
    for index, statement in enumerate(document.statements):
        if statement.kind == CLOSE and open_now:
            open_now.pop()
        if not blocks and document.rows[index] + 1 in sections:
            section = index
            found.append(-1)
        else:
            found.append(open_now[-1] if open_now else section)
        if statement.kind in (OPEN, BRACE):
            blocks, section = True, -1
            open_now.append(index if statement.kind == OPEN else max(index - 1, 0))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def written(findings: Findings, places: Places, before: Mapping[str, int] = {}) -> str:
    """Return the text of a baseline that holds all of *findings*.

    What the baseline *before* says of files that were not looked at stays.
    """
    counts = Counter(places.of(found) for found in findings.remaining)
    counts.update(_elsewhere(before, places))
    shape = {"format_version": FORMAT_VERSION, "findings": dict(sorted(counts.items()))}
    return json.dumps(shape, indent=2) + "\n"


def _elsewhere(known: Mapping[str, int], places: Places) -> dict[str, int]:
    """Return the part of a baseline that is about files that were not looked at."""
    here = {NOWHERE, *places.names()}
    return {key: count for key, count in known.items() if key.split(" ")[1] not in here}


def load(path: str) -> dict[str, int]:
    """Return how often each place is in the baseline *path*.

    Raises `UnreadableInput` and `BadSetting`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            shape: Any = json.load(file)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}", ADVICE) from None
    except ValueError:
        raise BadSetting(f"{path}: this is no baseline", ADVICE) from None
    found = shape.get("findings") if isinstance(shape, dict) else None
    if not isinstance(found, dict) or shape.get("format_version") != FORMAT_VERSION:
        raise BadSetting(f"{path}: this is no baseline", ADVICE)
    if not all(type(count) is int and key.count(" ") == 2 for key, count in found.items()):
        raise BadSetting(f"{path}: this is no baseline", ADVICE)
    return dict(found)


def without(findings: Findings, known: Mapping[str, int], places: Places) -> tuple[Findings, int]:
    """Return *findings* without those of a baseline, and how many of its places are mended."""
    left = Counter(known)
    new = []
    for found in findings.remaining:
        key = places.of(found)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(found)
    mended = sum(left.values()) - sum(_elsewhere(left, places).values())
    return findings._replace(remaining=new), mended
