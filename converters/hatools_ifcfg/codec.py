"""ifcfg files as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.model import Topology
from hatools.plugin import Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools_ifcfg.beside import Written


class IfcfgCodec:
    """ifcfg and route files: from text to model and back.

    A bond and its ports are files of their own.  Those beside the file that is
    read come through the place's files, or are what this codec wrote last: so
    that the main file of a writing reads back whole.
    """

    def __init__(self) -> None:
        self._written: Written | None = None

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_ifcfg.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* with the files of the same bond beside it."""
        from hatools_ifcfg.beside import Written, expand

        return expand(document, place, self._written or Written())

    def read(self, expansion: Expansion) -> Reading:
        """Return the bonds that the files are."""
        from hatools_ifcfg.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology*'s bonds as ifcfg files."""
        from hatools_ifcfg.beside import Written
        from hatools_ifcfg.writer import write

        writing = write(topology, target)
        if writing.main is not None:
            self._written = Written([writing.main, *writing.companions])
        return writing

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_ifcfg.masking import mask

        return mask(text)
