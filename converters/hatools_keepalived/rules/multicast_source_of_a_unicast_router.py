"""The source of unicast advertisements is called mcast_src_ip."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Edit, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, keyword, topology

OLD, NEW = "mcast_src_ip", "unicast_src_ip"


class MulticastSourceOfAUnicastRouter(KeepalivedRule):
    """The source of unicast advertisements is called mcast_src_ip.

    Why: keepalived takes the two words for one, so it works; who reads the file takes the
    instance for one that speaks multicast.

    Instead: unicast_src_ip, which means the same:

        unicast_src_ip 192.0.2.1
        unicast_peer {
            192.0.2.2
        }

    Reference: man keepalived.conf, unicast_src_ip.
    """

    code = "KA358"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            origin = router.origin
            if not router.peers or keyword(origin, "source_address") != OLD:
                continue
            yield self.found(
                f"{router.name} speaks unicast, and its source is called {OLD}",
                origin.span("source_address"),
                f"write {NEW}",
                _renamed(subject, origin.statements("source_address")[0]),
            )


def _renamed(subject: Subject, index: int) -> tuple[Edit, ...]:
    """Return the edit that renames statement *index*; none where a definition brought it there."""
    expansion = subject.reading.expansion
    hop = expansion.hop(index)
    document = expansion.documents[hop.document]
    row, start = document.rows[hop.number], document.statements[hop.number].start
    if hop.via or not document.source.line(row + 1).startswith(OLD, start):
        return ()
    at = document.source.offset(row + 1, start + 1)
    return (Edit(at, at + len(OLD), NEW, document.source.path),)
