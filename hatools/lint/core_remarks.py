"""The pages about what hatools itself remarks, whatever the language is."""

from __future__ import annotations

from hatools.lint.suppression import MALFORMED, UNUSED
from hatools.plugin import Remark
from hatools.text import Severity

REMARKS = (
    Remark(
        UNUSED, Severity.INFO, "A comment silences a finding that is not there",
        "Why: what it was written for is mended, or stands elsewhere by now; left where it is, it"
        " would hide the next mistake of its kind.\n\n"
        "Instead: take the comment out, or the code that is not found any more.\n\n"
        "Reference: docs/lint.md, Silence.",
    ),
    Remark(
        MALFORMED, Severity.WARNING, "A comment for hatools silences nothing",
        "Why: a comment that names no code would have to silence everything, also what nobody has"
        " seen yet.\n\n"
        "Instead: `# hatools: ignore KA305 reason`, or `# hatools: ignore-file KA305 reason`.\n\n"
        "Reference: docs/lint.md, Silence.",
    ),
    Remark(
        "HT001", Severity.WARNING, "A --set was not used",
        "Why: nothing asked for the fact, so it changed nothing: mostly its name is misspelt, or"
        " the files know it already.\n\n"
        "Instead: the name that the remark proposes, or leave it out.\n\n"
        "Reference: docs/convert.md.",
        looks_at="command line",
    ),
    Remark(
        "HT002", Severity.WARNING, "A plugin was left out",
        "Why: it cannot be loaded, raises, or takes a name that is taken; everything else"
        " works.\n\n"
        "Instead: `hatools plugins` tells what is wrong with it, and where it comes from.\n\n"
        "Reference: docs/plugins.md.",
        looks_at="reports",
    ),
    Remark(
        "HT003", Severity.WARNING, "A health check that was asked for was not added",
        "Why: the servers cannot have it: they are checked already, or the check does not fit what"
        " they serve.\n\n"
        "Instead: `--set check@SERVICE=KIND` with a kind that fits, or `none`.\n\n"
        "Reference: docs/convert.md.",
        looks_at="writing",
    ),
    Remark(
        "HT004", Severity.INFO, "A file of a folder was left alone",
        "Why: it is in another language than the files around it, or a copy, or hidden.\n\n"
        "Instead: nothing, if that is meant; else name the file itself.\n\n"
        "Reference: docs/convert.md.",
        looks_at="folders",
    ),
)  # fmt: skip
