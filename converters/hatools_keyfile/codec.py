"""Keyfiles as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hatools.model import Topology
from hatools.plugin import Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class KeyfileCodec:
    """NetworkManager's keyfiles: from text to model and back.

    A bond and its ports are files of their own: what is read is a folder of them,
    or one file with those of its bond that stand beside it.
    """

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_keyfile.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* with the keyfiles of the same bond beside it."""
        from hatools_keyfile.beside import expand

        return expand(document, place)

    def join(self, documents: Sequence[Document], place: Place) -> Expansion:
        """Return *documents*, all the keyfiles of a folder, as one."""
        return Expansion.joined(documents, place.version)

    def read(self, expansion: Expansion) -> Reading:
        """Return the bonds that the connections are."""
        from hatools_keyfile.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology*'s bonds as keyfiles."""
        from hatools_keyfile.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_keyfile.masking import mask

        return mask(text)

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the tables that the reader uses."""
        from hatools_keyfile.catalogue import catalogue

        return catalogue()
