"""Which of two lists' items are the same thing said twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Key = Callable[[T], object]


def pair(
    left: Sequence[T], right: Sequence[T], *keys: Key[T] | tuple[Key[T], Key[T]]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Return the pairs of items with an equal key, and what is left over on either side.

    *keys* are tried in turn, each on what the one before left over; a key of
    None fits nothing.  A tuple holds one key for the left and one for the
    right.  Of several with one key, the first fits the first.  Everything
    comes in the order of its list, pairs in the left one's.
    """
    mate: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        mine, theirs = key if isinstance(key, tuple) else (key, key)
        waiting: dict[object, list[int]] = {}
        for at, item in enumerate(right):
            if at not in taken:
                name = theirs(item)
                if name is not None:
                    waiting.setdefault(name, []).append(at)
        if not waiting:
            continue
        for places in waiting.values():
            places.reverse()
        for at, item in enumerate(left):
            if at not in mate:
                places = waiting.get(mine(item), [])
                if places:
                    mate[at] = places.pop()
                    taken.add(mate[at])
    return (
        [(left[at], right[mate[at]]) for at in sorted(mate)],
        [item for at, item in enumerate(left) if at not in mate],
        [item for at, item in enumerate(right) if at not in taken],
    )
