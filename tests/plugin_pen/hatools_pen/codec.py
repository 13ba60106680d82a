"""pen's language as one codec."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.model import Topology
from hatools.plugin import Keyword, Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source


class PenCodec:
    """A file of pen command lines: from text to model and back."""

    def parse(self, source: Source) -> Document:
        """Return one statement for each command line."""
        from hatools_pen.reader import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return the document itself: a pen line means the same everywhere."""
        return Expansion([document], document.statements)

    def read(self, expansion: Expansion) -> Reading:
        """Return what the command lines mean."""
        from hatools_pen.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology* as command lines, as far as pen can do what it says."""
        from hatools_pen.writer import write

        return write(topology)

    def mask(self, text: str) -> str:
        """Return *text*: pen's command lines hold no secrets."""
        return text

    def keywords(self) -> Iterable[Keyword]:
        """Yield pen's options."""
        yield Keyword("-r", kind="option", note="servers in turn; else a client keeps its server")
        yield Keyword("-e", kind="option", arguments="HOST:PORT", note="when all others are down")
