"""The rule HP300: a line that a version of haproxy has a new way to say."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import Outcome
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class OldKeyword(HaproxyRule):
    """A line that can be said as the version asked for wants it.

    The version that --source-version names has removed the word, or is going to. This finding
    carries the line as it is written now: --fix writes it, or --unsafe-fixes where it does not
    mean quite the same.

    Instead: what the finding says, such as::

        http-request add-header X-Node a

    for reqadd X-Node:\\ a.

    Reference: HAProxy configuration manual, 4.2; hatools formats haproxy --keywords.
    """

    code = "HP300"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        if not setup.expansion.version:
            return
        from hatools_haproxy.modernising import rewrites

        for case, change, edits in rewrites(setup.expansion, setup.expansion.version):
            became = f"'{change.text}'" if change.text is not None else "nothing"
            more = " and more lines" if change.below else ""
            why = change.fate.reason
            lossy = change.fate.outcome is not Outcome.KEPT
            yield self.told(
                setup,
                case.index,
                f"haproxy {case.version} has {became}{more} for this line"
                + (f": {why}" if why and lossy else ""),
                "let --fix write it" if not lossy else "let --unsafe-fixes write it",
                tuple(edits),
                unsafe=lossy,
            )
