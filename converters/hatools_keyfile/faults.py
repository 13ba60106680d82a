"""What can be wrong in a keyfile: one code for each kind of remark."""

from __future__ import annotations

from hatools.text import Diagnostic, Severity, Span

LINE, KEY, VALUE, BOOLEAN, METHOD = "BD201", "BD202", "BD203", "BD204", "BD205"
NO_ADDRESS, NO_NAME, NO_PORTS, GATEWAYS = "BD206", "BD207", "BD208", "BD209"
NO_BOND, TWICE, RIGHTS = "BD210", "BD211", "BD290"

CODES = {
    LINE: (Severity.ERROR, "a line that is no key, group or comment"),
    KEY: (Severity.WARNING, "a key that NetworkManager does not have"),
    VALUE: (Severity.ERROR, "a value that a key does not take"),
    BOOLEAN: (Severity.WARNING, "a truth that a keyfile says otherwise"),
    METHOD: (Severity.ERROR, "addresses without a method"),
    NO_ADDRESS: (Severity.ERROR, "a fixed configuration, or a gateway, without address"),
    NO_NAME: (Severity.ERROR, "a bond without an interface"),
    NO_PORTS: (Severity.WARNING, "a bond without ports"),
    GATEWAYS: (Severity.WARNING, "more than one gateway"),
    NO_BOND: (Severity.WARNING, "a port without its bond"),
    TWICE: (Severity.WARNING, "two bonds of one name"),
    RIGHTS: (Severity.INFO, "files that must belong to root alone"),
}


def fault(code: str, message: str, span: Span | None = None, advice: str = "") -> Diagnostic:
    """Return a remark of kind *code* about *span*."""
    return Diagnostic(code, CODES[code][0], message, span, advice)
