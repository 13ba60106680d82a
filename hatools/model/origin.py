"""Where a fact of the model was written, and what objects that know it have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, ClassVar

from hatools.text import Expansion, Span

_NO_FIELDS: Mapping[str, tuple[int, ...]] = {}


class Origin:
    """Where an object of the model, and each of its fields, was written.

    *at* is the index in *expansion* of the statement that opens the object.
    *fields* maps a field's name to the statements that said it, as offsets
    from *at*; ``""`` is the object itself, and a value inside a field has a
    dotted name (``checks.0.interval``).  Objects that look alike share one
    *fields*.  **A field that is not in *fields* was not written: its value is
    the program's default.**
    """

    __slots__ = ("at", "expansion", "fields")

    def __init__(
        self,
        expansion: Expansion | None,
        at: int = 0,
        fields: Mapping[str, tuple[int, ...]] = _NO_FIELDS,
    ) -> None:
        self.expansion = expansion
        self.at = at
        self.fields = fields

    def written(self, field: str) -> bool:
        """Tell whether *field* was written, rather than being the program's default."""
        return field in self.fields

    def statements(self, field: str = "") -> tuple[int, ...]:
        """Return the indexes, in the expansion, of the statements that said *field*."""
        return tuple(self.at + offset for offset in self.fields.get(field, ()))

    def spans(self, field: str = "") -> tuple[Span, ...]:
        """Return the places where *field* was written; none when it is a default."""
        expansion = self.expansion
        if expansion is None:
            return ()
        return tuple(expansion.span(index) for index in self.statements(field))

    def span(self, field: str = "") -> Span | None:
        """Return the first place where *field* was written, or the object's own."""
        spans = self.spans(field) or self.spans("")
        return spans[0] if spans else None

    def comments(self, field: str = "") -> tuple[tuple[str, ...], str]:
        """Return the comments on *field* in the source: lines above it, and behind it."""
        expansion = self.expansion
        if expansion is None or field not in self.fields:
            return (), ""
        return expansion.comments(self.at + self.fields[field][0])


NOWHERE = Origin(None)


class Located:
    """Base of the model's objects that have an origin: it does not count for equality.

    The dataclasses built on it leave equality and `repr` to it: making them
    for each class anew costs a small command milliseconds.
    """

    __slots__ = ()
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        if type(other) is not kind:
            return NotImplemented
        said = _FACTS.get(kind) or _facts(kind)
        same: bool = said(self) == said(other)
        return same

    def __repr__(self) -> str:
        names = [item.name for item in fields(self) if item.repr]  # type: ignore[arg-type]
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__name__}({told})"


_FACTS: dict[type, Callable[[Any], Any]] = {}


def _facts(kind: type) -> Callable[[Any], Any]:
    """Return what takes an object of *kind* apart into all that counts for equality."""
    _FACTS[kind] = attrgetter(*[item.name for item in fields(kind) if item.compare])
    return _FACTS[kind]
