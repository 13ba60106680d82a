"""A haproxy.cfg as rules look at it: sections with what they say and what they inherit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hatools.model import Pool, Section, Service
from hatools.plugin import Reading
from hatools.text import Expansion
from hatools_haproxy.syntax import is_head

Words = tuple[str, ...]
_FRONT, _BACK = ("frontend", "listen"), ("backend", "listen")
_SERVERS = ("server", "server-template")


class Line(NamedTuple):
    """One statement of a section: where it is in the expansion (*at*) and its *words*."""

    at: int
    words: Words


class Part:
    """One section: *lines* are its own without servers, *parent* the defaults it begins with."""

    __slots__ = ("index", "kind", "lines", "name", "parent", "pool", "section", "service")

    def __init__(self, kind: str, name: str, index: int, parent: Part | None) -> None:
        self.kind = kind
        self.name = name
        self.index = index
        self.parent = parent
        self.lines: list[Line] = []
        self.service: Service | None = None
        self.pool: Pool | None = None
        self.section: Section | None = None

    @property
    def front(self) -> bool:
        """Tell whether clients connect here."""
        return self.kind in _FRONT

    @property
    def back(self) -> bool:
        """Tell whether servers stand here."""
        return self.kind in _BACK

    @property
    def mode(self) -> str:
        """Return the mode that counts here; empty where a variable says it that nobody gave."""
        line = self.said("mode")
        mode = line.words[1] if line is not None and len(line.words) > 1 else "tcp"
        return "" if "$" in mode else mode

    @property
    def http(self) -> bool:
        """Tell whether ``mode http`` counts here, or may."""
        return self.mode in ("http", "")

    def own(self, *first: str) -> list[Line]:
        """Return the lines of the section itself that begin with the words *first*."""
        length = len(first)
        return [line for line in self.lines if line.words[:length] == first]

    def said(self, *first: str) -> Line | None:
        """Return the last line that begins with *first*: the section's, else its defaults'."""
        part: Part | None = self
        while part is not None:
            found = part.own(*first)
            if found:
                return found[-1]
            part = part.parent
        return None

    def option(self, name: str) -> Line | None:
        """Return the line that switches option *name* on here, None where it is off."""
        part: Part | None = self
        while part is not None:
            for line in reversed(part.lines):
                words = line.words
                if words[:2] == ("option", name):
                    return line
                if words[1:3] == ("option", name) and words[0] in ("no", "default"):
                    return None
            part = part.parent
        return None


class Configuration:
    """All sections of one expansion, in order."""

    def __init__(self, reading: Reading) -> None:
        self.expansion: Expansion = reading.expansion
        self.topology = reading.topology
        self.parts = list(_parts(reading))
        self.proxies = [part for part in self.parts if part.front or part.back]
        self.backends = {part.name: part for part in self.parts if part.back}

    def of(self, kind: str) -> list[Part]:
        """Return the sections of a *kind*."""
        return [part for part in self.parts if part.kind == kind]

    def settings(self, *first: str) -> list[Line]:
        """Return the lines of all ``global`` sections that begin with *first*."""
        return [line for part in self.of("global") for line in part.own(*first)]

    def elsewhere(self) -> Iterator[Words]:
        """Yield the words of statements that do not count here but may elsewhere."""
        for (document, number), (outcome, _) in self.expansion.skipped.items():
            if outcome == "dropped":
                yield self.expansion.documents[document].statements[number].words

    def words(self, index: int) -> Words:
        """Return the words of statement *index*."""
        return self.expansion.statements[index].words


_latest: list[tuple[Expansion, Configuration]] = []


def configuration(reading: Reading) -> Configuration:
    """Return *reading* by sections; all rules that look at one file share the answer."""
    if not _latest or _latest[0][0] is not reading.expansion:
        _latest[:] = [(reading.expansion, Configuration(reading))]
    return _latest[0][1]


def _parts(reading: Reading) -> Iterator[Part]:
    """Yield each section with its lines and what it is in the model."""
    topology = reading.topology
    services = {each.origin.at: each for each in topology.services}
    pools = {each.origin.at: each for each in topology.pools}
    sections = {each.origin.at: each for each in topology.sections}
    named: dict[str, Part] = {}
    latest: Part | None = None
    part: Part | None = None
    for index, statement in enumerate(reading.expansion.statements):
        words = statement.words
        if statement.note is not None and is_head(statement):
            if part is not None:
                yield part
            kind, *rest = words
            name = rest[0] if rest and (rest[0] != "from" or len(rest) == 1) else ""
            source = rest[rest.index("from") + 1] if "from" in rest[:-1] else ""
            parent = named.get(source) if source else latest
            if kind not in (*_FRONT, *_BACK) and not source:
                parent = None
            part = Part(kind, name, index, parent)
            part.service, part.pool = services.get(index), pools.get(index)
            part.section = sections.get(index)
            if kind == "defaults":
                latest = part
                named[name] = part
        elif part is not None and words and words[0] not in _SERVERS:
            part.lines.append(Line(index, words))
    if part is not None:
        yield part
