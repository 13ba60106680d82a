"""The records and protocols of rules: what is looked at, what is found, which are there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hatools.plugin.contracts import Reading
from hatools.text import Diagnostic, Severity

if TYPE_CHECKING:
    from hatools.model import Topology
    from hatools.plugin.balancing import Scheduler

ABOUT = ("services", "routers")
"""What a `RuleSet` may be about."""


class Told(NamedTuple):
    """What one file, or one folder, of a node means, and the name of its format."""

    form: str
    reading: Reading


class Subject(NamedTuple):
    """What a rule looks at: the readings by node name.

    A rule that looks at a ``document`` gets one node with one reading, one that
    looks at a ``node`` one node with all its readings, one that looks at a
    ``cluster`` all nodes.  *schedulers* is the registry, for rules that ask the
    engine.
    """

    nodes: Mapping[str, Sequence[Told]]
    schedulers: Mapping[str, Scheduler] = MappingProxyType({})

    @property
    def reading(self) -> Reading:
        """Return the one reading of a document."""
        return next(iter(self.nodes.values()))[0].reading

    @property
    def topologies(self) -> list[tuple[str, Topology]]:
        """Return what all readings mean, each with its node."""
        return [(node, told.reading.topology) for node, own in self.nodes.items() for told in own]


class Rule(Protocol):
    """One kind of mistake.

    The class docstring is what the user reads: a first line that says what is
    wrong, then why, what to do instead, and a reference.  *code* is its family's
    letters and a number, *severity* by consequence.  *formats* names the formats
    whose documents it looks at, none for all.  *claims_absence*: it says that
    something is missing or has its default, so it is silent about an object
    in which a statement was not understood.
    """

    @property
    def code(self) -> str:
        """Its name, such as ``KA301``."""

    @property
    def severity(self) -> Severity:
        """How grave it is, by consequence."""

    @property
    def looks_at(self) -> str:
        """``document``, ``node`` or ``cluster``."""

    @property
    def formats(self) -> tuple[str, ...]:
        """Names of the formats whose documents it looks at, none for all."""

    @property
    def claims_absence(self) -> bool:
        """Whether it says that something is missing."""

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""


class RuleSet(NamedTuple):
    """Rules, or remarks, that are imported only where they can find something.

    *load_rules* returns them.  They look at files of *formats* (none: of all),
    and their codes begin with one of *codes*.  *looks_at* is ``cluster`` where
    all of them need two nodes, and ``reading`` for remarks, which only
    `hatools rules` and reports need.  *about* is ``services`` where all of them
    only look at services and their pools, ``routers`` where only at virtual
    routers, sync groups and trackers; empty where they look at anything.
    """

    load_rules: Callable[[], Iterable[Rule | Remark]]
    codes: tuple[str, ...]
    formats: tuple[str, ...] = ()
    looks_at: str = "document"
    about: str = ""

    def serves(self, formats: Collection[str], nodes: int, there: Collection[str] = ABOUT) -> bool:
        """Tell whether a rule of it can find something in files of *formats* of so many nodes.

        *there* is what the files speak about, of `ABOUT`.
        """
        if self.looks_at == "reading" or (self.looks_at == "cluster" and nodes < 2):
            return False
        if self.about and self.about not in there:
            return False
        return not self.formats or any(name in formats for name in self.formats)


class Remark(NamedTuple):
    """A kind of fault that a format's reader names itself: its code and what to say about it.

    It is no rule to run: lint prints what readers remark, and this is its page.
    """

    code: str
    severity: Severity
    title: str
    text: str = ""
    formats: tuple[str, ...] = ()
    looks_at: str = "reading"

    @classmethod
    def explained(
        cls,
        code: str,
        kind: tuple[Severity, str],
        page: tuple[str, str],
        reference: str,
        formats: tuple[str, ...],
        writing: bool = False,
    ) -> Remark:
        """Return the remark *code* of *kind* (severity, title); *page* is why, and what instead.

        *writing*: it is said of what is written, not of what is read.
        """
        severity, title = kind
        text = f"Why: {page[0]}\n\nInstead: {page[1]}\n\nReference: {reference}"
        title = title[0].upper() + title[1:]
        return cls(code, severity, title, text, formats, "writing" if writing else "reading")
