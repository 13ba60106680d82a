"""The keepalived language as one codec; each of its parts is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hatools.model import Check, HttpRequest, Origin, Scheduler, Section, Service, Topology, replace
from hatools.plugin import Alike, Departure, Modernised, Place, Reading, Target, Writing
from hatools.text import Document, Expansion, Source

if TYPE_CHECKING:
    from hatools.plugin.keywords import Keyword


class KeepalivedCodec:
    """keepalived.conf: from text to model and back.

    It remembers which definitions of the files it parsed hold secrets.
    """

    def __init__(self) -> None:
        self._secret_names: set[str] = set()

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""
        from hatools_keepalived.syntax import parse

        if "$" in source.text:
            from hatools_keepalived.masking import secret_names

            self._secret_names |= secret_names(source.text)
        return parse(source)

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it counts at *place*.

        Raises `hatools.errors.NeedsPlace` when lines depend on a config-id and none was given.
        """
        from hatools_keepalived.expand import expand

        return expand(document, place)

    def read(self, expansion: Expansion) -> Reading:
        """Return what *expansion* means."""
        from hatools_keepalived.reader import read

        return read(expansion)

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology* said in keepalived.conf, as far as it can be."""
        from hatools_keepalived.writer import write

        return write(topology, target)

    def mask(self, text: str) -> str:
        """Return *text* with its secrets as ``********``."""
        from hatools_keepalived.masking import mask

        return mask(text, self._secret_names)

    def leave(self, reading: Reading, successor: str) -> Departure | None:
        """Return the keepalived.conf that stays when *successor* takes over the services."""
        if not reading.topology.routers:
            return None  # only virtual routers stay behind
        from hatools_keepalived.leaving import leave

        return leave(reading, successor)

    def modernise(self, expansion: Expansion, version: str) -> Modernised:
        """Return what brings *expansion* to *version* of keepalived."""
        from hatools_keepalived.modernising import modernise

        return modernise(expansion, version)

    def alike(self, scheduler: Scheduler) -> Alike:
        """Return *scheduler* by the name that other languages know it by."""
        from hatools.plugin.ipvs import alike

        return alike(scheduler)

    def same_check(self, check: Check) -> Check:
        """Return *check* with the host that its requests name: by default what it connects to."""
        if check.kind != "http" or check.address is None or check.port is None:
            return check
        own = f"[{check.address}]" if ":" in check.address else check.address
        urls = [
            replace(each, host=f"{own}:{check.port}")
            if isinstance(each, HttpRequest) and not each.host
            else each
            for each in (check.detail if isinstance(check.detail, tuple) else ())
        ]
        return replace(check, detail=tuple(urls)) if urls else check

    def shared_sections(self, sections: Sequence[Section]) -> list[Section]:
        """Return the kernel's time limits, which ``lvs_timeouts`` sets."""
        found: list[Section] = []
        for section in sections:
            for number, words in enumerate(section.own if section.kind == "global_defs" else ()):
                if words[0] == "lvs_timeouts":
                    rows = tuple(zip(words[1::2], words[2::2], strict=False))
                    said = section.origin
                    fields = {"own": said.fields.get(f"own.{number}", ())}
                    found.append(
                        Section("timeouts", "", rows, Origin(said.expansion, said.at, fields))
                    )
        return found[-1:]  # the last one counts

    def restates(self, service: Service, words: tuple[str, ...]) -> bool:
        """Tell whether *words* of a pool only say again what *service* says."""
        return False

    def in_order(self, words: tuple[str, ...]) -> bool:
        """Tell whether the order of such statements counts: of none."""
        return False

    def keywords(self) -> Iterable[Keyword]:
        """Return every keyword of the language, from the table that the reader uses."""
        from hatools_keepalived.catalogue import catalogue

        return catalogue()
