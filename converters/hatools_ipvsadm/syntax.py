"""From text to statements: command lines as a shell sees them, saved rules, listings."""

from __future__ import annotations

from hatools.text import Diagnostic, Document, Source, Span, Statement
from hatools.text.document import PLAIN
from hatools.text.shell.line import Fault
from hatools.text.shell.statements import SAID, Dialect
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


_SIGNS = (*"'\"\\`#;&|<>(){}$\t\r\v\f\x1c\x1d\x1e\x1f", "->", " \n")

DIALECT = Dialect("ipvsadm", _complain, _LISTINGS)


def parse(source: Source) -> Document:
    """Return the statements of *source*, one for each command and each line of a listing."""
    return _saved(source) or parse_script(source, DIALECT)


def _saved(source: Source) -> Document | None:
    """Return the rules of *source* where it is just what a save prints, else None.

    All lines then begin with a hyphen and hold nothing that a shell would look at:
    a big table is read in half the time.
    """
    text, lines = source.text, source.lines
    if not text.startswith("-") or text.count("\n-") + 1 != len(lines) or not text.isascii():
        return None
    if any(sign in text for sign in _SIGNS) or text.endswith(" "):
        return None
    statements = [Statement(tuple(line.split()), 0, len(line), PLAIN, 1, SAID) for line in lines]
    return Document(source, statements, list(range(len(lines))))
