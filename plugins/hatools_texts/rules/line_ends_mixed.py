"""Some lines end with CR LF, and others with LF alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity
from hatools_texts.rules.text_rule import TextRule, sources


class LineEndsMixed(TextRule):
    """Some lines end with CR LF, and others with LF alone.

    Why: the file was edited on two kinds of systems. Programs that take a CR for a part of
    the word fail on some lines and not on others, and differences between versions are hard
    to read.

    Instead: LF everywhere: --fix takes the CRs out.

    Reference: POSIX, definition of a line.
    """

    code = "TX101"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for source in sources(subject):
            text = source.text
            ends = text.count("\r\n") if "\r" in text else 0
            if ends and ends < text.count("\n"):
                row = next(at for at, line in enumerate(source.lines) if line.endswith("\r"))
                width = len(source.lines[row])
                fix = tuple(
                    Edit(place.start(), place.start() + 1, "", source.path)
                    for place in re.finditer("\r\n", text)
                )
                yield self.found(
                    f"{ends} of {text.count(chr(10))} lines end with CR LF, the others with LF",
                    source.span(row + 1, width - 1, width),
                    "end all with LF",
                    fix,
                )
