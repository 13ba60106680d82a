"""Runs rules over nodes: what readers remark, what rules find, what is silenced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hatools.lint.selection import Selection
from hatools.plugin.contracts import Format, Reading
from hatools.plugin.rules import Rule, Subject, Told
from hatools.reading.grouping import NodeMeaning
from hatools.reading.meaning import remarks_of
from hatools.text import Diagnostic, Document, Severity, Source, Span

if TYPE_CHECKING:
    from hatools.plugin.balancing import Scheduler

EVERYTHING = Selection()
MARK = "hatools:"  # without it no comment is about us


class Findings(NamedTuple):
    """What lint found: *remaining* by place, what was *silenced*, and rules that failed.

    *sources* are the texts by path, *forms* the format of each path.
    """

    remaining: list[Diagnostic]
    silenced: list[Diagnostic]
    problems: list[str]
    sources: Mapping[str, Source]
    forms: Mapping[str, Format]

    def worst(self) -> Severity | None:
        """Return the gravest severity among the findings, None of none."""
        found = [diagnostic.severity for diagnostic in self.remaining]
        return min(found, key=lambda severity: severity.rank, default=None)


def lint(
    nodes: Sequence[NodeMeaning],
    rules: Iterable[Rule],
    selection: Selection = EVERYTHING,
    schedulers: Mapping[str, Scheduler] = {},
    clusters: Sequence[frozenset[str]] = (),
    absent: Sequence[str] = (),
) -> Findings:
    """Return what *rules* and the readers find in *nodes*.

    *clusters* are the names of nodes that belong together, where the user said
    so; otherwise all are looked at as one cluster, and rules tell peers apart.
    *absent* are the beginnings of codes whose rules are not among *rules*.
    A rule that raises is left out and named in *problems*; the others go on.
    """
    problems: list[str] = []
    found: dict[Diagnostic, None] = {}
    idle = list(absent)  # codes, or their beginnings, that nothing was looked for
    for node in nodes:
        for _, reading in node.readings:
            found.update(dict.fromkeys(remarks_of(reading)))
    for told in _asked(rules, selection, nodes, schedulers, clusters, problems, idle):
        found.update(told)
    documents = list(_documents(nodes))

    def judged(code: str) -> bool:
        """Tell whether all that begins with *code* was looked for."""
        return selection.wants(code) and not any(
            one.startswith(code) or code.startswith(one) for one in idle
        )

    remaining: list[Diagnostic] = list(found)
    silenced: list[Diagnostic] = []
    if any(MARK in document.source.text for document in documents):
        from hatools.lint import suppression

        remaining, silenced = suppression.apply(found, documents, judged)
    wanted = [
        selection.graded(one)
        for one in remaining
        if selection.wants(one.code, one.span.path if one.span else "")
    ]
    forms = {
        document.source.path: form
        for node in nodes
        for form, reading in node.readings
        for document in reading.expansion.documents
    }
    sources = {document.source.path: document.source for document in documents}
    return Findings(sorted(wanted, key=_order), silenced, problems, sources, forms)


def _asked(
    rules: Iterable[Rule],
    selection: Selection,
    nodes: Sequence[NodeMeaning],
    schedulers: Mapping[str, Scheduler],
    clusters: Sequence[frozenset[str]],
    problems: list[str],
    idle: list[str],
) -> Iterator[dict[Diagnostic, None]]:
    """Yield what each of *rules* finds; those that failed, or had nothing to look at, are noted.

    A failure goes to *problems*, the code of a rule that did not look to *idle*.
    """
    gaps = None
    for rule in rules:
        subjects = list(_subjects(rule, nodes, schedulers, clusters))
        if not subjects or not selection.wants(rule.code):
            idle.append(rule.code)
            continue
        try:
            told = dict.fromkeys(one for subject in subjects for one in _checked(rule, subject))
        except (Exception, SystemExit) as error:  # the plugin border: a broken rule stands alone
            problems.append(f"rule {rule.code} failed: {type(error).__name__}: {error}")
            idle.append(rule.code)
            continue
        if told and rule.claims_absence:
            if gaps is None:
                from hatools.lint.gaps import Gaps

                gaps = Gaps(nodes)
            told = {one: None for one in told if not gaps.hold(one.span)}
        yield told


def _checked(rule: Rule, subject: Subject) -> Iterator[Diagnostic]:
    """Yield what *rule* finds; raises `TypeError` where that is no diagnostic."""
    for one in rule.check(subject):
        if not isinstance(one, Diagnostic):
            raise TypeError(f"check() gave {type(one).__name__}, no Diagnostic")
        yield one


def _order(found: Diagnostic) -> tuple[object, ...]:
    return (found.span or Span("", 0, 0, 0, 0), found.severity.rank, found.code, found.message)


def _documents(nodes: Iterable[NodeMeaning]) -> Iterator[Document]:
    """Yield every document once, however many nodes read it."""
    seen: set[str] = set()
    for node in nodes:
        for _, reading in node.readings:
            for document in reading.expansion.documents:
                if document.source.path not in seen:
                    seen.add(document.source.path)
                    yield document


def _subjects(
    rule: Rule,
    nodes: Sequence[NodeMeaning],
    schedulers: Mapping[str, Scheduler],
    clusters: Sequence[frozenset[str]],
) -> Iterator[Subject]:
    """Yield what *rule* is to look at, one subject after the other."""
    if rule.looks_at == "cluster":
        for names in clusters or [frozenset(node.name for node in nodes)]:
            own = {node.name: _told(node.readings) for node in nodes if node.name in names}
            if len(own) > 1:
                yield Subject(own, schedulers)
        return
    for node in nodes:
        if rule.looks_at == "node":
            if rule.formats and not any(form.name in rule.formats for form, _ in node.readings):
                continue
            yield Subject({node.name: _told(node.readings)}, schedulers)
            continue
        for form, reading in node.readings:
            if not rule.formats or form.name in rule.formats:
                yield Subject({node.name: (Told(form.name, reading),)}, schedulers)


def _told(readings: Sequence[tuple[Format, Reading]]) -> tuple[Told, ...]:
    return tuple(Told(form.name, reading) for form, reading in readings)
