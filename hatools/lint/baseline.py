"""Old findings that do not count: a file of them, by rule and structural place.

A place is the file, the words that open the blocks around the finding, and the
statement itself: moving lines about does not make an old finding new.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from hatools.errors import BadSetting, UnreadableInput
from hatools.lint.run import Findings
from hatools.plugin.contracts import Reading
from hatools.reading.grouping import NodeMeaning
from hatools.text import Diagnostic

FORMAT_VERSION = 1
Mask = Callable[[str, str], str]  # path, text -> text without secrets


class Places:
    """Finds the structural place of a finding."""

    def __init__(self, nodes: list[NodeMeaning], mask: Mask, base: str) -> None:
        self._mask = mask
        self._base = base
        self._lines: dict[tuple[str, int], tuple[str, ...]] = {}
        for node in nodes:
            for _, reading in node.readings:
                self._note(reading)

    def _note(self, reading: Reading) -> None:
        """Note the blocks around every line of *reading*."""
        expansion = reading.expansion
        around: list[tuple[int, str]] = []
        for index, statement in enumerate(expansion.statements):
            while around and around[-1][0] <= index:
                around.pop()
            span = expansion.span(index)
            said = self._mask(span.path, " ".join(statement.words))
            chain = (*(words for _, words in around), said)
            self._lines.setdefault((span.path, span.line), chain)
            if index in expansion.ends:
                around.append((expansion.ends[index], said))

    def of(self, found: Diagnostic) -> str:
        """Return the key of *found*: code, file, and a digest of its place."""
        if found.span is None:
            return f"{found.code} - {_digest(found.message)}"
        chain = self._lines.get((found.span.path, found.span.line), ())
        path = os.path.relpath(found.span.path, self._base).replace(os.sep, "/")
        return f"{found.code} {path} {_digest(' / '.join(chain))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def written(findings: Findings, places: Places) -> str:
    """Return the text of a baseline that holds all of *findings*."""
    counts = Counter(places.of(found) for found in findings.remaining)
    shape = {"format_version": FORMAT_VERSION, "findings": dict(sorted(counts.items()))}
    return json.dumps(shape, indent=2) + "\n"


def load(path: str) -> dict[str, int]:
    """Return how often each place is in the baseline *path*.

    Raises `UnreadableInput` and `BadSetting`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            shape: Any = json.load(file)
    except OSError as error:
        advice = "make it with --write-baseline"
        raise UnreadableInput(f"{path}: {error.strerror or error}", advice) from None
    except ValueError:
        raise BadSetting(f"{path}: this is no baseline", "make it with --write-baseline") from None
    if not isinstance(shape, dict) or shape.get("format_version") != FORMAT_VERSION:
        raise BadSetting(f"{path}: this is no baseline", "make it with --write-baseline")
    return {str(key): int(count) for key, count in shape["findings"].items()}


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
    return findings._replace(remaining=new), sum(left.values())
