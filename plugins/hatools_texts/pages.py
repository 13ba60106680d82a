"""The pages about texts that more than one reader remarks, or that no language owns."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools.text import Severity

REMARKS = (
    Remark(
        "TX006", Severity.ERROR, "The last line does not end with a newline",
        "Why: haproxy takes the file for cut off and refuses it as a whole.\n\n"
        "Instead: end the last line with a newline: --fix does.\n\n"
        "Reference: haproxy's configuration.txt, 2.1 Configuration file format.",
        ("haproxy",),
    ),
    Remark(
        "TX008", Severity.ERROR, "Braces stand around a block in a haproxy.cfg",
        "Why: haproxy's sections begin with a keyword and end where the next begins; a brace is a"
        " word that it refuses. Mostly the text is another program's.\n\n"
        "Instead: take the braces out, or name the file's format with --from.\n\n"
        "Reference: haproxy's configuration.txt, 2.1 Configuration file format.",
        ("haproxy",),
    ),
)  # fmt: skip
