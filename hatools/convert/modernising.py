"""Brings a configuration to another version of its program, and holds it to the re-read law."""

from __future__ import annotations

import os.path
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hatools.errors import BrokenLaw
from hatools.model import KEPT, Fate, Outcome, Topology, differences
from hatools.plugin.contracts import (
    Codec,
    Files,
    Format,
    Modernised,
    Modernises,
    OutFile,
    Place,
    Reading,
    Writing,
)
from hatools.reading import read, remarks_of
from hatools.text import Diagnostic, Document, Edit, Severity, Source, apply_edits
from hatools.text.document import CLOSE

_ALL = 1_000_000  # differences: none may be left out
Line = tuple[str, int]
"""A line of a file: path and row (from 0)."""


class Modern(NamedTuple):
    """The answer: the source as it reads at the new version, the files, the remarks that stay."""

    reading: Reading
    writing: Writing
    remarks: list[Diagnostic]


class _Overlay:
    """The files of a configuration, some of them edited."""

    def __init__(self, files: Files, edited: Mapping[str, Source]) -> None:
        self.files = files
        self.edited = edited

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        """Find what is there to find."""
        return self.files.find(pattern, near)

    def load(self, path: str) -> Source:
        """Return the edited text of *path*, else the one that is there."""
        return self.edited.get(path) or self.files.load(path)


def modernise(codec: Codec, form: Format, reading: Reading, place: Place) -> Modern:
    """Bring what *reading* read to the version of *place*.

    Raises `BrokenLaw` when the new text means something else than the source in
    a fact that the ledger does not name, or has an error that the source had not.
    """
    assert isinstance(codec, Modernises)
    source = reading.expansion.documents[0].source
    ahead = read(codec, source, place)
    answer = codec.modernise(ahead.expansion, place.version)
    sources = [document.source for document in ahead.expansion.documents]
    edited = {each.path: apply_edits(each, answer.edits) for each in sources}
    new = edited[source.path]
    again = read(codec, new, place._replace(files=_Overlay(place.files, edited)))
    written = _lines_behind(sources, answer.edits)
    _check(reading, ahead, again, answer.fates, written)
    main = OutFile(form.file_name, new.text)
    folder = os.path.dirname(source.path)
    companions = [
        OutFile(_below(each.path, folder), edited[each.path].text, "included by it")
        for each in sources[1:]
        if edited[each.path].text != each.text
    ]
    companions = list(dict.fromkeys(companions))  # one file may be included several times
    writing = Writing(main, again.topology, companions=companions)
    writing.diagnostics += answer.diagnostics
    remarks = [*_still_true(ahead, again, answer), *answer.diagnostics]
    remarks += _found_out(ahead, again, written)
    remarks.sort(key=lambda remark: remark.span or ("", 0, 0, 0, 0))
    return Modern(_accounted(ahead, answer.fates), writing, remarks)


def _below(path: str, folder: str) -> str:
    """Return the name of an included file seen from the main file's *folder*, never above it."""
    name = os.path.relpath(path, folder or ".")
    return os.path.basename(path) if name.startswith("..") or os.path.isabs(name) else name


def _accounted(ahead: Reading, fates: Mapping[tuple[int, int], Fate]) -> Reading:
    """Return *ahead* with a fate for every statement: kept, or what *fates* has for it."""
    expansion = ahead.expansion
    kept = {
        index: fates.get((expansion.hop(index)[:2]), KEPT)
        for index, statement in enumerate(expansion.statements)
        if statement.kind < CLOSE
    }
    expansion.skipped = dict.fromkeys(expansion.skipped, (Outcome.KEPT.value, ""))
    for place, fate in fates.items():
        if place in expansion.skipped:
            expansion.skipped[place] = (fate.outcome.value, fate.reason)
    return Reading(ahead.topology, expansion, kept, ahead.diagnostics)


def _still_true(ahead: Reading, again: Reading, answer: Modernised) -> Iterator[Diagnostic]:
    """Yield the remarks on the source that still hold of the new text.

    Those on a statement that was rewritten are settled; one that was left has a
    remark of its own.
    """
    documents = ahead.expansion.documents
    settled = {
        (documents[document].source.path, documents[document].rows[number] + 1)
        for document, number in answer.fates
    }
    left = {remark[:3] for remark in remarks_of(again)}
    for remark in remarks_of(ahead):
        if remark.span is None:
            if remark[:3] in left:
                yield remark
        elif (remark.span.path, remark.span.line) not in settled:
            yield remark


def _check(
    before: Reading,
    ahead: Reading,
    again: Reading,
    fates: Iterable[tuple[int, int]],
    written: Mapping[Line, int],
) -> None:
    """Raise `BrokenLaw` unless the new text means what the source meant, rewritten facts aside.

    Versions differ in defaults, too: the source counts as it reads at its own
    version or at the new one.
    """
    documents = ahead.expansion.documents
    old = _lines_before(documents, fates)
    new = frozenset(_named(again, written))
    wrong: list[str] = []
    for source in (before, ahead):
        named = new | frozenset(_named(source, old))
        wrong = [
            each
            for each in differences(source.topology, again.topology, most=_ALL)
            if not _covered(each.partition(": ")[0], named)
        ]
        if not wrong:
            break
    wrong += [
        str(remark)
        for remark in _new_errors(ahead, again)
        if remark.span is not None and (remark.span.path, remark.span.line - 1) not in written
    ]
    if wrong:
        raise BrokenLaw(
            f"{documents[0].source.path}: the new text does not mean what the source means: "
            + "; ".join(wrong[:5]),
            "nothing was written; this is a fault of hatools, please report it",
        )


def _new_errors(ahead: Reading, again: Reading) -> list[Diagnostic]:
    """Return the errors in the new text whose like the source has not; numbers do not count."""
    old = {_kind(remark) for remark in remarks_of(ahead)}
    return [
        remark
        for remark in remarks_of(again)
        if remark.severity is Severity.ERROR and _kind(remark) not in old
    ]


def _kind(remark: Diagnostic) -> tuple[str, str]:
    return remark.code, "".join(c for c in remark.message if not c.isdigit())


def _found_out(ahead: Reading, again: Reading, written: Mapping[Line, int]) -> Iterator[Diagnostic]:
    """Yield the errors that only show in a rewritten line, at the line it was written from."""
    sources = {document.source.path: document.source for document in ahead.expansion.documents}
    for remark in _new_errors(ahead, again):
        place = remark.span
        row = written.get((place.path, place.line - 1)) if place is not None else None
        if place is not None and row is not None:
            source = sources[place.path]
            yield remark._replace(span=source.span(row + 1, 0, len(source.lines[row])), fix=())


def _covered(path: str, named: frozenset[str]) -> bool:
    """Tell whether the difference at *path* is of something that *named* lists."""
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in named if name)


def _named(reading: Reading, changed: Collection[Line]) -> Iterator[str]:
    """Yield the paths in the model of all that statements on the lines *changed* said.

    What no object claims may have said anything of the objects in whose section
    it stands; what several objects share (``defaults``) anything of them all.
    """
    expansion, topology = reading.expansion, reading.topology
    documents = expansion.documents
    indexes = set()
    for index in range(len(expansion.statements)):
        document, number = expansion.hop(index)[:2]
        if (documents[document].source.path, documents[document].rows[number]) in changed:
            indexes.add(index)
    claimed: set[int] = set()
    for path, thing in _objects(topology):
        for field, offsets in thing.origin.fields.items():
            hit = indexes.intersection(thing.origin.at + offset for offset in offsets)
            if hit:
                claimed |= hit
                yield f"{path}.{field.partition('.')[0]}" if field else path
                if not field and path.count("[") > 1:
                    yield path.rpartition("[")[0]  # whether there is one at all
    for index in indexes:
        yield from _around(topology, index)


def _lines_before(documents: list[Document], fates: Iterable[tuple[int, int]]) -> frozenset[Line]:
    """Return the lines, as (path, row), of the statements that have a fate."""
    return frozenset(
        (documents[document].source.path, documents[document].rows[number])
        for document, number in fates
    )


def _lines_behind(sources: Iterable[Source], edits: Sequence[Edit]) -> dict[Line, int]:
    """Return the lines of the new texts that *edits* wrote, each with its row in the source."""
    lines: dict[Line, int] = {}
    for source in {source.path: source for source in sources}.values():
        shift = 0  # rows that the edits above have added
        for edit in sorted(edits):
            if edit.path == source.path:
                row = source.text.count("\n", 0, edit.start)
                added = edit.replacement.count("\n")
                for more in range(added + 1):
                    lines.setdefault((source.path, row + shift + more), row)
                shift += added - source.text.count("\n", edit.start, edit.end)
    return lines


def _around(topology: Topology, index: int) -> Iterator[str]:
    """Yield the objects whose statements begin last before statement *index*, and the lists."""
    objects = [(path, thing) for path, thing in _objects(topology) if "." not in path]
    heads = [thing.origin.at for _, thing in objects if thing.origin.at <= index]
    nearest = max(heads, default=-1)
    for path, thing in objects:
        if thing.origin.at == nearest:
            yield path
            if path.startswith("sections"):
                yield from ("services", "pools", "sections")
    if nearest < 0:
        yield from ("services", "pools", "sections", "routers")


def _objects(topology: Topology) -> Iterator[tuple[str, Any]]:
    """Yield every object of the model that stands in a list of the topology, with its path."""
    for kind in ("services", "pools", "routers", "groups", "trackers", "sections"):
        for number, thing in enumerate(getattr(topology, kind)):
            yield f"{kind}[{number}]", thing
            for part in ("servers", "listeners", "rules"):
                for at, inner in enumerate(getattr(thing, part, ())):
                    if hasattr(inner, "origin"):
                        yield f"{kind}[{number}].{part}[{at}]", inner
    if topology.mail is not None:
        yield "mail", topology.mail
