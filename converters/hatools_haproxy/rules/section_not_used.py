"""The rule HP348: a section that nothing refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule
from hatools_haproxy.syntax import is_head

_PROXIES = ("frontend", "backend", "listen")
_KINDS = ("resolvers", "cache", "userlist", "defaults", "http-errors", "mailers")


class SectionNotUsed(HaproxyRule):
    """A section that nothing refers to.

    resolvers, caches, user lists and named defaults do nothing by themselves. A file
    without a frontend, backend or listen is a part of a configuration, and not judged.

    Instead: name it where it is to count, or take it out::

        server a app.example.com:80 check resolvers dns

    Reference: HAProxy configuration manual, 5.3.2, 12 and 6.
    """

    code = "HP348"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        kinds = [part for part in setup.parts if part.kind in _KINDS and part.name]
        if not kinds or not any(part.kind in _PROXIES for part in setup.parts):
            return  # without a proxy it is a part of a configuration: who refers stands elsewhere
        words = {
            word
            for statement in setup.expansion.statements
            for word in statement.words[1:]
            if not is_head(statement)
        }
        heads = {word for part in setup.parts for word in setup.words(part.index)[3:]}
        text = " ".join(words | {word for each in setup.elsewhere() for word in each})
        for part in kinds:
            if "$" in part.name:
                continue  # what a variable makes of it is not known
            if part.kind == "defaults":
                inherited = any(each.parent is part for each in setup.parts)
                if inherited or part.name in heads:
                    continue
            elif part.name == "default" and part.kind == "resolvers":
                continue  # haproxy itself looks for one of this name
            elif re.search(rf"(?<![\w.-]){re.escape(part.name)}(?![\w.-])", text):
                continue
            yield self.told(
                setup,
                part.index,
                f"nothing refers to {part.kind} '{part.name}'",
                "use it, or take it out",
            )
