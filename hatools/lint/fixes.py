"""Applies fixes: only the touched characters change, and a second time changes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hatools.text import Diagnostic, Edit, Source, apply_edits

MOST_ROUNDS = 10
Again = Callable[[Mapping[str, Source]], list[Diagnostic]]


class Fixed(NamedTuple):
    """The *sources* that changed, by path, how many findings were mended, what remains."""

    sources: Mapping[str, Source]
    mended: int
    remaining: list[Diagnostic]


def fix(
    sources: Mapping[str, Source], found: list[Diagnostic], again: Again, unsafe: bool = False
) -> Fixed:
    """Return *sources* with the fixes of *found* applied, over and over until nothing changes.

    *again* lints changed sources anew.  Of two fixes that overlap the earlier
    is applied and the other tried in the next round.
    """
    now = dict(sources)
    mended = 0
    for _ in range(MOST_ROUNDS):
        chosen = _compatible(one for one in found if one.fix and (unsafe or not one.unsafe))
        changed = {}
        for path, source in now.items():
            edits = [edit for edit in chosen if (edit.path or path) == path]
            after = apply_edits(source, edits) if edits else source
            if after.text != source.text:
                changed[path] = after
        if not changed:
            break
        mended += len(chosen)
        now.update(changed)
        found = again(now)
    different = {path: source for path, source in now.items() if source.text != sources[path].text}
    return Fixed(different, mended, found)


def _compatible(found: Iterable[Diagnostic]) -> list[Edit]:
    """Return the edits of findings none of whose edits overlaps one taken before."""
    taken: list[Edit] = []
    for diagnostic in found:
        if not any(_overlap(edit, other) for edit in diagnostic.fix for other in taken):
            taken += [edit for edit in diagnostic.fix if edit not in taken]
    return taken


def _overlap(one: Edit, other: Edit) -> bool:
    if one.path != other.path or one == other:
        return False
    return one.start < max(other.end, other.start + 1) and other.start < max(one.end, one.start + 1)


def unified(before: Source, after: Source, mask: Callable[[str], str]) -> list[str]:
    """Return the difference as a unified diff; secrets are masked."""
    old = [mask(line) for line in before.text.splitlines()]
    new = [mask(line) for line in after.text.splitlines()]
    path = before.path
    return list(difflib.unified_diff(old, new, path, path, lineterm=""))
