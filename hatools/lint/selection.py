"""Which findings the user wants to hear, and how severe they are to him."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import NamedTuple

from hatools.text import Diagnostic, Severity


class Selection(NamedTuple):
    """Codes or their beginnings (``KA``, ``XN0``): the longest that fits decides.

    *select* empty means all.  *severities* changes severities by code, *paths*
    ignores codes in files by pattern.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = {}
    paths: Mapping[str, tuple[str, ...]] = {}

    def wants(self, code: str, path: str = "") -> bool:
        """Tell whether findings of *code* in *path* are wanted."""
        ignored = [*self.ignore]
        for pattern, codes in self.paths.items():
            if path and (fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}")):
                ignored += codes
        chosen = _longest(code, self.select) if self.select else 0
        return chosen >= 0 and chosen >= _longest(code, ignored)

    def graded(self, found: Diagnostic) -> Diagnostic:
        """Return *found* with the severity that the user gave its code."""
        best = max(
            (code for code in self.severities if found.code.startswith(code)), key=len, default=""
        )
        return found._replace(severity=self.severities[best]) if best else found


def _longest(code: str, beginnings: tuple[str, ...] | list[str]) -> int:
    """Return the length of the longest of *beginnings* that *code* begins with, -1 for none."""
    fitting = [len(one) for one in beginnings if code.startswith(one) or one == "ALL"]
    return max(fitting, default=-1)
