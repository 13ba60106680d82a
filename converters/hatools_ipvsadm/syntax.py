"""From text to statements: command lines as a shell sees them, saved rules, listings."""

from __future__ import annotations

from hatools.text import Diagnostic, Document, Source, Span
from hatools.text.shell.line import Fault
from hatools.text.shell.statements import Dialect
from hatools.text.shell.statements import parse as parse_script
from hatools_ipvsadm.faults import DASH, QUOTE, fault

_LISTINGS = ("-> ", "TCP ", "UDP ", "SCTP ", "FWM ", "IP Virtual Server", "Prot ", "pro expire",
             "Pro FromIP", "IPVS connection", "Timeout (", "master sync", "backup sync",
             "TCP\t", "UDP\t", "->\t")  # fmt: skip


def _complain(found: Fault, span: Span) -> Diagnostic:
    if found.quote:
        message = f"this {found.sign} is not closed"
        return fault(QUOTE, message, span, "close it on the same line")
    message = "a non-breaking space is a letter to the shell"
    return fault(DASH, message, span, "type it anew with plain spaces")


DIALECT = Dialect("ipvsadm", _complain, _LISTINGS)


def parse(source: Source) -> Document:
    """Return the statements of *source*, one for each command and each line of a listing."""
    return parse_script(source, DIALECT)
