"""The pages about what hatools itself remarks, whatever the language is."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools.text import Severity

REMARKS = (
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
