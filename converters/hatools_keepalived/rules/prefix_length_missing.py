"""Of several virtual addresses in one network some have no prefix length."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import VirtualRouter
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology


class PrefixLengthMissing(KeepalivedRule):
    """Of several virtual addresses in one network some have no prefix length.

    Why: an address without one is a /32 (IPv6: /128): the node then has no route to the
    network through it, and source addresses are chosen otherwise than for its
    neighbours.

    Instead: the prefix length of the network behind every address, or behind none.

    Reference: man keepalived.conf, virtual_ipaddress.
    """

    code = "KA323"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            written = {
                number: "/" in words[0]
                for number in range(len(router.addresses))
                if (words := _words(router, number))
            }
            if len(set(written.values())) < 2:
                continue
            for number, has in written.items():
                if not has:
                    yield self.found(
                        f"{router.addresses[number].address} has no prefix length: it is"
                        " a host alone,"
                        " unlike its neighbours",
                        router.origin.span(f"addresses.{number}"),
                        "write the prefix length of its network",
                    )


def _words(router: VirtualRouter, number: int) -> tuple[str, ...]:
    """Return the words of address *number* as written."""
    at, expansion = router.origin.statements(f"addresses.{number}"), router.origin.expansion
    return expansion.statements[at[0]].words if at and expansion else ()
