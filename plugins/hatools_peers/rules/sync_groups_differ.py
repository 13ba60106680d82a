"""A sync group has other members on another node."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.model import SyncGroup
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import partners

Numbers = frozenset[int]


class SyncGroupsDiffer:
    """A sync group has other members on another node.

    Virtual routers that move together on one node and apart on the other can
    end on different nodes: traffic comes in through one and leaves through
    the other.

    Instead: the same vrrp_sync_group on every node.

    Reference: keepalived.conf(5), vrrp_sync_group.
    """

    code = "XN012"
    severity = Severity.WARNING
    looks_at = "cluster"
    formats = ()
    claims_absence = True

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each group that another node with its routers does not have."""
        close = partners(subject)
        routers: dict[str, dict[str, int]] = {}
        own: dict[str, dict[Numbers, SyncGroup]] = {}
        for node, topology in subject.topologies:
            numbers = routers.setdefault(node, {})
            numbers.update({one.name: one.virtual_router_id or 0 for one in topology.routers})
            for group in topology.groups:
                members = frozenset(numbers[name] for name in group.members if name in numbers)
                own.setdefault(node, {})[members] = group
        for node, found in own.items():
            for members, group in found.items():
                for other, numbers in routers.items():
                    there = set(numbers.values())
                    if frozenset((node, other)) not in close or not members <= there:
                        continue  # another cluster, or it lacks one of them: XN010's
                    if members in own.get(other, {}):
                        continue
                    said = ", ".join(map(str, sorted(members)))
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"virtual routers {said} move together here, but not on {other}",
                        group.origin.span("members"),
                        "write the same vrrp_sync_group on all nodes",
                    )
