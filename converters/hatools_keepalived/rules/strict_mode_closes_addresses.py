"""In strict mode the virtual addresses answer nobody."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, in_globals, topology


class StrictModeClosesAddresses(KeepalivedRule):
    """In strict mode the virtual addresses answer nobody.

    Why: strict mode follows the RFC to the letter: a MASTER that does not own the
    addresses must not accept packets to them, so keepalived adds firewall rules that
    drop them, pings and services alike.

    Instead: leave vrrp_strict out; where VRRP must be strict, version 3 with accept.

    Reference: man keepalived.conf, vrrp_strict, accept; RFC 9568 section 6.1
    (Accept_Mode).
    """

    code = "KA321"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        globally = in_globals(subject, "vrrp_strict")
        for router in found.routers:
            open_ = router.version == 3 and router.accept and router.origin.written("accept")
            if router.strict and router.priority != 255 and router.addresses and not open_:
                own = router.origin.span("strict") if router.origin.written("strict") else None
                yield self.found(
                    f"strict mode: packets to the addresses of {router.name} are dropped",
                    own or next((span for _, span in globally), router.origin.span()),
                    "take vrrp_strict out, or use version 3 with accept",
                )
                if own is None:
                    return  # said once for all of the file
