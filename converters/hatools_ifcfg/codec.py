"""ifcfg files as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hatools.model import Topology
from hatools.plugin import Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class IfcfgCodec:
    """ifcfg and route files: from text to model and back.

    A bond and its ports are files of their own: what is read is a folder of them,
    or one file with those of its bond that stand beside it.
    """

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_ifcfg.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* with the files of the same bond beside it."""
        from hatools_ifcfg.beside import expand

        return expand(document, place)

    def join(self, documents: Sequence[Document], place: Place) -> Expansion:
        """Return *documents*, all the files of a folder, as one."""
        return Expansion.joined(documents, place.version)

    def read(self, expansion: Expansion) -> Reading:
        """Return the bonds that the files are."""
        from hatools_ifcfg.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology*'s bonds as ifcfg files."""
        from hatools_ifcfg.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_ifcfg.masking import mask

        return mask(text)

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the tables that the reader uses."""
        from hatools_ifcfg.catalogue import catalogue

        return catalogue()
