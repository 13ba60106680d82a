"""The codes of what can be wrong with a haproxy.cfg as text, and how grave each is."""

from __future__ import annotations

from hatools.text import Diagnostic, Edit, Severity, Span

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CODES: dict[str, tuple[Severity, str]] = {
    "TX001": (_ERROR, "a byte order mark before the first word"),
    "TX002": (_ERROR, "a space that is not a space to the program"),
    "TX003": (_WARNING, "punctuation from a word processor or an East Asian keyboard"),
    "TX004": (_ERROR, "a NUL character"),
    "TX005": (_ERROR, "template text that has not been filled in"),
    "TX006": (_ERROR, "no newline at the end"),
    "TX007": (_ERROR, "a comment in another language's spelling"),
    "TX008": (_ERROR, "the braces of another language"),
    "TX009": (_ERROR, "a placeholder where a value belongs"),
    "TX010": (_ERROR, "the marks of a merge that was not finished"),
    "HP001": (_ERROR, "a quote that is not closed"),
    "HP002": (_ERROR, "an escape that cannot be read"),
    "HP003": (_ERROR, "a variable that cannot be read"),
    "HP004": (_ERROR, "more than 64 words on a line"),
    "HP005": (_WARNING, "a backslash at the end of a line"),
    "HP006": (_WARNING, "an empty argument"),
    "HP007": (_INFO, "a scope line"),
    "HP010": (_WARNING, "a variable of the environment that was not given"),
    "HP011": (_INFO, "a variable of the environment whose default was taken"),
    "HP012": (_WARNING, "a variable outside double quotes"),
    "HP020": (_ERROR, "a condition that cannot be read"),
    "HP021": (_ERROR, "an .if without .endif, or the other way round"),
    "HP022": (_INFO, "a condition that only the running program can answer"),
    "HP023": (_ERROR, "a directive that this version does not know"),
    "HP024": (_ERROR, "a directive with too many or too few words"),
    "HP025": (_ERROR, "an .alert: haproxy refuses the file here"),
    "HP026": (_INFO, "what a .warning, .notice or .diag says"),
}


def remark(
    code: str,
    message: str,
    span: Span | None,
    advice: str = "",
    fix: tuple[Edit, ...] = (),
) -> Diagnostic:
    """Return a diagnostic of *code*, as grave as the table says."""
    return Diagnostic(code, CODES[code][0], message, span, advice, fix)
