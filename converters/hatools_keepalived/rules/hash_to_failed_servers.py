"""A hashing scheduler keeps sending clients to a server that failed."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services

HASHES = ("sh", "mh", "dh")
FALLBACKS = {"sh-fallback", "mh-fallback", "flag-1"}


class HashToFailedServers(KeepalivedRule):
    """A hashing scheduler keeps sending clients to a server that failed.

    Why: with inhibit_on_failure a failed server stays in the table with weight 0. sh,
    mh and dh still choose it for the clients that hash to it, and the kernel refuses
    their connections for as long as it is down.

    Instead: sh-fallback (mh-fallback), which tries the next server, or no
    inhibit_on_failure; dh has no such flag.

    Reference: man keepalived.conf, inhibit_on_failure, sh-fallback; man ipvsadm,
    --sched-flags.
    """

    code = "KA338"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, active, _ in services(subject):
            name, flags = pool.scheduler
            if name not in HASHES or FALLBACKS.intersection(flags):
                continue
            for server in active:
                if server.on_failure == "zero-weight" and server.checks:
                    fallback = f"{name}-fallback" if name != "dh" else "another scheduler"
                    yield self.found(
                        f"{name} with inhibit_on_failure: while a server of"
                        f" {service.name} is down the"
                        " clients that hash to it are refused",
                        pool.origin.span("scheduler"),
                        f"write {fallback}, or take inhibit_on_failure out",
                    )
                    break
