"""The rule HP304: an ACL line stands twice."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Words
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule, taken_out


class AclLineTwice(HaproxyRule):
    """An ACL line stands twice.

    The second one changes nothing. It is often a copy in which something was to be changed.

    Instead: take one of them out.

    Reference: HAProxy configuration manual, 7.1, ACL basics.
    """

    code = "HP304"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            seen: set[Words] = set()
            for line in part.own("acl"):
                if len(line.words) > 2 and line.words in seen:
                    yield self.told(
                        setup,
                        line,
                        f"the ACL '{line.words[1]}' has this very line above",
                        "take it out",
                        taken_out(setup, line.at),
                    )
                seen.add(line.words)
