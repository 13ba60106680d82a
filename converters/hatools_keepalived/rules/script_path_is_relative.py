"""The path of a script does not begin at the root."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule
from hatools_keepalived.rules.scripts import scripts


class ScriptPathIsRelative(KeepalivedRule):
    """The path of a script does not begin at the root.

    Why: keepalived looks for it from the folder it was started in, which is another one
    under systemd than in a shell; a lone name is looked for in the PATH of the service.

    Instead: the whole path: /etc/keepalived/notify.sh.

    Reference: man keepalived.conf, section on scripts.
    """

    code = "KA353"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for script in scripts(subject):
            path = script.path
            lone = "/" not in path and path.endswith((".sh", ".py", ".pl", ".bash"))
            if lone or ("/" in path and path[0] not in "/<$~"):
                yield self.found(
                    f"{path} is not a whole path: where keepalived looks for it depends"
                    " on its start",
                    script.span,
                    "write the path from the root",
                )
