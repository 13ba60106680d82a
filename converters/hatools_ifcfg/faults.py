"""What can be wrong in an ifcfg file: one code for each kind of remark."""

from __future__ import annotations

from hatools.text import Diagnostic, Severity, Span

LINE, KEY, VALUE, PREFIX, NO_NAME = "BD301", "BD302", "BD303", "BD304", "BD305"
NO_PORTS, GATEWAYS, NO_BOND, TWICE, OLD = "BD306", "BD307", "BD308", "BD309", "BD390"

CODES = {
    LINE: (Severity.WARNING, "a line that sets no variable"),
    KEY: (Severity.WARNING, "a variable that nobody reads"),
    VALUE: (Severity.ERROR, "a value that a variable does not take"),
    PREFIX: (Severity.WARNING, "an address without prefix length"),
    NO_NAME: (Severity.ERROR, "a bond without a device"),
    NO_PORTS: (Severity.WARNING, "a bond without ports"),
    GATEWAYS: (Severity.WARNING, "more than one gateway"),
    NO_BOND: (Severity.WARNING, "a port without its bond"),
    TWICE: (Severity.WARNING, "two bonds of one name"),
    OLD: (Severity.INFO, "files that newer systems do not read"),
}


def fault(code: str, message: str, span: Span | None = None, advice: str = "") -> Diagnostic:
    """Return a remark of kind *code* about *span*."""
    return Diagnostic(code, CODES[code][0], message, span, advice)
