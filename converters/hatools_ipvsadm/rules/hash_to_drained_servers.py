"""A hashing scheduler keeps choosing a server that has weight 0."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_ipvsadm.rules.ipvsadm_rule import IpvsadmRule, services

HASHES = ("sh", "mh", "dh")
FALLBACKS = {"sh-fallback", "mh-fallback", "flag-1"}


class HashToDrainedServers(IpvsadmRule):
    """A hashing scheduler keeps choosing a server that has weight 0.

    Why: sh, mh and dh choose by address and then see that the server takes nothing: the
    clients that hash to it are refused, though other servers work.

    Instead: -b sh-fallback (mh-fallback), which tries the next server; dh has no such flag.
    Or delete the server for as long as it is to rest.

    Reference: man ipvsadm, --sched-flags.
    """

    code = "LV304"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool in services(subject):
            name, flags = pool.scheduler
            if name not in HASHES or FALLBACKS.intersection(flags):
                continue
            drained = [server for server in pool.servers if not server.weight]
            if drained and len(drained) < len(pool.servers):
                yield self.found(
                    f"{name} refuses the clients of {service.name} that hash to"
                    f" {drained[0].address}, which has weight 0",
                    drained[0].origin.span("weight"),
                    f"say -b {name}-fallback" if name != "dh" else "delete the server, or take wlc",
                )
