"""What is known of a haproxy.cfg while it is being worked out, before a line is printed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from hatools.model import KEPT, Fate, Origin, Outcome, Topology, Verdict
from hatools.plugin import OutFile, Target
from hatools.text import Diagnostic, Document, Expansion, Severity
from hatools_haproxy.naming import Names

if TYPE_CHECKING:
    from hatools.model import Check, Service
    from hatools_haproxy.shaping import Settled, Shape

_STRETCH = 512  # statements: most stretches of a large file have no comment in them
Remark = tuple[int, str]  # the statement of the source, a comment on it
Note = tuple[tuple[Remark, ...], tuple[Remark, ...]]  # above a line, behind it

# The codes of what a writing remarks.
CODES = {
    "HP090": (Severity.WARNING, "a server whose check haproxy cannot make"),
    "HP091": (Severity.INFO, "advice on addresses that move between nodes"),
    "HP092": (Severity.INFO, "advice on the client's address"),
    "HP093": (Severity.WARNING, "a service that haproxy cannot take over"),
    "HP094": (Severity.WARNING, "an address of a service that haproxy cannot take over"),
}


def kept(reason: str = "") -> Fate:
    """Return the fate of what arrives whole; *reason* where that does not show."""
    return Fate(Outcome.KEPT, reason) if reason else KEPT


def nearly(reason: str) -> Fate:
    """Return the fate of what arrives in part, or otherwise."""
    return Fate(Outcome.APPROXIMATED, reason)


def dropped(reason: str) -> Fate:
    """Return the fate of what does not arrive."""
    return Fate(Outcome.DROPPED, reason)


class Comments:
    """The comments of one source, gathered for the lines that their statements become.

    *places* are the expanded statements that have a comment above or behind, in order.
    """

    __slots__ = ("any", "expansion", "places")

    def __init__(self, expansion: Expansion | None) -> None:
        self.expansion = expansion
        self.places = _commented(expansion) if expansion is not None else []
        self.any = bool(self.places)

    def among(self, first: int, last: int) -> bool:
        """Tell whether a statement from *first* to *last* has a comment."""
        places = self.places
        at = bisect_left(places, first)
        return at < len(places) and places[at] <= last

    def of(self, origin: Origin, fields: Iterable[str] | None = None) -> Note | None:
        """Return the comments on *fields* of an object (all by default); None without any."""
        expansion = origin.expansion
        if (
            not self.any
            or expansion is None
            or not self.among(origin.at, origin.at + reach(origin.fields))
        ):
            return None
        names = origin.fields if fields is None else fields
        offsets = {offset for name in names for offset in origin.fields.get(name, ())}
        above: list[Remark] = []
        behind: list[Remark] = []
        for offset in sorted(offsets):
            place = origin.at + offset
            lines, tail = expansion.comments(place)
            above += [(place, line) for line in lines]
            if tail.strip():
                behind.append((place, tail.strip()))
        return (tuple(above), tuple(behind)) if above or behind else None


def reach(fields: Mapping[str, tuple[int, ...]]) -> int:
    """Return the largest offset that *fields* names."""
    return max(map(max, filter(None, fields.values())), default=0)


def _commented(expansion: Expansion) -> list[int]:
    """Return the places of the statements that have a comment above or behind."""
    marked = [_marked(document) for document in expansion.documents]
    if not any(marked):
        return []
    if expansion.hops is None:
        return sorted(marked[0])
    return [at for at, hop in enumerate(expansion.hops) if hop.number in marked[hop.document]]


def _marked(document: Document) -> set[int]:
    """Return the numbers of the statements with a comment, and of those below one."""
    rows, statements = document.rows, document.statements
    marked: set[int] = set()
    commented = {statement for statement in set(statements) if statement.comment}
    if commented:
        for first in range(0, len(statements), _STRETCH):
            stretch = statements[first : first + _STRETCH]
            if not commented.isdisjoint(stretch):
                marked.update(n for n, each in enumerate(stretch, first) if each.comment)
    for remark in document.remarks:
        number = bisect_right(rows, remark)
        while number < len(rows) and rows[number] == remark + 1:
            marked.add(number)
            number += 1
    return marked


class Draft:
    """A haproxy.cfg being worked out.

    *intended* is the model that it will hold.  The record of a source object is
    its origin, its verdict and the item that it became, in three lists side by
    side: a large file has thousands.  *assumed* names, instead of a line, the
    object (and its slot) that will stand there.
    *version* is the target's as numbers, empty where none was named.
    *shapes*, *settled*, *checks* and *pool_verdicts* hold what was worked out
    for one pool and is true of others: equal servers share all of it.
    *taken* are the places that a bind stands for, with the source's service.
    """

    __slots__ = (
        "assumed", "checks", "comments", "companions", "diagnostics", "intended", "items", "lost",
        "notes", "origins", "pool_verdicts", "proxies", "scripts", "settled", "shapes", "taken",
        "target", "verdicts", "version",
    )  # fmt: skip

    def __init__(
        self,
        target: Target,
        version: tuple[int, ...],
        comments: Comments,
        intended: Topology | None = None,
    ) -> None:
        self.target = target
        self.version = version
        self.comments = comments
        self.intended = intended if intended is not None else Topology()
        self.proxies = Names()
        self.notes: dict[tuple[int, str], Note] = {}
        self.origins: list[Origin] = []
        self.verdicts: list[Verdict] = []
        self.items: list[object] = []
        self.assumed: list[tuple[str, str, object, str]] = []
        self.companions: list[OutFile] = []
        self.diagnostics: list[Diagnostic] = []
        self.lost: list[tuple[str, str]] = []
        self.scripts = False
        self.taken: dict[object, Service] = {}
        self.shapes: dict[object, dict[object, Shape]] = {}
        self.settled: dict[object, Settled] = {}
        self.checks: dict[Check, tuple[Check, ...]] = {}
        self.pool_verdicts: dict[object, Verdict] = {}

    def since(self, *version: int) -> bool:
        """Tell whether the target surely is haproxy *version* or later."""
        return self.version >= version

    def account(self, origin: Origin, verdict: Verdict, item: object = None) -> None:
        """Note what became of a source object; *item* is what it became."""
        self.origins.append(origin)
        self.verdicts.append(verdict)
        self.items.append(item)

    def assume(self, fact: str, reason: str, item: object = None, slot: str = "") -> None:
        """Note what was added without a source; *slot* of *item* says it."""
        self.assumed.append((fact, reason, item, slot))

    def remark(
        self, code: str, message: str, origin: Origin | None = None, advice: str = ""
    ) -> None:
        """Note a remark about what is written."""
        span = origin.span() if origin is not None else None
        self.diagnostics.append(Diagnostic(code, CODES[code][0], message, span, advice))

    def carry(self, origin: Origin, item: object, slot: str, fields: Iterable[str] | None) -> None:
        """Carry the source's comments on *fields* to the line of *slot* of *item*."""
        if not self.comments.any:
            return
        note = self.comments.of(origin, fields)
        if note is not None:
            old = self.notes.get((id(item), slot), ((), ()))
            self.notes[id(item), slot] = (old[0] + note[0], old[1] + note[1])


def own_verdict(
    own: tuple[tuple[str, ...], ...], table: Mapping[str, Fate], prefix: str = "own"
) -> dict[str, Fate]:
    """Return the fates of facts that only the source's language has, by their first word."""
    return {
        f"{prefix}.{number}": table.get(words[0] if words else "")
        or dropped(f"haproxy has no {words[0] if words else 'such setting'}")
        for number, words in enumerate(own)
    }
