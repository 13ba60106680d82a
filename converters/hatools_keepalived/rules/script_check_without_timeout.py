"""A MISC_CHECK has no misc_timeout."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

BEARABLE = 10.0  # seconds


class ScriptCheckWithoutTimeout(KeepalivedRule):
    """A MISC_CHECK has no misc_timeout.

    Why: a script that hangs, as scripts do when what they ask hangs, is ended only
    after delay_loop seconds; until then the server counts as up. Where that is ten
    seconds or less it is not told: detection takes as long anyway.

    Instead: a misc_timeout of a few seconds.

    Reference: man keepalived.conf, MISC_CHECK.
    """

    code = "KA340"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        seen: set[int] = set()
        for service, pool, _, kinds in services(subject):
            if not any(check.kind == "script" for server in kinds for check in server.checks):
                continue
            for server in pool.servers:
                fields = server.origin.fields
                if id(fields) in seen:
                    continue
                seen.add(id(fields))
                for number, check in enumerate(server.checks):
                    limit = check.timeout or check.interval
                    if check.kind != "script" or limit <= BEARABLE:
                        continue
                    if f"checks.{number}.timeout" not in fields:
                        yield self.found(
                            f"a script that hangs for {service.name} is ended only after"
                            f" {limit:g} s",
                            server.origin.span(f"checks.{number}"),
                            "write misc_timeout SECONDS",
                        )
