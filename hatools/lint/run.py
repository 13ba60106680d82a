"""Runs rules over nodes: what readers remark, what rules find, what is silenced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hatools.errors import HatoolsError
from hatools.lint import suppression
from hatools.lint.selection import Selection
from hatools.plugin.balancing import Scheduler
from hatools.plugin.behaviour import Rule, Subject, Told
from hatools.plugin.contracts import Format, Reading
from hatools.reading.grouping import NodeMeaning
from hatools.reading.meaning import remarks_of
from hatools.text import Diagnostic, Document, Severity, Source, Span

EVERYTHING = Selection()
NOT_UNDERSTOOD = "not understood"


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
) -> Findings:
    """Return what *rules* and the readers find in *nodes*.

    *clusters* are the names of nodes that belong together, where the user said
    so; otherwise all are looked at as one cluster, and rules tell peers apart.
    A rule that raises is left out and named in *problems*; the others go on.
    """
    problems: list[str] = []
    found: dict[Diagnostic, None] = {}
    gaps = _gaps(nodes)
    for node in nodes:
        for _, reading in node.readings:
            found.update(dict.fromkeys(remarks_of(reading)))
    for rule in rules:
        if not selection.wants(rule.code):
            continue
        for subject in _subjects(rule, nodes, schedulers, clusters):
            try:
                told = list(rule.check(subject))
            except HatoolsError:
                raise
            except Exception as error:  # the plugin border: one broken rule takes nothing down
                problems.append(f"rule {rule.code} failed: {type(error).__name__}: {error}")
                break
            if rule.claims_absence:
                told = [one for one in told if not _in_gap(one.span, gaps)]
            found.update(dict.fromkeys(told))
    documents = list(_documents(nodes))
    remaining, silenced = suppression.apply(found, documents)
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
            yield Subject({node.name: _told(node.readings)}, schedulers)
            continue
        for form, reading in node.readings:
            if not rule.formats or form.name in rule.formats:
                yield Subject({node.name: (Told(form.name, reading),)}, schedulers)


def _told(readings: Sequence[tuple[Format, Reading]]) -> tuple[Told, ...]:
    return tuple(Told(form.name, reading) for form, reading in readings)


def _gaps(nodes: Sequence[NodeMeaning]) -> list[tuple[str, int, int]]:
    """Return the stretches of files (path, first line, last line) with something not understood.

    A stretch is the outermost block, or the section, around such a statement.
    """
    found = []
    for node in nodes:
        for _, reading in node.readings:
            unknown = [
                index
                for index, fate in reading.fates.items()
                if fate.reason and fate.reason.startswith(NOT_UNDERSTOOD)
            ]
            if unknown:
                found += [_stretch(reading, index) for index in unknown]
    return list(dict.fromkeys(found))


def _stretch(reading: Reading, index: int) -> tuple[str, int, int]:
    expansion = reading.expansion
    span = expansion.span(index)
    first, last = span.line, span.line
    for opened, closed in expansion.ends.items():
        if opened < index < closed:
            inside = expansion.span(opened)
            if inside.path == span.path and inside.line <= first:
                end = min(closed, len(expansion.statements) - 1)
                first, last = inside.line, max(last, expansion.span(end).line)
    if not expansion.ends:  # sections without braces: up to where the next object begins
        heads = sorted(line for line in _heads(reading, span.path) if line)
        first = max((line for line in heads if line <= span.line), default=1)
        last = min((line for line in heads if line > span.line), default=1 << 30) - 1
    return span.path, first, last


def _heads(reading: Reading, path: str) -> set[int]:
    """Return the lines of *path* on which an object of the model begins."""
    topology = reading.topology
    origins = [one.origin for one in topology.services]
    origins += [one.origin for one in topology.pools]
    origins += [one.origin for one in topology.sections]
    spans = (origin.span() for origin in origins)
    return {span.line for span in spans if span is not None and span.path == path}


def _in_gap(span: Span | None, gaps: Sequence[tuple[str, int, int]]) -> bool:
    return span is not None and any(
        span.path == path and first <= span.line <= last for path, first, last in gaps
    )
