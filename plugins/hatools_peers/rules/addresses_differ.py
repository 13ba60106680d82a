"""The virtual addresses differ between nodes."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import groups, where


class AddressesDiffer:
    """The virtual addresses differ between nodes.

    After a takeover an address that only one node lists is gone. Older keepalived
    drops advertisements with other addresses than its own, so that both nodes
    become MASTER; newer ones only log it.

    Instead: the same virtual_ipaddress lists on every node (their order does
    not matter, and virtual_ipaddress_excluded holds what does not fit).

    Reference: keepalived.conf(5), virtual_ipaddress; RFC 9568 section 7.1.
    """

    code = "XN005"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            first = group[0]
            for other in group[1:]:
                missing = sorted(first.addresses - other.addresses)
                more = sorted(other.addresses - first.addresses)
                if not missing and not more:
                    continue
                parts = [f"{', '.join(missing)} only on {first.node}"] if missing else []
                parts += [f"{', '.join(more)} only on {other.node}"] if more else []
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"the addresses differ ({'; '.join(parts)}): a takeover loses or keeps them"
                    f" (compare {where(first.span('addresses'))})",
                    other.span("addresses"),
                    "list the same addresses on all nodes",
                )
