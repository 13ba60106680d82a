"""The stretches of files in which a statement was not understood: nothing is missed there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from hatools.plugin.contracts import Reading
from hatools.reading.grouping import NodeMeaning
from hatools.text import Span

NOT_UNDERSTOOD = "not understood"
Stretch = tuple[int, int]  # first and last line
END = 1 << 30


class Gaps:
    """By file, the outermost blocks (or sections) around what was not understood."""

    def __init__(self, nodes: Iterable[NodeMeaning]) -> None:
        found: dict[str, dict[Stretch, None]] = {}
        for node in nodes:
            for _, reading in node.readings:
                for path, stretch in _stretches(reading):
                    found.setdefault(path, {})[stretch] = None
        self._found: Mapping[str, Iterable[Stretch]] = found

    def hold(self, span: Span | None) -> bool:
        """Tell whether *span* lies in one."""
        return span is not None and any(
            first <= span.line <= last for first, last in self._found.get(span.path, ())
        )


def _stretches(reading: Reading) -> Iterable[tuple[str, Stretch]]:
    """Yield path, first and last line of each gap of a reading."""
    unknown = sorted(
        index
        for index, fate in reading.fates.items()
        if fate.reason and fate.reason.startswith(NOT_UNDERSTOOD)
    )
    if not unknown:
        return
    expansion = reading.expansion
    outermost: list[tuple[int, int]] = []
    for opened, closed in sorted(expansion.ends.items()):
        if not outermost or opened > outermost[-1][1]:
            outermost.append((opened, closed))
    starts = [opened for opened, _ in outermost]
    sections: dict[str, list[int]] = {}
    for index in unknown:
        span = expansion.span(index)
        at = bisect_right(starts, index) - 1
        if at >= 0 and index <= outermost[at][1]:
            opened, closed = outermost[at]
            yield from _block(reading, opened, closed, index)
        elif not starts:  # a language without blocks: up to where the next object begins
            if span.path not in sections:
                sections[span.path] = sorted(heads(reading, span.path))
            lines = sections[span.path]
            number = bisect_right(lines, span.line)
            first = lines[number - 1] if number else 1
            last = lines[number] - 1 if number < len(lines) else END
            yield span.path, (first, last)
        else:
            yield span.path, (span.line, span.end_line)


def _block(reading: Reading, opened: int, closed: int, index: int) -> Iterable[tuple[str, Stretch]]:
    """Yield the lines of a block, in the file where it opens and in that of what it holds."""
    expansion = reading.expansion
    first, own = expansion.span(opened), expansion.span(index)
    end = expansion.span(min(closed, len(expansion.statements) - 1))
    yield first.path, (first.line, end.line if end.path == first.path else END)
    if own.path != first.path:
        yield own.path, (1, END)


def heads(reading: Reading, path: str) -> set[int]:
    """Return the lines of *path* on which an object of the model begins."""
    topology = reading.topology
    origins = [one.origin for one in topology.services]
    origins += [one.origin for one in topology.pools]
    origins += [one.origin for one in topology.sections]
    origins += [one.origin for one in topology.bonds]
    spans = (origin.span() for origin in origins)
    return {span.line for span in spans if span is not None and span.path == path}
