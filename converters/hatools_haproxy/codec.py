"""The haproxy language as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.model import Check, Scheduler, Service, Topology
from hatools.plugin import Alike, Modernised, Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class HaproxyCodec:
    """haproxy.cfg: from text to model and back."""

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_haproxy.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it counts at *place*: conditions decided, variables replaced."""
        from hatools_haproxy.expand import expand

        return expand(document, place)

    def read(self, expansion: Expansion) -> Reading:
        """Return what *expansion* means."""
        from hatools_haproxy.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology* said in haproxy.cfg, as far as it can be."""
        from hatools_haproxy.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_haproxy.masking import mask

        return mask(text)

    def modernise(self, expansion: Expansion, version: str) -> Modernised:
        """Return what brings *expansion* to *version* of haproxy."""
        from hatools_haproxy.modernising import modernise

        return modernise(expansion, version)

    def alike(self, scheduler: Scheduler) -> Alike:
        """Return *scheduler* by the name that other languages know it by."""
        from hatools_haproxy.alike import alike

        return alike(scheduler)

    def same_check(self, check: Check) -> Check:
        """Return *check* as the plainest kind that asks the same."""
        from hatools_haproxy.alike import same_check

        return same_check(check)

    def restates(self, service: Service, words: tuple[str, ...]) -> bool:
        """Tell whether *words* of a pool only say again what *service* says."""
        from hatools_haproxy.alike import restates

        return restates(service, words)

    def in_order(self, words: tuple[str, ...]) -> bool:
        """Tell whether the order of such statements counts."""
        from hatools_haproxy.alike import in_order

        return in_order(words)

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the table that the reader uses."""
        from hatools_haproxy.catalogue import catalogue

        return catalogue()
