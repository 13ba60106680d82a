"""What can be wrong with the meaning of a keepalived.conf: each fault's code, severity, advice.

``KA2`` codes are about statements, after conditions, definitions and includes have done their work.
"""

from __future__ import annotations

from typing import NamedTuple

from hatools.text import Diagnostic, Edit, Severity, Span

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

UNKNOWN, UNKNOWN_BLOCK, BAD_VALUE, NO_VALUE = "KA201", "KA202", "KA203", "KA204"
PLACEHOLDER, SKIPPED_BLOCK, DEPRECATED, TOO_NEW = "KA205", "KA206", "KA207", "KA208"
REMOVED, MISPLACED_RETRY, RESET, UNDEFINED = "KA209", "KA210", "KA211", "KA212"
DUPLICATE, NO_PROTOCOL, NO_EFFECT, INCOMPLETE = "KA213", "KA214", "KA215", "KA216"
SURPLUS, SHORTENED, QUIET, SAME = "KA217", "KA218", "KA219", "KA220"

# An error is what ``keepalived -t`` leaves with 5 for, deprecated words apart, or what then fails.
SEVERITY = {
    UNKNOWN: _ERROR,
    UNKNOWN_BLOCK: _ERROR,  # its closing brace closes the block around it
    BAD_VALUE: _ERROR,  # the line is ignored, a default counts
    NO_VALUE: _ERROR,  # keepalived stops reading there
    PLACEHOLDER: _ERROR,
    SKIPPED_BLOCK: _ERROR,
    DEPRECATED: _INFO,
    TOO_NEW: _WARNING,
    REMOVED: _ERROR,
    MISPLACED_RETRY: _ERROR,
    RESET: _ERROR,  # the program puts another value in its place
    UNDEFINED: _ERROR,  # what is referred to does not exist: no tracking, no group
    DUPLICATE: _ERROR,  # the second is taken out
    NO_PROTOCOL: _ERROR,
    NO_EFFECT: _ERROR,
    INCOMPLETE: _ERROR,  # something that the program needs is not there
    SURPLUS: _WARNING,  # words behind a statement are not read
    SHORTENED: _ERROR,  # refused, though nodes that shorten alike still agree
    QUIET: _WARNING,  # the program does something else and says nothing
    SAME: _WARNING,  # two of one name or place, of which the program says nothing
}
NOT_READ = ("KA005", "KA006", "KA014")
"""What is said of an include that brought nothing: what seems missing may stand there."""
ADVICE = {
    BAD_VALUE: "write a value that keepalived takes",
    SKIPPED_BLOCK: "mend it, or take it out",
    REMOVED: "take it out",
    RESET: "write the value that is to count",
    UNDEFINED: "define it, or take the line out",
    DUPLICATE: "take one of them out",
    NO_EFFECT: "take it out",
    INCOMPLETE: "add what is missing",
}
"""What to do where a remark does not say it better."""


class Remark(NamedTuple):
    """A fault in a block, as an offset from the statement that opens the block.

    *instead* is the keyword that mends it, ``""`` where the line is to go, None
    where nothing is certain; *sure*: the file then does what it did.
    """

    offset: int
    code: str
    message: str
    help: str = ""
    instead: str | None = None
    sure: bool = True

    def at(self, span: Span, fix: tuple[Edit, ...] = ()) -> Diagnostic:
        """Return the diagnostic for the occurrence at *span*."""
        advice = self.help or ADVICE.get(self.code, "")
        unsafe = bool(fix) and not self.sure
        return Diagnostic(self.code, SEVERITY[self.code], self.message, span, advice, fix, unsafe)
