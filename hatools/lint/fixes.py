"""Applies fixes: only the touched characters change, and a second time changes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hatools.text import Diagnostic, Edit, Source, apply_edits

MOST_ROUNDS = 20
Again = Callable[[Mapping[str, Source]], list[Diagnostic]]


class Fixed(NamedTuple):
    """The *sources* that changed, by path, how many findings were mended, what remains.

    *settled* is false where mends lead back and forth and never come to an end:
    then nothing is changed.
    """

    sources: Mapping[str, Source]
    mended: int
    remaining: list[Diagnostic]
    settled: bool = True


def fix(
    sources: Mapping[str, Source], found: list[Diagnostic], again: Again, unsafe: bool = False
) -> Fixed:
    """Return *sources* with the fixes of *found* applied, over and over until nothing changes.

    *again* lints changed sources anew.  Of two fixes that overlap the earlier
    is applied and the other tried in the next round.  A fix that touches a
    file that is not in *sources* is left alone, whole.
    """
    now = dict(sources)
    first = found
    mended = 0
    for _ in range(MOST_ROUNDS):
        chosen, count = _compatible(
            one
            for one in found
            if one.fix and (unsafe or not one.unsafe) and touched(one) <= now.keys()
        )
        changed = {}
        for path in dict.fromkeys(edit.path for edit in chosen):
            after = apply_edits(now[path], [edit for edit in chosen if edit.path == path])
            if after.text != now[path].text:
                changed[path] = after
        if not changed:
            break
        mended += count
        now.update(changed)
        found = again(now)
    else:
        return Fixed({}, 0, first, settled=False)
    different = {path: source for path, source in now.items() if source.text != sources[path].text}
    return Fixed(different, mended, found)


def edits(found: Diagnostic) -> tuple[Edit, ...]:
    """Return the edits that mend *found*, each with its file: that of the finding unless said."""
    own = found.span.path if found.span else ""
    return tuple(edit if edit.path else edit._replace(path=own) for edit in found.fix)


def touched(found: Diagnostic) -> set[str]:
    """Return the paths of the files that the fix of *found* changes."""
    return {edit.path for edit in edits(found)}


def _compatible(found: Iterable[Diagnostic]) -> tuple[list[Edit], int]:
    """Return the edits of findings none of whose edits overlaps one taken before; how many."""
    taken: dict[Edit, None] = {}
    by_line: dict[tuple[str, int], list[Edit]] = {}
    count = 0
    for diagnostic in found:
        wanted = edits(diagnostic)
        if any(_overlap(edit, other) for edit in wanted for other in _beside(by_line, edit)):
            continue
        count += 1
        for edit in wanted:
            if edit not in taken:
                taken[edit] = None
                for block in _blocks(edit):
                    by_line.setdefault((edit.path, block), []).append(edit)
    return list(taken), count


_BLOCK = 4096  # characters: edits are compared only with those near them


def _blocks(edit: Edit) -> range:
    return range(edit.start // _BLOCK, max(edit.end, edit.start + 1) // _BLOCK + 1)


def _beside(by_line: Mapping[tuple[str, int], list[Edit]], edit: Edit) -> Iterable[Edit]:
    for block in _blocks(edit):
        yield from by_line.get((edit.path, block), ())


def _overlap(one: Edit, other: Edit) -> bool:
    if one.path != other.path or one == other:
        return False
    return one.start < max(other.end, other.start + 1) and other.start < max(one.end, one.start + 1)


def unified(before: Source, after: Source, mask: Callable[[str], str]) -> list[str]:
    """Return the difference as a unified diff, as ``patch`` takes it; secrets are masked.

    A line that changes only in its secret is shown all the same.
    """
    path = before.path
    shown: list[str] = []
    for line in difflib.unified_diff(_lines(before), _lines(after), path, path, lineterm=""):
        if len(shown) < 2 or line.startswith("@"):
            shown.append(line)
            continue
        shown.append(line[0] + mask(line[1:].removesuffix("\n")))
        if not line.endswith("\n"):
            shown.append("\\ No newline at end of file")
    return shown


def _lines(source: Source) -> list[str]:
    """Return the lines with their LF, which the last one may lack."""
    lines = [f"{line}\n" for line in source.lines]
    if lines and not source.text.endswith("\n"):
        lines[-1] = lines[-1][:-1]
    return lines
