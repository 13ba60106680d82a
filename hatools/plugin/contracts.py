"""The records and protocols of a language: what the plugin of a format implements.

All times are seconds, all lines and columns count from 1, all text is `str`
with undecodable bytes as surrogates.  Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from hatools.model import Check, Fate, Record, Scheduler, Section, Service, Topology
from hatools.plugin.settings import Settings
from hatools.text import Diagnostic, Document, Edit, Expansion, Source


class Files(Protocol):
    """The files a configuration may include; the core never opens one itself."""

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        """Return the files that *pattern* names, seen from file *near*, sorted.

        The pattern may hold ``* ? [ ]`` and ``{a,b}``.  The second value says,
        in a sentence, what was found and refused (outside the directory tree
        the user named); it is empty when nothing was.
        """

    def load(self, path: str) -> Source:
        """Return the text of *path*.  Raises `hatools.errors.UnreadableInput`."""


class NoFiles:
    """No file to include: what a text that came alone sees."""

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        """Find nothing, and say why."""
        return [], "no files are at hand for a text read from standard input"

    def load(self, path: str) -> Source:
        """Raise; there is nothing to load."""
        raise FileNotFoundError(path)


NO_FILES = NoFiles()
NO_SETTINGS = Settings()


class Place(NamedTuple):
    """Where a configuration is to count: version of its program, settings, files.

    *version* is empty for the newest the format knows.  *settings* answer
    ``config_id``, ``env@NAME`` and whatever else the format asks for.
    """

    version: str = ""
    settings: Settings = NO_SETTINGS
    files: Files = NO_FILES


@dataclass(slots=True, eq=False)
class Reading:
    """What a document means: the model, and what became of statements outside it.

    Statements that an object's origin names are the writer's to account for.
    *fates* holds those that are settled already, by index in *expansion*:
    kept (they only steer the reading), dropped (not understood, or without
    effect).  A statement in neither is reported as not understood.
    """

    topology: Topology
    expansion: Expansion
    fates: dict[int, Fate] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Target(NamedTuple):
    """What is to be written for: version (empty: the newest), settings, the source's name."""

    version: str = ""
    settings: Settings = NO_SETTINGS
    source_name: str = ""


class OutFile(NamedTuple):
    """A file to be written; *purpose* says in a few words what a companion is for."""

    name: str
    text: str
    purpose: str = ""
    executable: bool = False


class Assumption(NamedTuple):
    """Something that was added without a source: the fact, why, and on which line it stands."""

    fact: str
    reason: str
    line: int = 0


@dataclass(slots=True, eq=False)
class Writing:
    """A model said in a language.

    *main* is the file asked for, None when nothing could be said.  *intended* is
    the model that reading *main* back must give, exactly: the source's model as
    far as this language can say it.  *records* account for every object of the
    source's model; *lost* names the services that were left out, with the reason.
    """

    main: OutFile | None
    intended: Topology
    records: list[Record] = field(default_factory=list)
    companions: list[OutFile] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)


class Codec(Protocol):
    """One language: from text to model and back."""

    def parse(self, source: Source) -> Document:
        """Return the statements of *source*; never raises for what is in it."""

    def expand(self, document: Document, place: Place) -> Expansion:
        """Return *document* as it counts at *place*.

        Raises `hatools.errors.NeedsPlace` when it depends on a place not given.
        """

    def read(self, expansion: Expansion) -> Reading:
        """Return what *expansion* means."""

    def write(self, topology: Topology, target: Target) -> Writing:
        """Return *topology* said in this language, as far as it can be."""

    def mask(self, text: str) -> str:
        """Return *text*, a line or statement of this language, with its secrets as ``********``."""


@runtime_checkable
class Joins(Protocol):
    """A codec of a language in which one thing spans several files, such as a bond and its ports.

    What is read may then be a folder.  All files that the codec writes, companions
    too, are in its language: they are read back together.
    """

    def join(self, documents: Sequence[Document], place: Place) -> Expansion:
        """Return *documents*, all files that count, as one; each is in it, once.

        Raises `hatools.errors.NeedsPlace` as `Codec.expand` does.
        """


class Departure(NamedTuple):
    """What stays in the source's language when its services move away.

    *files* are edited copies of the source's; *stays* holds, as (document,
    number), the statements that are still in them.
    """

    files: Sequence[OutFile]
    stays: frozenset[tuple[int, int]]
    assumptions: Sequence[Assumption] = ()


@runtime_checkable
class Leaves(Protocol):
    """A codec whose files partly stay when its services move to another language."""

    def leave(self, reading: Reading, successor: str) -> Departure | None:
        """Return what stays behind when *successor* (a program's name) takes the services.

        None when nothing worth keeping would stay.
        """


class Modernised(NamedTuple):
    """What brings a configuration to a version of its program.

    *edits* name the file that they change.  *fates* are those of the statements,
    by (document, number), that were rewritten or taken out, and of those that
    should have been but were left; what is in neither stays, byte for byte.
    """

    edits: Sequence[Edit]
    fates: Mapping[tuple[int, int], Fate]
    diagnostics: Sequence[Diagnostic] = ()


@runtime_checkable
class Modernises(Protocol):
    """A codec that knows what a version of its program removed, and what stands instead."""

    def modernise(self, expansion: Expansion, version: str) -> Modernised:
        """Return what brings *expansion*, as it counts at *version*, to that version."""


class Alike(NamedTuple):
    """A scheduler by the name under which languages that share it know it.

    *weights*: they ``count`` as they are, are ``ignored`` (but 0), the two names mean
    the same only where they are all ``equal``, or they only say the ``order``
    in which one server stands in for the next.
    """

    scheduler: Scheduler
    weights: Literal["count", "ignored", "equal", "order"] = "count"


@runtime_checkable
class Compares(Protocol):
    """A codec that knows which of its words mean the same as others'."""

    def alike(self, scheduler: Scheduler) -> Alike:
        """Return *scheduler*, and its parameters, by the name that IPVS has for it, if any."""

    def same_check(self, check: Check) -> Check:
        """Return *check* as it works: one that is all that a plainer kind is, as that kind.

        Its address and port are those that it asks; what is sent by default is filled in.
        """

    def restates(self, service: Service, words: tuple[str, ...]) -> bool:
        """Tell whether *words*, of a pool, only say again what its *service* says."""

    def in_order(self, words: tuple[str, ...]) -> bool:
        """Tell whether statements of this kind, in an ``own``, are tried in the order written."""


@runtime_checkable
class Shares(Protocol):
    """A codec that knows which of its own words another language has, too."""

    def shared_sections(self, sections: Sequence[Section]) -> list[Section]:
        """Return what of *sections* several languages say, as sections that compare.

        ``timeouts`` holds the kernel's, in seconds: ``("tcp", "900")``, ``tcpfin``, ``udp``.
        """


class Format(NamedTuple):
    """A language that hatools reads or writes.

    *recognise(path, head)* returns 0 (not mine) to 100 (surely mine) for a file
    by its name and its first 64 KiB.  *load* imports the codec when it is
    needed.  *versions* are the program's, oldest first.  Formats of one *kind*
    (``service``, ``link``) share facts; across kinds nothing converts.  *checks*
    is False where the language has no health checks to say.  *private*: the
    program takes only files that nobody but their owner can read.
    """

    name: str
    title: str
    file_name: str
    recognise: Callable[[str, str], int]
    load: Callable[[], Codec]
    program: str = ""
    versions: Sequence[str] = ()
    kind: str = "service"
    writes: bool = True
    checks: bool = True
    private: bool = False
