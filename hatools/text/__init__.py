"""Text with positions: what every format's parser stands on.

A `Source` is one text, byte for byte.  A `Document` is what a parser saw in
it: a flat run of `Statement`s.  A `Span` is a stretch of a source, a `Token`
one word of a line, a `Diagnostic` a remark about a span, an `Edit` a change.
"""

from hatools.text.diagnostic import Diagnostic, Severity, near
from hatools.text.document import Document, Statement
from hatools.text.edit import Edit, apply_edits
from hatools.text.expansion import Expansion, Hop
from hatools.text.source import Source, Span, Token

__all__ = [
    "Diagnostic",
    "Document",
    "Edit",
    "Expansion",
    "Hop",
    "Severity",
    "Source",
    "Span",
    "Statement",
    "Token",
    "apply_edits",
    "near",
]
