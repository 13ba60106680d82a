"""From text to statements: one for each command of a script or transcript of nmcli's."""

from __future__ import annotations

from hatools.text import Diagnostic, Document, Source, Span
from hatools.text.shell.line import Fault
from hatools.text.shell.statements import Dialect
from hatools.text.shell.statements import parse as parse_script
from hatools_nmcli.faults import QUOTE, fault


def _complain(found: Fault, span: Span) -> Diagnostic | None:
    if not found.quote:
        return None
    message = f"this {found.sign} is not closed"
    return fault(QUOTE, message, span, "close it on the same line")


DIALECT = Dialect("nmcli", _complain)


def parse(source: Source) -> Document:
    """Return the statements of *source*."""
    return parse_script(source, DIALECT)
