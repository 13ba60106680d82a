"""Scripts of nmcli as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.model import Topology
from hatools.plugin import Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class NmcliCodec:
    """Scripts and transcripts of nmcli: from text to model and back."""

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_nmcli.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it counts at *place*: variables replaced, loops unrolled."""
        from hatools_nmcli.expand import expand

        return expand(document, place)

    def read(self, expansion: Expansion) -> Reading:
        """Return the bonds that the commands would leave."""
        from hatools_nmcli.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology*'s bonds as commands."""
        from hatools_nmcli.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_nmcli.masking import mask

        return mask(text)

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the tables that the reader uses."""
        from hatools_nmcli.catalogue import catalogue

        return catalogue()
