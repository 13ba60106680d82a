"""What every single failure leads to, as a table for a person and as data for a machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hatools.engine.what_if import Consequence, Outage, Takeover
from hatools.simulate.lanes import few
from hatools.simulate.report import FORMAT_VERSION, Shape, rounded

Line = tuple[str, str]  # kind, text
HEADS = ("what fails", "whose addresses", "who has them then", "best", "typical", "worst")
INDENT = 4  # of what is lost, under its failure


class Row(NamedTuple):
    """A failure and what follows for routers that fare alike."""

    cells: tuple[str, ...]
    kind: str
    lost: str


def outcome(takeover: Takeover) -> str:
    """Return ``moves``, ``never``, ``split`` or ``nobody``."""
    if takeover.never:
        return "never"
    if not takeover.holders:
        return "nobody"
    return "split" if len(takeover.holders) > 1 else "moves"


def lost(consequence: Consequence, takeover: Takeover) -> str:
    """Return what clients lose, in a sentence."""
    kind, node = consequence.failure.kind, takeover.before
    came = outcome(takeover)
    if came == "never":
        return f"{node} keeps them: {takeover.reason}"
    if came == "nobody":
        why = f" ({takeover.reason})" if takeover.reason else ""
        return f"every connection, until {node} is well again{why}"
    if came == "split":
        return "both answer for them: each client reaches one or the other, by chance"
    assert takeover.worst is not None
    if kind in ("script", "process", "file", "bfd"):
        return f"connections open through {node}, and what came while it was not noticed"
    new = f"new connections for up to {takeover.worst:.2f} s, and those open through {node}"
    if kind == "kill":
        new = f"connections open through {node}; it keeps the addresses as well"
    return new


def lines(
    consequences: Sequence[Consequence], outages: Sequence[Outage], width: int = 100
) -> Iterator[Line]:
    """Yield the table of every single failure, and how long a silent server stays in.

    Kinds are title, moves, never, split, nobody, why and empty ones.
    """
    rows = [row for consequence in consequences for row in _rows(consequence)]
    if rows:
        widths = [
            max(len(row[at]) for row in (HEADS, *(row.cells for row in rows)))
            for at in range(len(HEADS))
        ]
        yield "title", _joined(HEADS, widths)
        for row in rows:
            yield row.kind, _joined(row.cells, widths)
            yield from _folded(row.lost, width)
        yield "", ""
    else:
        yield "", "no virtual router has a MASTER whose failure could be tried"
    yield from _outages(outages)


def _rows(consequence: Consequence) -> Iterator[Row]:
    alike: dict[object, list[Takeover]] = {}
    for takeover in consequence.takeovers:
        times = tuple(_seconds(one) for one in (takeover.best, takeover.typical, takeover.worst))
        key = (takeover.before, takeover.holders, times, lost(consequence, takeover))
        alike.setdefault(key, []).append(takeover)
    for same in alike.values():
        one = same[0]
        came = outcome(one)
        addresses = list(dict.fromkeys(address for each in same for address in each.addresses))
        whose = few(addresses, 2) or few([each.router for each in same], 2)
        now = " and ".join(one.holders) or "nobody"
        told = [_seconds(time) for time in (one.best, one.typical, one.worst)]
        if came in ("never", "nobody"):
            told = ["never", "", ""]
        yield Row((str(consequence.failure), whose, now, *told), came, lost(consequence, one))


def _seconds(time: float | None) -> str:
    return "" if time is None else f"{time:.2f} s"


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    said = [
        cell.ljust(width) if at < 3 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(said).rstrip()


def _folded(text: str, width: int) -> Iterator[Line]:
    """Yield *text* under its row, folded at *width* columns."""
    from textwrap import wrap

    for line in wrap(text, max(width, 40) - INDENT):
        yield "why", " " * INDENT + line


def _outages(outages: Sequence[Outage]) -> Iterator[Line]:
    """Yield how long a silent server is still given connections; servers alike share a line."""
    alike: dict[object, list[Outage]] = {}
    for outage in dict.fromkeys(outages):
        times = (outage.best, outage.typical, outage.worst)
        alike.setdefault((outage.pool, *times), []).append(outage)
    if not alike:
        return
    yield "title", "a server falls silent: it is still given connections for"
    for same in alike.values():
        one = same[0]
        told = f"{one.best:.2f} to {one.worst:.2f} s, {one.typical:.2f} s on average"
        yield "fact", f"  {one.pool}: {few([each.server for each in same])}: {told}"


def as_json(
    nodes: Sequence[str],
    consequences: Sequence[Consequence],
    outages: Sequence[Outage],
    problems: Sequence[str] = (),
) -> Shape:
    """Return the table as plain data (schema: docs/simulate.schema.json)."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "what-if",
        "nodes": list(nodes),
        "failures": [
            {
                "failure": str(one.failure),
                "kind": one.failure.kind,
                "node": one.failure.node,
                "subject": one.failure.subject,
                "takeovers": [_takeover(one, takeover) for takeover in one.takeovers],
            }
            for one in consequences
        ],
        "outages": [
            {
                "pool": one.pool,
                "server": one.server,
                "best": rounded(one.best),
                "typical": rounded(one.typical),
                "worst": rounded(one.worst),
            }
            for one in dict.fromkeys(outages)
        ],
        "problems": list(problems),
    }


def _takeover(consequence: Consequence, one: Takeover) -> Shape:
    times = {"best": one.best, "typical": one.typical, "worst": one.worst}
    return {
        "router": one.router,
        "addresses": list(one.addresses),
        "before": one.before,
        "holders": list(one.holders),
        "outcome": outcome(one),
        **{name: None if time is None else rounded(time) for name, time in times.items()},
        "reason": one.reason,
        "lost": lost(consequence, one),
    }
