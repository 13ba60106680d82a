"""Which findings the user wants to hear, and how severe they are to him."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hatools.text import Diagnostic, Severity

ALL = "ALL"


class Selection(NamedTuple):
    """Codes or their beginnings (``KA``, ``XN0``): the longest that fits decides.

    *select* empty means all; where a code is selected and ignored by beginnings
    of one length, it is ignored.  *severities* changes severities by code,
    *paths* ignores codes in files by pattern, whatever is selected; patterns
    are as seen from the folder *base*.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = {}
    paths: Mapping[str, tuple[str, ...]] = {}
    base: str = "."

    @property
    def named(self) -> tuple[str, ...]:
        """Return every code, or beginning of codes, that is named."""
        by_path = (code for codes in self.paths.values() for code in codes)
        return tuple(dict.fromkeys((*self.select, *self.ignore, *self.severities, *by_path)))

    def narrowed(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Selection:
        """Return this selection with what the command line says: that wins over the file.

        What *select* names is heard even where the file ignores it by the same name.
        """
        kept = tuple(code for code in self.ignore if code not in select)
        return self._replace(select=select or self.select, ignore=(*kept, *ignore))

    def wants(self, code: str, path: str = "") -> bool:
        """Tell whether findings of *code* in *path* are wanted."""
        chosen = _longest(code, self.select) if self.select else 0
        ignored = _longest(code, self.ignore)
        if chosen < 0 or (ignored >= 0 and ignored >= chosen):
            return False
        return not path or not any(
            _longest(code, codes) >= 0 and self._fits(path, pattern)
            for pattern, codes in self.paths.items()
        )

    def graded(self, found: Diagnostic) -> Diagnostic:
        """Return *found* with the severity that the user gave its code."""
        if not self.severities:
            return found
        best = max(
            (code for code in self.severities if begins(found.code, code)), key=len, default=""
        )
        return found._replace(severity=self.severities[best]) if best else found

    def unknown(self, codes: Iterable[str]) -> list[str]:
        """Return what the selection names though none of *codes* begins so."""
        known = list(codes)
        return [name for name in self.named if not any(begins(code, name) for code in known)]

    def _fits(self, path: str, pattern: str) -> bool:
        from fnmatch import fnmatch

        seen = os.path.relpath(os.path.abspath(path), os.path.abspath(self.base))
        seen = seen.replace(os.sep, "/")
        return fnmatch(seen, pattern) or fnmatch(seen, f"*/{pattern}")


def begins(code: str, name: str) -> bool:
    """Tell whether *name* is *code*, a beginning of it, or stands for all."""
    return name == ALL or code.startswith(name)


def _longest(code: str, names: Iterable[str]) -> int:
    """Return the length of the longest of *names* that *code* begins with, -1 for none."""
    return max((0 if one == ALL else len(one) for one in names if begins(code, one)), default=-1)
