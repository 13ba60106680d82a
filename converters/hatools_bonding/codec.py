"""What the bonding driver shows, as one codec that only reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.errors import HatoolsError
from hatools.model import Topology
from hatools.plugin import Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class BondingCodec:
    """/proc/net/bonding/BOND, ``grep . /sys/class/net/BOND/bonding/*`` and ``ip -d link``."""

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_bonding.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it is: it depends on no place."""
        return Expansion([document], document.statements, version=place.version)

    def read(self, expansion: Expansion) -> Reading:
        """Return the bonds that are shown."""
        from hatools_bonding.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Raise: nobody writes what the driver shows."""
        raise HatoolsError("what the bonding driver shows can be read but not written")

    def mask(self, text: str) -> str:
        """Return *text*: there is no secret in it."""
        return text

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the tables that the reader uses."""
        from hatools_bonding.catalogue import catalogue

        return catalogue()
