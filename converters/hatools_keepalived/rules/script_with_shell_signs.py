"""A script's command is written for a shell, and none reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule
from hatools_keepalived.rules.scripts import scripts

QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
SIGNS = re.compile(r"(?<!\S)(?:\|\|?|&&?|;|\d?>>?(?:&\d|\S*))(?!\S)|(?<=\w);(?!\S)|`|\$\(")


class ScriptWithShellSigns(KeepalivedRule):
    """A script's command is written for a shell, and none reads it.

    Why: keepalived starts the program itself. Pipes, &&, redirections and what a shell would
    replace are given to it as arguments: the first program alone runs, with words that it
    was never meant to see, and its exit status is what counts. A check may then fail always,
    or never.

    Instead: name the shell, with the rest as one quoted word; or put it into a script:

        script "/bin/sh -c 'ss -ltn | grep -q :80'"

    Reference: man keepalived.conf, vrrp_script and notify_master; tried with keepalived 2.2.7.
    """

    code = "KA356"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for script in scripts(subject):
            command = script.command.strip()
            if command.startswith("<"):
                continue  # no program's name: that alone keepalived leaves to a shell
            sign = SIGNS.search(QUOTED.sub("", command))
            if sign:
                program = script.path.rpartition("/")[2]
                yield self.found(
                    f"no shell reads this: {sign[0]} and what follows are arguments of {program}",
                    script.span,
                    "write /bin/sh -c '…', or put it into a script",
                )
