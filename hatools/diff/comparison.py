"""Reads two configurations, each in its own language, and compares what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hatools.diff.findings import WHOLE, Difference, Findings, Said, Side
from hatools.diff.matching import pair
from hatools.diff.own_words import Words, compare_own, statements
from hatools.diff.services import Balancing
from hatools.diff.values import Seen, compare_fields, compare_values
from hatools.errors import BadSetting
from hatools.model import NOWHERE, Check, Mail, Scheduler, Section, Service, Topology
from hatools.model.compare import compared
from hatools.plugin.contracts import NO_FILES, Alike, Codec, Compares, Files, Format, Place, Shares
from hatools.plugin.settings import Settings
from hatools.reading import (
    Folder,
    guarded,
    language,
    program_version,
    read,
    remarks_of,
    unused_settings,
)
from hatools.text import Diagnostic, Source

NO_VERSIONS: Mapping[str, str] = {}
_OPEN = ("not understood", "needs ")  # what a reader says of statements whose meaning is not known
_KNOWN = frozenset(
    ("node", "services", "pools", "routers", "groups", "trackers", "mail", "sections", "bonds")
)


class Text(NamedTuple):
    """One of the two texts: its language (empty: recognise it), and what is known beside it.

    *source* may be a folder whose files are one thing (`hatools.reading.files.opened`).
    *option* names the language on the command line.
    """

    source: Source | Folder
    form: str = ""
    option: str = "--left-format"
    settings: Settings | None = None
    files: Files = NO_FILES
    versions: Mapping[str, str] = NO_VERSIONS


@dataclass(slots=True)
class Comparison:
    """The answer: what differs, what was not compared, what was remarked on either text."""

    left: Side
    right: Side
    differences: list[Difference]
    diagnostics: tuple[list[Diagnostic], list[Diagnostic]]

    @property
    def same(self) -> bool:
        """Tell whether both mean the same."""
        return not self.differences


def compare(
    left: Text,
    right: Text,
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
    everything: bool = False,
) -> Comparison:
    """Compare two texts; *everything*: also what only one of two languages has.

    Raises `UnknownFormat`, `BadSetting` (no such format or version, formats that
    share no facts), `NeedsPlace` (a text depends on a place that was not given)
    and `PluginProblem`.
    """
    one, other = _side(left, formats, codec), _side(right, formats, codec)
    if one.form.kind != other.form.kind:
        raise BadSetting(
            f"{one.form.name} is a {one.form.kind} format and {other.form.name} "
            f"a {other.form.kind} format",
            "they share no facts: a link carries services, it does not say what they are",
        )
    findings = Findings(one, other, everything)
    compare_readings(findings)
    alone = [text.source.remarks if isinstance(text.source, Folder) else ()
             for text in (left, right)]  # fmt: skip
    remarks = ([*alone[0], *remarks_of(one.reading)], [*alone[1], *remarks_of(other.reading)])
    unused = [unused_settings(side.settings) for side in (one, other)]
    remarks[0].extend(
        remark for remark in unused[0] if not _common(remark, other) or remark in unused[1]
    )
    remarks[1].extend(remark for remark in unused[1] if not _common(remark, one))
    return Comparison(one, other, findings.differences, remarks)


class _Asked:
    """A language's answers on what means the same; a fault of its plugin is named."""

    def __init__(self, form: Format, codec: Compares) -> None:
        self.form = form
        self.codec = codec

    def alike(self, scheduler: Scheduler) -> Alike:
        return guarded(self.form, lambda: self.codec.alike(scheduler))

    def same_check(self, check: Check) -> Check:
        return guarded(self.form, lambda: self.codec.same_check(check))

    def restates(self, service: Service, words: tuple[str, ...]) -> bool:
        return guarded(self.form, lambda: self.codec.restates(service, words))

    def in_order(self, words: tuple[str, ...]) -> bool:
        return guarded(self.form, lambda: self.codec.in_order(words))

    def shared_sections(self, sections: Sequence[Section]) -> list[Section]:
        machine = self.codec
        if not isinstance(machine, Shares):
            return []
        return guarded(self.form, lambda: machine.shared_sections(sections))


def _common(remark: Diagnostic, other: Side) -> bool:
    """Tell whether the setting of *remark* was given to the *other* side, too."""
    return remark.message.removeprefix("--set ").partition("=")[0] in other.settings


def _side(text: Text, formats: Mapping[str, Format], codec: Callable[[Format], Codec]) -> Side:
    """Read *text*."""
    form = language(text.source, text.form, formats, text.option)
    version = program_version(text.versions, form, "--source-version")
    machine = codec(form)
    settings = text.settings or Settings()
    place = Place(version, settings, text.files)
    reading = guarded(form, lambda: read(machine, text.source, place))
    names = _Asked(form, machine) if isinstance(machine, Compares) else None
    return Side(text.source.path, form, reading, machine.mask, names, settings)


def compare_readings(findings: Findings) -> None:
    """Note all differences of the two sides of *findings*."""
    left, right = findings.left.reading.topology, findings.right.reading.topology
    Balancing(findings).compare()
    if (
        left.routers
        or right.routers
        or left.groups
        or right.groups
        or left.trackers
        or right.trackers
    ):
        from hatools.diff.routers import Redundancy

        Redundancy(findings).compare()
    if left.bonds or right.bonds:
        from hatools.diff.links import compare_bonds

        compare_bonds(findings, left.bonds, right.bonds)
    _compare_mail(findings, left.mail, right.mail)
    _compare_others(findings, left, right)
    _compare_sections(findings, left.sections, right.sections)
    compare_own(
        findings, ("statements not understood",), _unread(findings.left), _unread(findings.right)
    )


def _compare_mail(findings: Findings, left: Mail | None, right: Mail | None) -> None:
    if left is None or right is None:
        findings.one_sided(
            ("mail",),
            left=left.origin if left else None,
            right=right.origin if right else None,
        )
        return
    mine, theirs = ((left.origin, ""),), ((right.origin, ""),)
    if sorted(left.recipients) != sorted(right.recipients):
        both = (left.recipients, mine), (right.recipients, theirs)
        compare_values(findings, ("mail",), "recipients", *both)
    skip = frozenset(("recipients",))
    compare_fields(findings, ("mail",), Seen(left, mine), Seen(right, theirs), skip)


def _compare_others(findings: Findings, left: Topology, right: Topology) -> None:
    """Compare the lists of a topology that hold other records, item by item, by name."""
    for field in compared(left):
        mine, theirs = getattr(left, field), getattr(right, field)
        if field in _KNOWN or mine == theirs or not isinstance(mine, list):
            continue
        kind = field.removesuffix("s")
        pairs, gone, come = pair(mine, theirs, lambda item: getattr(item, "name", None))
        for one, other in pairs:
            where = (f"{kind} {one.name}",)
            seen = Seen(one, ((_origin(one), ""),)), Seen(other, ((_origin(other), ""),))
            compare_fields(findings, where, *seen, frozenset(("own",)))
            own = [
                statements(getattr(item, "own", ()), ((_origin(item), ""),))
                for item in (one, other)
            ]
            compare_own(findings, where, *own)
        for item in gone:
            findings.one_sided((f"{kind} {getattr(item, 'name', '')}",), left=_origin(item))
        for item in come:
            findings.one_sided((f"{kind} {getattr(item, 'name', '')}",), right=_origin(item))


def _origin(item: Any) -> Any:
    return getattr(item, "origin", NOWHERE)


def _compare_sections(findings: Findings, left: list[Section], right: list[Section]) -> None:
    """Compare whole sections of one language; of two languages they are only counted."""
    if not findings.same_language:
        left, right = _compare_shared(findings, left, right)
    pairs, gone, come = pair(
        left, right,
        lambda section: (section.kind, section.name),
        lambda section: section.kind,
    )  # fmt: skip
    for one, other in pairs:
        mine = statements(one.own, ((one.origin, ""),))
        theirs = statements(other.own, ((other.origin, ""),))
        compare_own(findings, (_section(one),), mine, theirs)
    if not findings.same_language and not findings.everything:
        findings.left.skipped += sum(max(1, len(section.own)) for section in gone)
        findings.right.skipped += sum(max(1, len(section.own)) for section in come)
        return
    for section in gone:
        findings.one_sided((_section(section),), left=section.origin)
    for section in come:
        findings.one_sided((_section(section),), right=section.origin)


def _compare_shared(
    findings: Findings, left: list[Section], right: list[Section]
) -> tuple[list[Section], list[Section]]:
    """Compare what two languages say in sections of their own; return the other sections."""
    sides = findings.left, findings.right
    shared: list[list[Section]] = [
        side.names.shared_sections(sections) if isinstance(side.names, Shares) else []
        for side, sections in zip(sides, (left, right), strict=True)
    ]
    kinds = {section.kind for section in shared[0]} | {section.kind for section in shared[1]}
    for kind in sorted(kinds):
        told: list[dict[str, Said]] = []
        for side, sections in zip(sides, shared, strict=True):
            rows = {}
            for section in (each for each in sections if each.kind == kind):
                for number, (name, *values) in enumerate(section.own):
                    text = " ".join(values)
                    places = ((section.origin, ""), (section.origin, WHOLE))
                    rows[name] = side.say(f"own.{number}", text, text, places)
            told.append(rows)
        for name in sorted({*told[0], *told[1]}):
            one, other = told[0].get(name), told[1].get(name)
            if one is None or other is None or one.value != other.value:
                findings.add((kind,), name, one, other)
    return _unshared(left, shared[0], kinds), _unshared(right, shared[1], kinds)


def _unshared(sections: list[Section], shared: list[Section], kinds: set[str]) -> list[Section]:
    """Return those of *sections* that say more than what *shared* took out of them."""
    taken = {(each.origin.at, each.origin.fields.get("own")) for each in shared}
    found = []
    for section in sections:
        said = section.origin.fields
        rows = {(section.origin.at, said.get(f"own.{n}")) for n in range(len(section.own))}
        if section.kind not in kinds and not (rows and rows <= taken):
            found.append(section)
    return found


def _section(section: Section) -> str:
    return f"section {section.kind} {section.name}".rstrip()


class _Unread(Words):
    """A statement that was not understood, compared word by word."""

    def said(self, side: Side) -> Said:
        """Return the statement with its place."""
        span = side.reading.expansion.span(self.number)
        text = side.mask(self.text)
        return Said(text, text, span)


def _unread(side: Side) -> list[Words]:
    """Return the statements whose meaning is not known."""
    statements = side.reading.expansion.statements
    return [
        _Unread((statements[index].words,), index, ())
        for index, fate in sorted(side.reading.fates.items())
        if fate.reason.startswith(_OPEN) and statements[index].words
    ]
