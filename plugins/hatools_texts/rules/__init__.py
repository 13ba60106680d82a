"""The rules about texts of any language, one file each, named by what is wrong."""

from __future__ import annotations

from hatools_texts.rules.bytes_that_are_not_utf8 import BytesThatAreNotUtf8
from hatools_texts.rules.line_ends_mixed import LineEndsMixed

RULES = (
    LineEndsMixed(),
    BytesThatAreNotUtf8(),
)
"""By code."""
