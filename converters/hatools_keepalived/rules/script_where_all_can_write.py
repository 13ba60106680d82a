"""A script stands in a folder that everybody can write to."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule
from hatools_keepalived.rules.scripts import scripts

SHARED = ("/tmp/", "/var/tmp/", "/dev/shm/")


class ScriptWhereAllCanWrite(KeepalivedRule):
    """A script stands in a folder that everybody can write to.

    Why: whoever has an account can put another script there, which keepalived then
    runs. With enable_script_security keepalived disables it: nothing is tracked.

    Instead: a folder of root's, such as /etc/keepalived or /usr/local/libexec.

    Reference: man keepalived.conf, enable_script_security.
    """

    code = "KA352"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for script in scripts(subject):
            path = script.path
            folder = next((each for each in SHARED if path.startswith(each)), "")
            if folder:
                yield self.found(
                    f"everybody can write to {folder}: keepalived may run, or disable,"
                    " what stands there",
                    script.span,
                    "move it to a folder that only root can write to",
                )
