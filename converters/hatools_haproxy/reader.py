"""Reads a haproxy.cfg: what its sections mean in the model."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from itertools import pairwise

from hatools.model import Origin, Section, Topology
from hatools.plugin import Reading
from hatools.text import Expansion, near
from hatools_haproxy.keywords import sections, standing
from hatools_haproxy.reading_defaults import Inheritance
from hatools_haproxy.reading_links import check_links
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_pools import Pools
from hatools_haproxy.reading_proxies import Proxy, Words
from hatools_haproxy.reading_sections import lines_of_section, misspelt_head
from hatools_haproxy.reading_services import read_service
from hatools_haproxy.syntax import HEADS, NEWEST, is_head

_PROXIES = frozenset(("defaults", "frontend", "backend", "listen"))
_OWN: list[str] = []


def read(expansion: Expansion) -> Reading:
    """Return what *expansion* means; every statement is claimed or has a fate."""
    paused = gc.isenabled()
    gc.disable()  # the model has no cycles, and passing over the growing heap costs a third
    try:
        return _Reader(expansion).read()
    finally:
        if paused:
            gc.enable()


class _Reader:
    """Reads one expansion."""

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.notes = Notes(expansion)
        self.topology = Topology(origin=Origin(expansion))
        self.inheritance = Inheritance(self.notes)
        self.pools = Pools(self.notes)
        self.proxies: list[Proxy] = []
        self.taken: set[tuple[str, str]] = set()

    def read(self) -> Reading:
        """Return the reading."""
        statements = self.expansion.statements
        heads = [
            index
            for index, statement in enumerate(statements)
            if (statement.note is not None and is_head(statement))
            or (not statement.start and _strange(statement.words))
        ]
        heads.append(len(statements))
        self._outside(heads[0])
        for head, end in pairwise(heads):
            self._section(head, end)
        self.inheritance.settle(self.topology, self.proxies)
        check_links(self.notes, self.topology, self.proxies)
        self.notes.settle()
        return Reading(self.topology, self.expansion, self.notes.fates, self.notes.diagnostics)

    def _outside(self, end: int) -> None:
        """Account for lines before the first section."""
        for index in range(end):
            words = self.expansion.statements[index].words
            self.notes.refuse(
                index, "HP102", f"'{words[0]}' stands before the first section",
                "begin with global, defaults, frontend, backend or listen",
            )  # fmt: skip

    def _section(self, head: int, end: int) -> None:
        """Read the section that begins at *head*."""
        words = self.expansion.statements[head].words
        self.notes.idle.append((head, "not understood"))
        if words[0] in _PROXIES:
            self._proxy(head, end, words)
        elif words[0] in HEADS:
            self._kept(head, end, words)
        else:
            meant = near(words[0], HEADS)
            self.notes.refuse(
                head, "HP102", f"unknown section '{words[0]}'",
                f"did you mean {meant}" if meant else "",
            )  # fmt: skip
            for index in range(head + 1, end):
                self.notes.drop(
                    index, f"not understood: it stands in an unknown section '{words[0]}'"
                )

    # --- sections kept whole ---

    def _kept(self, head: int, end: int, words: Words) -> None:
        notes, kind = self.notes, words[0]
        own: list[Words] = [words[2:]] if len(words) > 2 else []
        offsets = [0] if own else []
        known = lines_of_section(kind)
        status = standing(sections()[kind], self.expansion.version or NEWEST)
        if status.kind == "too-new":
            notes.too_new(head, f"a section {kind}", status.version)
            known = _untold  # what stands in it is refused with it
        for index in range(head + 1, end):
            line = self.expansion.statements[index]
            if line.note is not None and notes.lacks_variable(index):
                continue
            if not known(notes, index, line.words):
                continue
            own.append(line.words)
            offsets.append(index - head)
            notes.claimed[index] = 1
        notes.claimed[head] = 1
        name = words[1] if len(words) > 1 else ""
        section = Section(kind, name, tuple(own))
        fields: dict[str, tuple[int, ...]] = {"": (0,), **own_fields(offsets)}
        if name:
            fields["name"] = (0,)
        section.origin = Origin(self.expansion, head, fields)
        self.topology.sections.append(section)

    # --- proxies ---

    def _proxy(self, head: int, end: int, words: Words) -> None:
        notes = self.notes
        notes.claimed[head] = 1
        proxy = self.inheritance.begin(head, words)
        statements = self.expansion.statements
        take, back, add_server = proxy.take, proxy.back, proxy.servers.append
        for index in range(head + 1, end):
            line = statements[index].words
            # most lines of a large file are servers: they need no more than this here
            if back and line[0] == "server" and len(line) > 2 and statements[index].note is None:
                add_server((index, line, proxy.default_server))
            else:
                take(index, line)
        idle = self.notes.idle
        if proxy.whole:
            idle.append((head + 1, "no proxy uses it"))
            return
        idle.append((head + 1, "a later line of the same kind replaces it"))
        self.proxies.append(proxy)
        self._twin(proxy)
        pool, taken = self.pools.pool(proxy) if proxy.back else (None, set())
        prefix = self.inheritance.prefix(proxy)
        if proxy.front:
            service = read_service(notes, proxy)
            service.own = self._own(proxy, prefix, taken, service.origin)
            self.topology.services.append(service)
        elif pool is not None:
            mode = proxy.settings.get("mode")
            if mode is not None and mode[1][1] == "http":
                prefix = [*prefix, mode]
            pool.own = self._own(proxy, prefix, taken, pool.origin)
        if pool is not None:
            self.topology.pools.append(pool)

    def _twin(self, proxy: Proxy) -> None:
        """Give a second proxy of one name and side a name of its own, as haproxy cannot."""
        name, number = proxy.name, 1
        while any((side, proxy.name) in self.taken for side in proxy.sides):
            number += 1
            proxy.name = f"{name}#{number}"
        self.taken.update((side, proxy.name) for side in proxy.sides)

    def _own(
        self, proxy: Proxy, prefix: list[tuple[int, Words]], taken: set[int], origin: Origin
    ) -> tuple[Words, ...]:
        """Return the own words of a proxy and let *origin* claim them."""
        lines = proxy.own
        if taken:
            lines = [line for line in lines if line[0] not in taken]
        if prefix:
            lines = [*prefix, *lines]
        if not lines:
            return ()
        claimed, head = self.notes.claimed, proxy.index
        for index, _ in lines:
            claimed[index] = 1
        origin.fields.update(own_fields([index - head for index, _ in lines]))  # type: ignore[attr-defined]
        return tuple([words for _, words in lines])


def _untold(notes: Notes, index: int, words: Words) -> bool:
    """Tell that a line is kept, and remark on nothing."""
    return True


def _strange(words: Words) -> bool:
    """Tell whether a line at the very left looks like a misspelt heading of a section."""
    return len(words) < 3 and misspelt_head(words[0])


def own_fields(offsets: list[int]) -> Mapping[str, tuple[int, ...]]:
    """Return the fields ``own.0``, ``own.1``, … said at *offsets*."""
    while len(_OWN) < len(offsets):
        _OWN.append(f"own.{len(_OWN)}")
    return {name: (offset,) for name, offset in zip(_OWN, offsets, strict=False)}
