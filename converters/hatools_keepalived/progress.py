"""How far the expanding of a keepalived.conf has come, and what its lines are traced back to."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Span


class Origin:
    """What expanded statements are traced back to: statements *numbers* of a document."""

    __slots__ = ("document", "numbers", "via")

    def __init__(self, document: int, numbers: list[int], via: tuple[Span, ...]) -> None:
        self.document = document
        self.numbers = numbers
        self.via = via

    def through(self, *spans: Span | None) -> Origin:
        """Return the same origin, come through *spans* as well."""
        via = tuple(span for span in dict.fromkeys((*self.via, *spans)) if span is not None)
        return Origin(self.document, self.numbers, via)


class Feed:
    """Lines that come before the file's next: a sequence's or a definition's."""

    __slots__ = ("lines", "origin")

    def __init__(self, lines: Iterator[tuple[dict[str, str], str]], origin: Origin) -> None:
        self.lines = lines
        self.origin = origin


class Cursor:
    """A file being read: the next statement, and the includes it came through.

    *within* are the files it is included in, itself last.
    """

    __slots__ = ("at", "document", "path", "via", "within")

    def __init__(
        self, document: int, path: str, via: tuple[Span, ...] = (), within: tuple[str, ...] = ()
    ) -> None:
        self.document = document
        self.path = path
        self.via = via
        self.within = (*within, path)
        self.at = 0
