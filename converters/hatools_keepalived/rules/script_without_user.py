"""Nothing says as which user a script runs."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, complete, in_globals
from hatools_keepalived.rules.scripts import scripts


class ScriptWithoutUser(KeepalivedRule):
    """Nothing says as which user a script runs.

    Why: keepalived then takes the user keepalived_script. Where there is none and
    enable_script_security is said, it takes the script out: nothing is tracked, and
    only the log tells.

    Instead: script_user in global_defs, or a user behind each script.

    Reference: man keepalived.conf, script_user.
    """

    code = "KA351"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        if not in_globals(subject, "enable_script_security") or in_globals(subject, "script_user"):
            return
        if not complete(subject):
            return
        first = next((script for script in scripts(subject) if not script.user), None)
        if first is not None:
            yield self.found(
                f"{first.keyword} runs as user keepalived_script: where there is none the script is"
                " taken out",
                first.span,
                "write script_user USER in global_defs",
            )
