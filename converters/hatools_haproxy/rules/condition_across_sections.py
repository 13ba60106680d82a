"""The rule HP317: an .if that begins in one section and ends in another."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule
from hatools_haproxy.syntax import is_directive, is_head


class ConditionAcrossSections(HaproxyRule):
    """An .if that begins in one section and ends in another.

    haproxy takes it. Programs that edit the file by sections move the lines and change what it
    does; people misread it.

    Instead: one .if for whole sections, or one inside each of them::

        .if defined(CANARY)
        backend canary
            server c 192.0.2.13:80 check
        .endif

    Reference: HAProxy configuration manual, 2.4, conditional blocks.
    """

    code = "HP317"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for document in setup.expansion.documents:
            opened: list[
                list[int]
            ] = []  # of each .if: its statement, heads inside, the first a head?
            statements = document.statements
            for number, statement in enumerate(statements):
                word = statement.words[0] if statement.words else ""
                if word == ".if":
                    opened.append([number, 0, 1])
                elif word == ".endif" and opened:
                    begun, heads, first = opened.pop()
                    following = statements[number + 1 :]
                    after = next((each for each in following if not is_directive(each)), None)
                    whole = first and (after is None or is_head(after))
                    if heads and not whole:
                        span = document.span(begun)
                        yield Diagnostic(
                            self.code,
                            self.severity,
                            "this .if holds a part of one section and the beginning of another",
                            span,
                            "close it before the next section begins",
                        )
                elif is_head(statement):
                    for each in opened:
                        each[1] += 1
                elif opened and not is_directive(statement):
                    for each in opened:
                        if not each[1]:
                            each[2] = 0
