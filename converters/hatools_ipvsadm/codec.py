"""The ipvsadm language as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hatools.model import Check, Scheduler, Section, Service, Topology
from hatools.plugin import Alike, Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class IpvsadmCodec:
    """Saved rules, scripts and listings of ipvsadm: from text to model and back."""

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_ipvsadm.syntax import parse

        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it counts at *place*: variables replaced, branches chosen."""
        from hatools_ipvsadm.expand import expand

        return expand(document, place)

    def read(self, expansion: Expansion) -> Reading:
        """Return the table that the commands would leave, or that a listing shows."""
        from hatools_ipvsadm.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology* as rules for ``ipvsadm --restore``, as far as IPVS can do it."""
        from hatools_ipvsadm.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_ipvsadm.masking import mask

        return mask(text)

    def alike(self, scheduler: Scheduler) -> Alike:
        """Return *scheduler* by the name that other languages know it by."""
        from hatools.plugin.ipvs import alike

        return alike(scheduler)

    def same_check(self, check: Check) -> Check:
        """Return *check* as the plainest kind that asks the same."""
        return check

    def shared_sections(self, sections: Sequence[Section]) -> list[Section]:
        """Return the kernel's time limits, which ``--set`` sets."""
        return [section for section in sections if section.kind == "timeouts"]

    def restates(self, service: Service, words: tuple[str, ...]) -> bool:
        """Tell whether *words* of a pool only say again what *service* says."""
        return False

    def in_order(self, words: tuple[str, ...]) -> bool:
        """Tell whether the order of such statements counts: of none."""
        return False

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the tables that the reader uses."""
        from hatools_ipvsadm.catalogue import catalogue

        return catalogue()
