"""Writes haproxy.cfg: works out what haproxy can say of a model, then prints it."""

from __future__ import annotations

from hatools.model import Record, Topology
from hatools.plugin import Assumption, OutFile, Target, Writing
from hatools_haproxy.adapting import adapt
from hatools_haproxy.own_words import speaks_haproxy, take
from hatools_haproxy.rendering import render

FILE_NAME = "haproxy.cfg"
_PRINTED_FOR = (2, 6)  # what is written when no version is named: all from 2.2 on take it


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology* said in haproxy.cfg, as far as it can be."""
    version = version_of(target.version)
    work_out = take if speaks_haproxy(topology) else adapt
    draft = work_out(topology, target, version)
    intended = draft.intended
    page = render(intended, draft.notes, version or _PRINTED_FOR)
    places, servers = page.places, page.servers
    records = [
        Record(origin, verdict, servers.get(id(item)) or places.get((id(item), ""), 0))
        for origin, verdict, item in draft.records
    ]
    main = OutFile(FILE_NAME, page.text()) if intended.services else None
    assumptions = [
        Assumption(fact, reason, places.get((id(item), slot), 0))
        for fact, reason, item, slot in draft.assumed
    ]
    return Writing(
        main,
        intended,
        records,
        draft.companions if main is not None else [],
        assumptions if main is not None else [],
        draft.diagnostics,
        draft.lost,
    )


def version_of(text: str) -> tuple[int, ...]:
    """Return ``2.6`` or ``2.6.12`` as (2, 6); empty for no version."""
    numbers = []
    for part in text.split(".")[:2]:
        digits = part.lstrip("v").partition("-")[0]
        if not (digits.isascii() and digits.isdigit()):
            return ()
        numbers.append(int(digits))
    return tuple(numbers)
