"""A remark about a place in a text."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from hatools.text.edit import Edit
from hatools.text.source import Span


class Severity(Enum):
    """How much a remark matters, by consequence."""

    ERROR = "error"  # it will not start, or failover or balancing will not work
    WARNING = "warning"  # it works other than it reads
    INFO = "info"  # style, deprecation

    @property
    def rank(self) -> int:
        """0 for an error, 1 for a warning, 2 for information."""
        return list(Severity).index(self)


class Diagnostic(NamedTuple):
    """What is wrong at *span*, and what to do about it (*help*).

    *code* names the kind of fault, such as ``TX001``; *fix* holds the edits
    that would mend it, *unsafe* where they may change what the file does.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    fix: tuple[Edit, ...] = ()
    unsafe: bool = False

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        advice = f"; {self.help}" if self.help else ""
        return f"{place}{self.code} {self.message}{advice}"

    def as_json(self) -> dict[str, object]:
        """Return the shape that every command prints for machines (docs/report.md)."""
        span = self.span
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "path": span.path if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "end_line": span.end_line if span else None,
            "end_column": span.end_column if span else None,
            "help": self.help or None,
            "fix": [edit.as_json() for edit in self.fix] or None,
        }


def near(word: str, known: Iterable[str]) -> str:
    """Return the known word most like *word*, or an empty string when none is like it."""
    from difflib import get_close_matches  # heavy, and only needed for a mistake

    cutoff = 0.6 if len(word) <= 4 else 0.75  # two letters swapped in a short word
    found = get_close_matches(word.lower(), known, n=1, cutoff=cutoff)
    return found[0] if found else ""
