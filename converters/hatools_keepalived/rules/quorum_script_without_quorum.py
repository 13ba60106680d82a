"""A quorum script runs when the last server goes, for no quorum is said."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class QuorumScriptWithoutQuorum(KeepalivedRule):
    """A quorum script runs when the last server goes, for no quorum is said.

    Why: the quorum is 1 then: quorum_down runs when no server is left, quorum_up when the first
    is back. Who reads the file may think that it runs earlier.

    Instead: write it, also where it is 1:

        quorum 1

    Reference: man keepalived.conf, quorum, quorum_up, quorum_down.
    """

    code = "KA357"
    severity = Severity.INFO
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, _ in services(subject):
            quorum = pool.quorum
            if quorum is None or pool.origin.written("quorum.weight"):
                continue
            for name, script in (("up", quorum.up_script), ("down", quorum.down_script)):
                if script:
                    yield self.found(
                        f"quorum_{name} of {service.name}, and no quorum: it is 1, which one"
                        " server gives",
                        pool.origin.span(f"quorum.{name}_script"),
                        "write quorum N",
                    )
                    break
