"""Scripts run without enable_script_security."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, complete, in_globals
from hatools_keepalived.rules.scripts import scripts


class ScriptSecurityOff(KeepalivedRule):
    """Scripts run without enable_script_security.

    Why: keepalived runs as root; a script that others can write to gives them root,
    too. Without enable_script_security keepalived runs it all the same, and keepalived
    -t leaves with 6.

    Instead: in global_defs:

        enable_script_security
        script_user keepalived_script

    Reference: man keepalived.conf, enable_script_security.
    """

    code = "KA350"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        first = next(iter(scripts(subject)), None)
        said = in_globals(subject, "enable_script_security")
        if first is not None and not said and complete(subject):
            yield self.found(
                f"{first.keyword} runs a script, and enable_script_security is not said",
                first.span,
                "write enable_script_security and script_user USER in global_defs",
            )
