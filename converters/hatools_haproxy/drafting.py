"""What is known of a haproxy.cfg while it is being worked out, before a line is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from hatools.model import KEPT, Fate, Origin, Outcome, Topology, Verdict
from hatools.plugin import OutFile, Target
from hatools.text import Diagnostic, Expansion, Severity
from hatools_haproxy.naming import Names

_COMMENT = attrgetter("comment")
Note = tuple[tuple[str, ...], str]

# The codes of what a writing remarks.
CODES = {
    "HP090": (Severity.WARNING, "a server whose check haproxy cannot make"),
    "HP091": (Severity.INFO, "advice on addresses that move between nodes"),
    "HP092": (Severity.INFO, "advice on the client's address"),
    "HP093": (Severity.WARNING, "a service that haproxy cannot take over"),
    "HP094": (Severity.WARNING, "a check that ends before its connection may"),
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
    """The comments of one source, gathered for the lines that their statements become."""

    def __init__(self, expansion: Expansion | None) -> None:
        self.expansion = expansion
        documents = expansion.documents if expansion is not None else []
        self.any = any(
            document.remarks or any(map(_COMMENT, document.statements)) for document in documents
        )

    def of(self, origin: Origin, fields: Iterable[str] | None = None) -> Note | None:
        """Return the comments on *fields* of an object (all by default); None without any."""
        expansion = origin.expansion
        if not self.any or expansion is None:
            return None
        names = origin.fields if fields is None else fields
        offsets = {offset for name in names for offset in origin.fields.get(name, ())}
        above: list[str] = []
        behind: list[str] = []
        for offset in sorted(offsets):
            lines, tail = expansion.comments(origin.at + offset)
            above += lines
            if tail.strip():
                behind.append(tail.strip())
        return (tuple(above), "; ".join(behind)) if above or behind else None


@dataclass(slots=True)
class Draft:
    """A haproxy.cfg being worked out.

    *intended* is the model that it will hold.  *records* and *assumed* name,
    instead of a line, the object (and its slot) that will stand there.
    *version* is the target's as numbers, empty where none was named.
    """

    target: Target
    version: tuple[int, ...]
    comments: Comments
    intended: Topology = field(default_factory=Topology)
    proxies: Names = field(default_factory=Names)
    notes: dict[tuple[int, str], Note] = field(default_factory=dict)
    records: list[tuple[Origin, Verdict, object]] = field(default_factory=list)
    assumed: list[tuple[str, str, object, str]] = field(default_factory=list)
    companions: list[OutFile] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    scripts: bool = False

    def since(self, *version: int) -> bool:
        """Tell whether the target surely is haproxy *version* or later."""
        return self.version >= version

    def account(self, origin: Origin, verdict: Verdict, item: object = None) -> None:
        """Note what became of a source object; *item* is what it became."""
        self.records.append((origin, verdict, item))

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
            old = self.notes.get((id(item), slot), ((), ""))
            tail = "; ".join(dict.fromkeys(text for text in (old[1], note[1]) if text))
            self.notes[id(item), slot] = (tuple(dict.fromkeys(old[0] + note[0])), tail)


def own_verdict(
    own: tuple[tuple[str, ...], ...], table: Mapping[str, Fate], prefix: str = "own"
) -> dict[str, Fate]:
    """Return the fates of facts that only the source's language has, by their first word."""
    return {
        f"{prefix}.{number}": table.get(words[0] if words else "")
        or dropped(f"haproxy has no {words[0] if words else 'such setting'}")
        for number, words in enumerate(own)
    }
