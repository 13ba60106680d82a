"""What can be wrong with the meaning of a keepalived.conf: each fault's code, severity, advice.

``KA2`` codes are about statements, after conditions, definitions and includes have done their work.
"""

from __future__ import annotations

from typing import NamedTuple

from hatools.text import Diagnostic, Severity, Span

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

UNKNOWN, UNKNOWN_BLOCK, BAD_VALUE, NO_VALUE = "KA201", "KA202", "KA203", "KA204"
PLACEHOLDER, SKIPPED_BLOCK, DEPRECATED, TOO_NEW = "KA205", "KA206", "KA207", "KA208"
REMOVED, MISPLACED_RETRY, RESET, UNDEFINED = "KA209", "KA210", "KA211", "KA212"
DUPLICATE, NO_PROTOCOL, NO_EFFECT, INCOMPLETE = "KA213", "KA214", "KA215", "KA216"
SURPLUS = "KA217"

SEVERITY = {
    UNKNOWN: _WARNING,  # keepalived ignores the line
    UNKNOWN_BLOCK: _ERROR,  # its closing brace closes the block around it
    BAD_VALUE: _WARNING,  # the line is ignored, a default counts
    NO_VALUE: _ERROR,  # keepalived stops reading there
    PLACEHOLDER: _ERROR,
    SKIPPED_BLOCK: _ERROR,
    DEPRECATED: _INFO,
    TOO_NEW: _WARNING,
    REMOVED: _WARNING,
    MISPLACED_RETRY: _WARNING,
    RESET: _WARNING,  # the program puts another value in its place
    UNDEFINED: _ERROR,  # what is referred to does not exist: no tracking, no group
    DUPLICATE: _WARNING,
    NO_PROTOCOL: _WARNING,
    NO_EFFECT: _WARNING,
    SURPLUS: _WARNING,  # words behind a statement are not read
    INCOMPLETE: _ERROR,  # something that the program needs is not there
}


class Remark(NamedTuple):
    """A fault in a block, as an offset from the statement that opens the block."""

    offset: int
    code: str
    message: str
    help: str = ""

    def at(self, span: Span) -> Diagnostic:
        """Return the diagnostic for the occurrence at *span*."""
        return Diagnostic(self.code, SEVERITY[self.code], self.message, span, self.help)
