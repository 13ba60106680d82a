"""Writes the keepalived.conf that stays when its services move to another program."""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from itertools import pairwise

from hatools.plugin import Assumption, Departure, OutFile, Reading
from hatools.text import Document, Edit, Expansion, Source, apply_edits
from hatools.text.document import BRACE, CLOSE, OPEN
from hatools_keepalived.watching import Watch, watch

_SERVICES = ("virtual_server", "virtual_server_group", "SSL")
_GLOBALS = ("lvs_sync_daemon",)
_LVS_BLOCK = "global_defs"
_PURPOSE = "what stays in keepalived: VRRP, and what belongs to it"


def leave(reading: Reading, successor: str) -> Departure | None:
    """Return the files as they stay when *successor* (a program's name) takes the services.

    They are edits of the originals: only services, and the comments right above
    them, are taken out; a tracker that watches *successor* is put in.  None
    where there is no VRRP instance, for then nothing worth keeping is left.
    """
    topology, expansion = reading.topology, reading.expansion
    if not topology.routers:
        return None
    stays, edits = _cut_blocks(expansion) or _cut_statements(expansion)
    watching = watch(reading, successor)
    edits += watching.edits
    files = [
        OutFile(_name(expansion, number), apply_edits(document.source, edits).text,
                _PURPOSE if number == 0 else "included by it")
        for number, document in enumerate(expansion.documents)
    ]  # fmt: skip
    return Departure(files, stays, _assumed(watching))


def _cut_blocks(expansion: Expansion) -> tuple[frozenset[tuple[int, int]], list[Edit]] | None:
    """Return what stays and the edits, where services can go as whole blocks."""
    if expansion.hops is not None or expansion.skipped:
        return None
    from hatools_keepalived.leaving_blocks import cut

    return cut(expansion, _going)


def _going(expansion: Expansion, top: int) -> Iterable[int]:
    """Yield what goes of the statement *top*, which stands outside of all blocks."""
    statements = expansion.statements
    keyword = statements[top].words[0]
    if keyword in _SERVICES:
        yield top
    elif keyword == _LVS_BLOCK:
        for child in expansion.children(top):
            if statements[child].words[0] in _GLOBALS:
                yield child


def _cut_statements(expansion: Expansion) -> tuple[frozenset[tuple[int, int]], list[Edit]]:
    """Return the statements that stay and the edits that take out the others."""
    gone = _gone(expansion)
    stays = frozenset(
        (number, index)
        for number, document in enumerate(expansion.documents)
        for index, statement in enumerate(document.statements)
        if statement.kind < CLOSE and (number, index) not in gone
    )
    edits: list[Edit] = []
    for number, document in enumerate(expansion.documents):
        edits += _removals(document, [index for at, index in gone if at == number])
    return stays, edits


def _assumed(watching: Watch) -> list[Assumption]:
    return [Assumption(watching.fact, watching.reason)] if watching.fact else []


def _gone(expansion: Expansion) -> set[tuple[int, int]]:
    """Return the statements, as (document, number), that go: services and what only they use.

    A closing brace goes with its block.  A statement that also counts outside
    of a service (out of a definition or a sequence) stays.
    """
    gone: set[tuple[int, int]] = set()
    stay: set[tuple[int, int]] = set()
    statements, ends = expansion.statements, expansion.ends
    top = list(expansion.children(-1))
    for place, index in enumerate(top):
        after = top[place + 1] if place + 1 < len(top) else len(statements)
        keyword = statements[index].words[0]
        inside = range(index, min(ends.get(index, index) + 1, after))
        if keyword in _SERVICES:
            gone.update(_places(expansion, inside))
            continue
        if keyword == _LVS_BLOCK:
            for child in expansion.children(index):
                taken = range(child, min(ends.get(child, child) + 1, after))
                goes = statements[child].words[0] in _GLOBALS
                (gone if goes else stay).update(_places(expansion, taken))
            stay.update(_places(expansion, (index, min(ends.get(index, index), after - 1))))
        else:
            stay.update(_places(expansion, inside))
    return _with_braces(expansion, gone - stay)


def _with_braces(expansion: Expansion, gone: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return *gone* with the braces and the lines for other places that stand in the blocks."""
    for number, document in enumerate(expansion.documents):
        depth = 0  # of a service that only counts in another place
        for index, statement in enumerate(document.statements):
            place = (number, index)
            if statement.kind == BRACE:
                if (number, index - 1) in gone:
                    gone.add(place)
            elif place in expansion.skipped and expansion.skipped[place][0] == "dropped":
                opens = statement.kind == OPEN
                if depth or (opens and statement.words[:1] and statement.words[0] in _SERVICES):
                    depth += opens
                    gone.add(place)
                elif (number, index - 1) in gone and _next_goes(expansion, gone, place):
                    gone.add(place)
            elif depth and statement.kind == CLOSE and place not in gone:
                depth -= 1
                gone.add(place)
    return gone


def _next_goes(expansion: Expansion, gone: set[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Tell whether the next statement that counts here, behind *place*, goes."""
    number, index = place
    while (number, index) in expansion.skipped:
        index += 1
    return (number, index) in gone


def _places(expansion: Expansion, indexes: range | tuple[int, ...]) -> set[tuple[int, int]]:
    hops = [expansion.hop(index) for index in indexes]
    return {(hop.document, hop.number) for hop in hops}


def _removals(document: Document, gone: list[int]) -> list[Edit]:
    """Return the edits that take the statements *gone* out of *document*, line by line.

    Comments and blank lines that stand between them go, too, and the comments
    right above; of blank lines that would then be doubled one stays.
    """
    if not gone:
        return []
    source, rows, statements = document.source, document.rows, document.statements
    out: set[int] = set()
    shared: list[int] = []
    taken = set(gone)
    by_row: dict[int, list[int]] = {}
    for index in range(len(statements)):
        for row in range(rows[index], rows[index] + statements[index].height):
            by_row.setdefault(row, []).append(index)
    for index in sorted(taken):
        lines = range(rows[index], rows[index] + statements[index].height)
        if all(other in taken for row in lines for other in by_row[row]):
            out.update(lines)
        else:
            shared.append(index)
    _between(document, by_row, out)
    edits = [_cut(source, document, index) for index in shared]
    return edits + [Edit.delete_lines(source, first + 1, last + 1) for first, last in _runs(out)]


def _between(document: Document, by_row: dict[int, list[int]], out: set[int]) -> None:
    """Add to *out* the lines without statements that go with those beside them."""
    lines, remarks = document.source.lines, document.remarks
    for first, _ in _runs(out):
        row = first - 1
        while row in remarks and row not in by_row:  # the comments right above
            out.add(row)
            row -= 1
    runs = _runs(out)
    for (_, last), (first, _) in pairwise(runs):
        between = range(last + 1, first)
        if not any(row in by_row for row in between) and not any(row in remarks for row in between):
            out.update(between)
    for first, last in _runs(out):
        above = first == 0 or not lines[first - 1].strip()
        row = last + 1
        while above and row < len(lines) and not lines[row].strip() and row not in by_row:
            out.add(row)
            row += 1


def _runs(rows: set[int]) -> list[tuple[int, int]]:
    """Return *rows* as stretches, (first, last)."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _cut(source: Source, document: Document, index: int) -> Edit:
    """Return the edit that takes one statement out of a line that it shares."""
    statement, row = document.statements[index], document.rows[index] + 1
    start = source.offset(row, statement.start + 1)
    end = source.offset(row + statement.height - 1, statement.end + 1)
    return Edit(start, end, "", source.path)


def _name(expansion: Expansion, number: int) -> str:
    """Return the name of a file, as seen from the folder of the main one."""
    if number == 0:
        return "keepalived.conf"
    main = os.path.dirname(expansion.documents[0].source.path)
    name = os.path.relpath(expansion.documents[number].source.path, main or ".")
    return os.path.basename(name) if name.startswith("..") else name
