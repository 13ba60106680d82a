"""What the rules about texts share: how a finding is made, which texts there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity, Source, Span


class TextRule:
    """A rule about a text in any language."""

    code = ""
    severity = Severity.INFO
    looks_at: Literal["document"] = "document"
    formats: tuple[str, ...] = ()
    claims_absence = False

    def found(
        self, message: str, span: Span | None, advice: str, fix: tuple[Edit, ...] = ()
    ) -> Diagnostic:
        """Return the finding at *span*."""
        return Diagnostic(self.code, self.severity, message, span, advice, fix)


def sources(subject: Subject) -> Iterator[Source]:
    """Yield the texts that were read, those that were included, too."""
    for document in subject.reading.expansion.documents:
        yield document.source
