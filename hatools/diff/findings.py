"""What was found to differ, with the value and the place on either side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hatools.model import Origin
from hatools.plugin.contracts import Compares, Format, Reading
from hatools.plugin.settings import Settings
from hatools.text import Expansion, Span

HIDDEN = "********"
ITSELF = "itself"  # the fact of a difference when the whole object is on one side only

WHOLE = "*"  # a prefix: the statement that opens the object says all of it
_SAID_ALONG = {"tunnel": "forwarding"}

Places = Sequence[tuple[Origin, str]]
"""Where facts of a value may have been written: origins, each with a prefix of their names.

A prefix that ends with a dot (``checks.0.``) is of an object whose unwritten facts are defaults.
"""


class Said(NamedTuple):
    """What one side says: *value* for a machine, *text* for a person, and where.

    No *span* means that it is a default of the program.
    """

    value: object
    text: str
    span: Span | None = None


class Difference(NamedTuple):
    """One fact that is not the same: of which object, and what either side says.

    *object* is the way to it, outermost first (``service 192.0.2.10:80``, ``server
    192.0.2.11:80``).  *kind* is ``changed``, ``added`` (right only) or ``removed``.
    """

    object: tuple[str, ...]
    fact: str
    kind: str
    left: Said | None
    right: Said | None


@dataclass(slots=True)
class Side:
    """One of the two configurations: where it is from, what it means, how it hides secrets."""

    path: str
    form: Format
    reading: Reading
    mask: Callable[[str], str]
    names: Compares | None = None
    settings: Settings = field(default_factory=Settings)
    skipped: int = 0  # facts that only this side's language has

    def find(self, fact: str, places: Places) -> tuple[Origin, str] | None:
        """Return the origin that knows *fact*, and the name under which it does.

        A part of a value stands where the whole does when nothing nearer is known,
        and what is said along with another fact where that one is.
        """
        found = self._find(fact, places)
        along = _SAID_ALONG.get(fact.partition(".")[0])
        return self._find(along, places) if found is None and along else found

    def _find(self, fact: str, places: Places) -> tuple[Origin, str] | None:
        for origin, prefix in places:
            if prefix == WHOLE:
                if origin.written(""):
                    return origin, ""
                continue
            if not fact and origin.written(prefix.removesuffix(".")):
                return origin, prefix.removesuffix(".")
            whole = prefix and prefix[-1] != "."  # then a part may stand where all of it does
            name, least = (f"{prefix}.{fact}", 0) if whole else (prefix + fact, len(prefix))
            while len(name) > least:
                if origin.written(name):
                    return origin, name
                name = name.rpartition(".")[0]
            inside = _inside(origin, prefix, fact)
            if inside:
                return origin, inside
        return None

    def say(self, fact: str, value: object, text: str, places: Places) -> Said:
        """Return *value* with its place; what a secret may have come from is hidden."""
        found = self.find(fact, places)
        if found is None:
            return self._masked(value, text, None)
        origin, name = found
        span = origin.span(name)
        expansion = origin.expansion
        if expansion is not None and not isinstance(value, int | float):
            for index in origin.statements(name):
                masked = self._secret_bearing(expansion, index)
                if masked is not None and text not in masked:
                    text = self.mask(text) if self.mask(text) != text else HIDDEN
                    return Said(text, text, span)
        return self._masked(value, text, span)

    def _masked(self, value: object, text: str, span: Span | None) -> Said:
        masked = self.mask(text) if text else text
        return Said(value, text, span) if masked == text else Said(masked, masked, span)

    def _secret_bearing(self, expansion: Expansion, index: int) -> str | None:
        """Return statement *index* with its secrets hidden, None when it has none."""
        words = " ".join(expansion.statements[index].words)
        masked = self.mask(words)
        if masked != words:
            return masked
        hop = expansion.hop(index)
        sources = {document.source.path: document.source for document in expansion.documents}
        for span in hop.via:  # a definition may say by its name that it holds a secret
            source = sources.get(span.path)
            line = source.line(span.line) if source else ""
            if self.mask(line) != line:
                return ""
        return None


def _place(origin: Origin) -> Span | None:
    """Return where an object was written: its opening, else the first of its facts."""
    return origin.span() or next((origin.span(field) for field in origin.fields), None)


def _inside(origin: Origin, prefix: str, fact: str) -> str:
    """Return the name of a written part of *fact*, or of what it is a part of; empty for none."""
    head, _, tail = fact.partition(".")
    start = f"{prefix}{head}." if not prefix or prefix[-1] == "." else f"{prefix}.{head}."
    names = [name for name in origin.fields if name.startswith(start)]
    parts = tail.split(".")
    fitting = (name for name in names if name.rpartition(".")[2] in parts)
    return next(fitting, names[0] if names else "")


@dataclass(slots=True)
class Findings:
    """The differences between two sides, as they are found.

    *everything*: also compare what only one of two languages has.
    """

    left: Side
    right: Side
    everything: bool = False
    differences: list[Difference] = field(default_factory=list)

    @property
    def same_language(self) -> bool:
        """Tell whether both sides are of one format."""
        return self.left.form.name == self.right.form.name

    def add(self, where: tuple[str, ...], fact: str, left: Said | None, right: Said | None) -> None:
        """Note that *fact* of the object *where* differs; None where a side says nothing."""
        kind = "changed" if left and right else "removed" if left else "added"
        self.differences.append(Difference(where, fact, kind, left, right))

    def one_sided(
        self, where: tuple[str, ...], *, left: Origin | None = None, right: Origin | None = None,
        text: str = "", fact: str = ITSELF,
    ) -> None:  # fmt: skip
        """Note that the object *where* is on one side only: that whose origin is given."""
        if left is not None:
            self.add(
                where, fact, Said(self.left.mask(text), self.left.mask(text), _place(left)), None
            )
        if right is not None:
            said = Said(self.right.mask(text), self.right.mask(text), _place(right))
            self.add(where, fact, None, said)
