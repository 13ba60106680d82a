"""All that a plugin author imports: the hooks' marker, the records, the protocols.

The records of behaviour and of keywords are imported when they are first asked
for: reading and writing a language has no use for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.plugin.contracts import (
    Alike,
    Assumption,
    Codec,
    Compares,
    Departure,
    Files,
    Format,
    Joins,
    Leaves,
    Modernised,
    Modernises,
    NoFiles,
    OutFile,
    Place,
    Reading,
    Target,
    Writing,
)
from hatools.plugin.hookspecs import hookimpl
from hatools.plugin.settings import Settings

if TYPE_CHECKING:
    from hatools.plugin.behaviour import (
        Asked,
        Balancing,
        Connection,
        Conversation,
        Detector,
        Exporter,
        Member,
        Observer,
        Pool,
        Probe,
        Remark,
        Rule,
        RuleSet,
        Scheduler,
        Subject,
        Tls,
        Told,
        Verdict,
        Watched,
    )
    from hatools.plugin.keywords import Keyword, ListsKeywords
    from hatools.plugin.pages import HasPages, Page, PageAnswer, PageAsked

__all__ = [
    "Alike",
    "Asked",
    "Assumption",
    "Balancing",
    "Codec",
    "Compares",
    "Connection",
    "Conversation",
    "Departure",
    "Detector",
    "Exporter",
    "Files",
    "Format",
    "HasPages",
    "Joins",
    "Keyword",
    "Leaves",
    "ListsKeywords",
    "Member",
    "Modernised",
    "Modernises",
    "NoFiles",
    "Observer",
    "OutFile",
    "Page",
    "PageAnswer",
    "PageAsked",
    "Place",
    "Pool",
    "Probe",
    "Reading",
    "Remark",
    "Rule",
    "RuleSet",
    "Scheduler",
    "Settings",
    "Subject",
    "Target",
    "Tls",
    "Told",
    "Verdict",
    "Watched",
    "Writing",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    if name in ("Keyword", "ListsKeywords"):
        from hatools.plugin import keywords

        return getattr(keywords, name)
    if name in ("HasPages", "Page", "PageAnswer", "PageAsked"):
        from hatools.plugin import pages

        return getattr(pages, name)
    if name in ("Remark", "Rule", "RuleSet", "Subject", "Told"):
        from hatools.plugin import rules

        return getattr(rules, name)
    if name in __all__:
        from hatools.plugin import behaviour

        return getattr(behaviour, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
