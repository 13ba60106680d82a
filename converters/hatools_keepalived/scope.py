"""What one block says, gathered while its statements are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hatools.model import Fate
from hatools_keepalived.remarks import Remark

Fields = Mapping[str, tuple[int, ...]]


class Scope:
    """The facts of one block, every place as an offset from the statement that opens it.

    *values* maps a field of the model to its value, *claims* to the statements
    that said it; *own* are the statements that have no field; *fates* and
    *remarks* are for the others.  So a block that occurs a thousand times with
    the same statements is read once.
    """

    __slots__ = ("at", "claims", "fates", "own", "remarks", "values")

    def __init__(self, at: int) -> None:
        self.at = at
        self.values: dict[str, Any] = {}
        self.claims: dict[str, tuple[int, ...]] = {"": (0,)}
        self.own: list[tuple[str, ...]] = []
        self.fates: list[tuple[int, Fate]] = []
        self.remarks: list[Remark] = []

    def claim(self, field: str, index: int) -> None:
        """Note that the statement at *index* says *field*."""
        self.claims[field] = (*self.claims.get(field, ()), index - self.at)

    def keep(self, words: tuple[str, ...], index: int, field: str = "own") -> None:
        """Keep a statement that only keepalived understands, in *field* (``own``)."""
        self.claim(f"{field}.{len(self.own)}", index)
        self.own.append(words)

    def settle(self, index: int, fate: Fate) -> None:
        """Give the statement at *index* a fate of its own."""
        self.fates.append((index - self.at, fate))

    def remark(
        self,
        index: int,
        code: str,
        message: str,
        help: str = "",
        instead: str | None = None,
        sure: bool = True,
    ) -> None:
        """Remark on the statement at *index*; *instead* and *sure* as in `Remark`."""
        self.remarks.append(Remark(index - self.at, code, message, help, instead, sure))

    def get(self, field: str, default: Any = None) -> Any:
        """Return the value of *field*, *default* where it was not said."""
        return self.values.get(field, default)

    def join(self, other: Scope) -> None:
        """Take over what *other* says, a scope of the same statements at this place or another."""
        for field, value in other.values.items():
            self.values[field] = list(value) if isinstance(value, list) else value
        self.claims.update(other.claims)
        self.own += other.own
        self.fates += other.fates
        self.remarks += other.remarks
