"""What all rules about haproxy.cfg have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity
from hatools_haproxy.rules.configuration import Configuration, Line, configuration

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class HaproxyRule:
    """Base of the rules that look at one haproxy.cfg; `find` yields what is wrong."""

    code = ""
    severity = WARNING
    looks_at: Literal["document", "node", "cluster"] = "document"
    formats: tuple[str, ...] = ("haproxy",)
    claims_absence = False

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        yield from self.find(configuration(subject.reading))

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        raise NotImplementedError

    def told(
        self,
        setup: Configuration,
        place: int | Line,
        message: str,
        advice: str = "",
        fix: tuple[Edit, ...] = (),
        unsafe: bool = False,
    ) -> Diagnostic:
        """Return a finding at a statement."""
        index = place.at if isinstance(place, Line) else place
        span = setup.expansion.span(index)
        return Diagnostic(self.code, self.severity, message, span, advice, fix, unsafe)


def rewritten(setup: Configuration, index: int, text: str) -> tuple[Edit, ...]:
    """Return the edit that makes *text* of statement *index*, nothing around it changed."""
    hop = setup.expansion.hop(index)
    document = setup.expansion.documents[hop.document]
    source, span = document.source, document.span(hop.number)
    start = source.offset(span.line, span.column)
    return (Edit(start, source.offset(span.end_line, span.end_column), text, source.path),)


def taken_out(setup: Configuration, index: int) -> tuple[Edit, ...]:
    """Return the edit that deletes the line of statement *index*."""
    hop = setup.expansion.hop(index)
    document = setup.expansion.documents[hop.document]
    span = document.span(hop.number)
    return (Edit.delete_lines(document.source, span.line, span.end_line),)
