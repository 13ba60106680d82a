"""The rule HP309: a condition that denies what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import condition, suites
from hatools_haproxy.rules.configuration import Configuration, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _never(terms: Words) -> bool:
    found = suites(terms)
    return bool(found) and all(any(f"!{term}" in suite for term in suite) for suite in found)


class ConditionNeverHolds(HaproxyRule):
    """A condition that denies what it asks for.

    Terms one behind the other must all hold: a condition with a name and its denial never does.

    Instead: write or between the terms, or take one out::

        use_backend api if api_path or api_host

    Reference: HAProxy configuration manual, 7.2, using ACLs to form conditions.
    """

    code = "HP309"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            for line in part.lines:
                how, terms = condition(line.words) if "!" in " ".join(line.words) else ("", ())
                if how and line.words[0] != "acl" and _never(terms):
                    yield self.told(
                        setup,
                        line,
                        "a term and its denial must both hold here: that never happens",
                        "write or between them, or take one out",
                    )
