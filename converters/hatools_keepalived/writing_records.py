"""Accounts for what was written and what was not: a record for every object of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hatools.model import KEPT, Fate, Origin, Pool, Record, Section, Topology, Verdict, dropped
from hatools_keepalived.foreign_words import SECTIONS
from hatools_keepalived.losses import fate_of
from hatools_keepalived.writing_blocks import Block


def settled(origins: list[Origin], verdict: Verdict) -> Callable[[], Iterable[Record]]:
    """Return what makes a record with *verdict*, not written, for each of *origins*."""
    return lambda: [Record(origin, verdict) for origin in origins]


def listener_records(blocks: list[Block], fates: dict[int, Fate]) -> list[Record]:
    """Return one record for each listener that was written, at its first line."""
    records: dict[int, Record] = {}
    for block in blocks:
        for endpoint, line in zip(block.endpoints, block.listener_lines, strict=True):
            source = endpoint.source
            if id(source) in records:
                continue
            fate = fates[id(source)]
            verdict = {"": KEPT, "address": fate, "ports": fate, "protocol": KEPT, "mark": KEPT,
                       "family": KEPT, "path": KEPT}  # fmt: skip
            for number, words in enumerate(source.own):
                verdict[f"own.{number}"] = verdict["own"] = fate_of(words)
            records[id(source)] = Record(source.origin, verdict, line)
    return list(records.values())


def server_records(blocks: list[Block]) -> list[Record]:
    """Return one record for each server of a pool: written if any block writes it."""
    first = blocks[0]
    records = [
        Record(source.origin, verdict, line)
        for source, verdict, line in zip(
            first.placed.sources, first.placed.verdicts, first.server_lines, strict=True
        )
    ]
    if len(blocks) == 1 and not first.placed.refused:
        return records
    seen = {id(source) for source in first.placed.sources}
    for block in blocks[1:]:
        placed = block.placed
        for number, source in enumerate(placed.sources):
            if id(source) not in seen:
                seen.add(id(source))
                record = Record(source.origin, placed.verdicts[number], block.server_lines[number])
                records.append(record)
    shared: dict[Fate, Verdict] = {}
    for block in blocks:
        for source, fate in block.placed.refused:
            if id(source) not in seen:
                seen.add(id(source))
                records.append(Record(source.origin, shared.setdefault(fate, {"*": fate})))
    return records


def weaken(fates: dict[str, Fate], name: str, fate: Fate) -> None:
    """Let *fate* count for what a pool says of all its servers, unless a weaker one does."""
    parts = name.split(".") if name else []
    names = {".".join(["servers", *parts])} if parts else set()
    if len(parts) > 1 and parts[0] == "checks":
        names.add(".".join(["servers", "checks", *parts[2:]]))
    for key in names:
        if key not in fates or fates[key].weakness < fate.weakness:
            fates[key] = fate


def rule_fate(pool: str) -> Fate:
    """Return the fate of a rule that leads to *pool*."""
    return dropped(f"IPVS cannot choose by content: {pool} gets no connections from here")


def section_verdict(section: Section) -> Verdict:
    """Return the fates of a section that only another language has, statement by statement."""
    reason = SECTIONS.get(section.kind, "")
    head = dropped(reason or f"keepalived has no {section.kind} section")
    fates: dict[str, Fate] = {"": head, "*": head}
    if section.kind == "defaults":
        fates["name"] = fates[""] = KEPT  # its services say what is in it
    for number, words in enumerate(section.own):
        fates[f"own.{number}"] = head if reason else fate_of(words)
    return fates


def why_unreached(topology: Topology, pool: Pool) -> str:
    """Return why *pool* is not written though no service was lost for it."""
    for service in topology.services:
        if any(rule.pool == pool.name for rule in service.rules):
            return f"only conditions in {service.name} lead to it, and IPVS cannot choose by them"
        if service.origin.at == pool.origin.at and service.default_pool != pool.name:
            return f"all of {service.name} goes to {service.default_pool}"
    if topology.pool(pool.name) is not pool:
        return f"another pool is called {pool.name}, too"
    return "nothing leads to it"
