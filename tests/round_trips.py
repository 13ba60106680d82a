"""Takes a text to another language and back, and holds what differs against both ledgers.

A difference is named when the ledger of the way there does not call its
statement kept, when the ledger of the way back does not call kept what wrote
the statement where it ended, or when either assumed it.

haproxy's ``from NAME`` is a reference: what the section of that name says has
entries of its own, so that a reference that is gone is not named once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hatools.convert import Conversion, Request, convert
from hatools.convert.accounting import fate_of
from hatools.diff import Comparison, Difference, Text, compare
from hatools.model import Entry, Outcome, Topology
from hatools.plugin import Settings
from hatools.plugin.contracts import NO_FILES, Files, Joins
from hatools.plugin_host import Host, codec
from hatools.reading import Folder
from hatools.text import Source

FORMATS = Host().formats()
_SAID = {"timeout connect": ("connect_timeout",), "timeout check": ("timeout", "connect_timeout")}
"""Statements in haproxy's own words that also say a fact of the model (docs/model.md)."""


_ASSUMED = {"lb_algo": "scheduler", "-s": "scheduler"}
"""What is assumed in a target's words, by the fact that it says."""
Path = tuple[str, ...]


@dataclass
class Trip:
    """There and back: both conversions, and how where it ended differs from where it began."""

    there: Conversion
    back: Conversion
    comparison: Comparison

    def __post_init__(self) -> None:
        self.lost = [e for e in self.there.account.entries() if e.outcome is not Outcome.KEPT]
        self.lost_back = [e for e in self.back.account.entries() if e.outcome is not Outcome.KEPT]
        self.lines = {(e.source.path, e.source.line) for e in self.lost if e.source}
        self.assumed = [e for e in (*self.lost, *self.lost_back) if e.outcome is Outcome.ASSUMED]
        self.kept = [e for e in self.there.account.entries() if e.targets]
        self.facts, self.there_facts = _facts(self.back), _facts(self.there)
        self.openings = {record.line for record in self.back.writing.records if record.line}


def trip(
    source: Source, form: str, other: str, facts: tuple[str, ...], files: Files = NO_FILES
) -> Trip | None:
    """Return *source* taken from *form* to *other* and back; None where nothing arrives."""
    request = Request(source, other, form, settings=Settings(facts), files=files)
    there = convert(request, FORMATS, codec)
    if there.writing.main is None:
        return None
    middle = _written(there, "")
    back = convert(Request(middle, form, other, settings=Settings(facts)), FORMATS, codec)
    if back.writing.main is None:
        return None
    end = _written(back, "back/")
    left = Text(source, form, settings=Settings(facts), files=files)
    right = Text(end, form, settings=Settings(facts))
    return Trip(there, back, compare(left, right, FORMATS, codec))


def _written(conversion: Conversion, folder: str) -> Source | Folder:
    """Return what was written: of a language that spans files, all of them."""
    main = conversion.writing.main
    assert main is not None
    several = isinstance(codec(conversion.target), Joins)
    files = [main, *(conversion.writing.companions if several else ())]
    sources = tuple(Source(folder + file.name, file.text) for file in files)
    return Folder(folder, sources) if len(sources) > 1 else sources[0]


def _facts(conversion: Conversion) -> dict[int, set[Path]]:
    """Return, for each line that an object was written on, its facts that were not kept."""
    found: dict[int, set[Path]] = {}
    for record in conversion.writing.records:
        for field in record.origin.fields if record.line else ():
            if fate_of(record.verdict, field).outcome is not Outcome.KEPT:
                found.setdefault(record.line, set()).add(_path(field))
    return found


def _path(fact: str) -> Path:
    """Return the name of a fact without numbers and without whose it is."""
    return tuple(
        part
        for part in fact.split(".")
        if part and not part.isdigit() and part not in ("servers", "checks")
    )


def _same(one: Path, other: Path) -> bool:
    """Tell whether one of two facts is the other or a part of it."""
    return one[: len(other)] == other[: len(one)] and bool(one and other)


def unnamed(found: Trip) -> list[Difference]:
    """Return the differences that neither ledger names."""
    told: set[tuple[str, int]] = set()  # statements that one of the differences on them names
    rest = []
    for difference in found.comparison.differences:
        if _is_named(found, difference):
            told |= _places(difference)
        else:
            rest.append(difference)
    return [each for each in rest if not _places(each) & told]


def _places(difference: Difference) -> set[tuple[str, int]]:
    sides = (difference.left, difference.right)
    return {(said.span.path, said.span.line) for said in sides if said and said.span}


def _is_named(found: Trip, difference: Difference) -> bool:
    left, right = difference.left, difference.right
    if difference.fact == "own" and left is not None and left.text.startswith("from "):
        return True
    if left and left.span:
        lines = [left.span.line]
        if difference.object[0].startswith("section "):
            lines.append(left.span.line + 1)  # its heading only opens what is in it
        if any(_lost_at(found, left.span.path, line) for line in lines):
            return True
    facts = [_path(difference.fact)]
    if difference.fact == "own" and right is not None:
        facts = [(name,) for name in _SAID.get(" ".join(right.text.split()[:2]), ())]
    assumed = {entry.fact.split()[0] for entry in found.assumed}
    if any(_ASSUMED.get(name, name) in fact[-1:] for fact in facts for name in assumed):
        return True
    return right is not None and right.span is not None and _came_so(found, right.span.line, facts)


def _lost_at(found: Trip, path: str, line: int) -> bool:
    """Tell whether the statement at *line* was not kept, there or from there on the way back."""
    if (path, line) in found.lines:
        return True
    written = {at for entry in found.kept if entry.source and entry.source[:2] == (path, line)
               for at in _targets(entry)}  # fmt: skip
    return any(entry.source and entry.source.line in written for entry in found.lost_back)


def _came_so(found: Trip, line: int, facts: list[Path]) -> bool:
    """Tell whether what came back at *line* was not kept on the way, or assumed."""
    whole = facts == [("itself",)]
    for entry in found.lost_back:
        if any(line in _block(found, at) if whole else line == at for at in _targets(entry)):
            return True
    block = _block(found, line)
    openings = sorted(at for at in found.openings if at <= line and at in block)
    for opened in openings[:1] + openings[-1:]:  # what opens the section; the nearest object
        if any(_same(fact, lost) for fact in facts for lost in found.facts.get(opened, ())):
            return True
    opened = openings[-1] if openings else 0
    for entry in found.back.account.entries():  # what it was written from, and that from
        if entry.source and opened in _targets(entry):
            first = max((at for at in found.there_facts if at <= entry.source.line), default=0)
            lost = found.there_facts.get(first, set())
            if any(_same(fact, each) or each == () for fact in facts for each in lost):
                return True
    return False


def _targets(entry: Entry) -> list[int]:
    return [line for _, line in entry.targets]


def _block(found: Trip, line: int) -> range:
    """Return the lines of the section that *line* of what came back stands in."""
    assert found.back.writing.main is not None
    rows = found.back.writing.main.text.split("\n")
    first = last = line
    while first > 1 and rows[first - 2].strip():
        first -= 1
    while last < len(rows) and rows[last - 1].strip():
        last += 1
    return range(first, last + 1)


def unshown(found: Trip) -> list[Entry]:
    """Return what the way there dropped, or moved, of objects that show no difference.

    A statement counts with the objects that claim it: one that is gone whole is
    told once, not fact by fact.  What names a node, and what the model has no
    object for (comments, what only steers the reading), does not count for
    `hatools diff`.
    """
    topology, expansion = found.there.reading.topology, found.there.reading.expansion
    shown = set().union(*map(_left_places, found.comparison.differences))
    families: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for family in _families(topology):
        lines = {
            (span.path, span.line)
            for thing in family
            for field in thing.origin.fields
            for span in (expansion.span(at) for at in thing.origin.statements(field))
            if thing.origin.expansion is expansion
        }
        for line in lines:
            families.setdefault(line, set()).update(lines)
    return [
        entry
        for entry in found.lost
        if entry.source is not None
        and entry.outcome in (Outcome.DROPPED, Outcome.MOVED)
        and entry.source[:2] in families
        and not families[entry.source[:2]] & shown
    ]


def _left_places(difference: Difference) -> set[tuple[str, int]]:
    span = difference.left.span if difference.left else None
    return {(span.path, span.line)} if span else set()


def _families(topology: Topology) -> Iterator[list[Any]]:
    """Yield the objects that are one to a client: a service with its pools and their servers."""
    pools = {pool.name: pool for pool in topology.pools}
    for service in topology.services:
        names = {service.default_pool, *(rule.pool for rule in service.rules)}
        led = [pools[name] for name in names if name in pools]
        yield [
            service,
            *service.listeners,
            *service.rules,
            *led,
            *(s for p in led for s in p.servers),
        ]
    for each in (*topology.routers, *topology.groups, *topology.trackers):
        yield [each]
    yield from ([section] for section in topology.sections if section.own)  # not a mere heading
    if topology.mail is not None:
        yield [topology.mail]
