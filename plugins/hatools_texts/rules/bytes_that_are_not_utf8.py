"""A text is not in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_texts.rules.text_rule import TextRule, sources

BROKEN = re.compile("[\\udc80-\\udcff]")  # bytes that could not be decoded


class BytesThatAreNotUtf8(TextRule):
    """A text is not in UTF-8.

    Why: the bytes are shown differently, or not at all, by every program that reads the
    file, and two texts that look alike may differ.

    Instead: iconv -f LATIN1 -t UTF-8, with the encoding that the file is really in.

    Reference: RFC 3629.
    """

    code = "TX102"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for source in sources(subject):
            match = None if source.text.isascii() else BROKEN.search(source.text)
            if match:
                row = source.text.count("\n", 0, match.start())
                column = match.start() - source.offset(row + 1)
                yield self.found(
                    f"the byte {ord(match[0]) - 0xDC00:#x} belongs to no letter in UTF-8",
                    source.span(row + 1, column, column + 1),
                    "save the file as UTF-8",
                )
