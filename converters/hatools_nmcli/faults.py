"""What can be wrong in a script of nmcli's: one code for each kind of remark."""

from __future__ import annotations

from hatools.text import Diagnostic, Severity, Span

QUOTE, BRANCH, NO_VALUE, COMMAND, PROPERTY = "BD101", "BD102", "BD103", "BD104", "BD105"
VALUE, STRANGER, SEPARATOR, METHOD, NO_ADDRESS = "BD106", "BD107", "BD108", "BD109", "BD110"
NEWER, DEPRECATED, ROUTE, NO_MODE, NO_PORTS = "BD111", "BD112", "BD113", "BD114", "BD115"
LOOP = "BD116"
LEFT_OUT = "BD190"

CODES = {
    QUOTE: (Severity.ERROR, "a quote that does not end"),
    BRANCH: (Severity.INFO, "a condition or loop that is not decided here"),
    NO_VALUE: (Severity.WARNING, "a variable or placeholder without a value"),
    COMMAND: (Severity.ERROR, "a command that nmcli does not have"),
    PROPERTY: (Severity.ERROR, "a property that NetworkManager does not have"),
    VALUE: (Severity.ERROR, "a value that a property does not take"),
    STRANGER: (Severity.WARNING, "a connection that the script does not make"),
    SEPARATOR: (Severity.ERROR, "options of a bond that are not separated by commas"),
    METHOD: (Severity.WARNING, "addresses beside DHCP or router advertisements"),
    NO_ADDRESS: (Severity.ERROR, "a fixed configuration, or a gateway, without address"),
    NEWER: (Severity.ERROR, "a property that this version does not have yet"),
    DEPRECATED: (Severity.INFO, "a word that has been replaced"),
    ROUTE: (Severity.INFO, "a route that is gone with the next reboot"),
    NO_MODE: (Severity.ERROR, "a bond without a mode"),
    NO_PORTS: (Severity.WARNING, "a bond without ports"),
    LOOP: (Severity.WARNING, "a loop that only a shell can run"),
    LEFT_OUT: (Severity.WARNING, "a bond that nmcli cannot be told"),
}


def fault(code: str, message: str, span: Span | None = None, advice: str = "") -> Diagnostic:
    """Return a remark of kind *code* about *span*."""
    return Diagnostic(code, CODES[code][0], message, span, advice)
