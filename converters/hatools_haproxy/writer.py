"""Writes haproxy.cfg: works out what haproxy can say of a model, then prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import repeat

from hatools.model import Record, Topology
from hatools.plugin import Assumption, OutFile, Target, Writing
from hatools_haproxy.adapting import adapt
from hatools_haproxy.own_words import speaks_haproxy, take
from hatools_haproxy.rendering import render

FILE_NAME = "haproxy.cfg"
_record: Callable[[Iterable[object]], Record] = partial(tuple.__new__, Record)  # quicker for many
_PRINTED_FOR = (2, 6)  # what is written when no version is named: all from 2.2 on take it


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology* said in haproxy.cfg, as far as it can be."""
    version = version_of(target.version)
    work_out = take if speaks_haproxy(topology) else adapt
    draft = work_out(topology, target, version)
    intended = draft.intended
    page = render(intended, draft.notes, version or _PRINTED_FOR)
    lines = map(page.heads.get, map(id, draft.items), repeat(0))
    records = list(map(_record, zip(draft.origins, draft.verdicts, lines, repeat(""))))
    main = OutFile(FILE_NAME, page.text()) if intended.services else None
    assumptions = [
        Assumption(fact, reason, page.place(item, slot))
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
