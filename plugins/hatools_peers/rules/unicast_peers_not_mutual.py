"""A unicast peer does not list this node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import Peer, groups, where

NOT_NAMES = frozenset("0123456789abcdefABCDEF.:")


class UnicastPeersNotMutual:
    """A unicast peer does not list this node.

    Unicast advertisements go to the listed peers alone. A node that is not in
    the other's list never hears it and becomes MASTER beside it. Where it has
    the higher priority the other at least gives way to it: then this is a
    warning. Peers by name are not looked up.

    Instead: every node lists the addresses of all others in unicast_peer,
    and sends from the address that they list (unicast_src_ip).

    Reference: keepalived.conf(5), unicast_peer, unicast_src_ip.
    """

    code = "XN008"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for group in groups(subject):
            unicast = [peer for peer in group if peer.router.peers]
            if any(set(name) - NOT_NAMES for peer in unicast for name in peer.router.peers):
                continue
            for there in unicast:
                for here in unicast:
                    if here is not there:
                        yield from self._unheard(here, there)
            if len(group) == len(unicast) == 2:
                yield from self._same(*unicast)

    def _unheard(self, here: Peer, there: Peer) -> Iterator[Diagnostic]:
        source, listed = here.router.source_address, there.router.peers
        if not source or source in listed:
            return
        higher = here.router.priority > there.router.priority
        yield Diagnostic(
            self.code,
            Severity.WARNING if higher else self.severity,
            f"{here.node} sends from {source}, which is not listed here"
            f" ({where(here.span('source_address'))}): {here.node} never hears {there.node}",
            there.span("peers"),
            f"add {source} to unicast_peer",
        )

    def _same(self, one: Peer, other: Peer) -> Iterator[Diagnostic]:
        """Look at two nodes that do not say their addresses: each has to list the other's."""
        ours, theirs = one.router, other.router
        if ours.source_address or theirs.source_address or len(ours.peers) != 1:
            return
        if ours.peers == theirs.peers:
            yield Diagnostic(
                self.code,
                self.severity,
                f"{ours.peers[0]} is the only peer of {one.node}, too ({where(one.span('peers'))}):"
                " one of them lists itself, and is never heard",
                other.span("peers"),
                "list the address of the other node on each",
            )
