"""An ordered tree whose equal keys stay in the order in which they came, as HAProxy's trees do."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")
_arrivals = count()  # one order for all trees: only its direction matters
SPARE = 64  # entries without an item that a tree keeps before it is built anew


class Entry(Generic[T]):
    """A place in a tree: its *key*, when it came, and the *item*, None once it was removed."""

    __slots__ = ("arrival", "item", "key")

    def __init__(self, key: int, item: T) -> None:
        self.key = key
        self.arrival = next(_arrivals)
        self.item: T | None = item


class Tree(Generic[T]):
    """Items by key, the first come first among equals.

    A removed item leaves an empty entry that is thrown away when it surfaces,
    or when there are more of them than items.
    """

    __slots__ = ("_heap", "_size")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Entry[T]]] = []
        self._size = 0

    def insert(self, key: int, item: T) -> Entry[T]:
        """Put *item* behind those of the same *key*; return its entry, which `remove` wants."""
        entry = Entry(key, item)
        heap = self._heap
        self._size += 1
        if len(heap) > 2 * self._size + SPARE:
            self._heap = heap = [one for one in heap if one[2].item is not None]
            heapify(heap)
        heappush(heap, (key, entry.arrival, entry))
        return entry

    def remove(self, entry: Entry[T]) -> None:
        """Take an item out."""
        entry.item = None
        self._size -= 1

    def first(self) -> T | None:
        """Return the item with the lowest key, None when the tree is empty."""
        heap = self._heap
        while heap:
            item = heap[0][2].item
            if item is not None:
                return item
            heappop(heap)
        return None

    def walk(self) -> Iterator[T]:
        """Yield the items in order; close the walk before the tree changes."""
        taken = []
        try:
            while (item := self.first()) is not None:
                yield item
                taken.append(heappop(self._heap))
        finally:
            for one in taken:
                heappush(self._heap, one)
