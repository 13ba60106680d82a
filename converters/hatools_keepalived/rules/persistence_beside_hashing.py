"""Persistence stands beside a scheduler that hashes client addresses."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, services


class PersistenceBesideHashing(KeepalivedRule):
    """Persistence stands beside a scheduler that hashes client addresses.

    Why: hashing sends a client to the same server anyway. With a persistence timeout
    the first choice is remembered instead, at the price of a template for each client,
    and outlives changes of the hash.

    Instead: sh or mh alone, or persistence with wlc.

    Reference: man ipvsadm, --persistent, --scheduler.
    """

    code = "KA339"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool, _, _ in services(subject):
            if pool.persistence and pool.scheduler.name in ("sh", "mh"):
                yield self.found(
                    f"{pool.scheduler.name} sends each client of {service.name} to one"
                    " server anyway",
                    pool.origin.span("persistence"),
                    "take persistence_timeout out, or another scheduler",
                )
